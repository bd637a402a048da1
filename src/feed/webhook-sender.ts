import { setTimeout as sleep } from 'node:timers/promises';
import { isDelivered, isOverloaded, retryAfter, retryDelay, sign } from '@app/webhooks';
import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { asSystem } from '../platform/context.js';
import { registry } from '../platform/metrics.js';
import { Outgoing, whyNoAnswer, type OutgoingAnswer } from '../platform/outgoing.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import { DisableWebhook } from './disable-webhook.js';
import { FeedReader, type FeedItem } from './feed-reader.js';
import type { DisableReason } from './webhook-endpoint.js';
import { filterOf } from './webhook-filter.js';
import { WebhookKeys } from './webhook-keys.js';
import { WebhookQueue, type WebhookJob, type WebhookOutcome } from './webhook-queue.js';

const attempts = new Counter({
  name: 'databourse_webhook_attempts_total',
  help: 'Webhook messages sent by this process, by what became of them (delivered, failed, given-up)',
  labelNames: ['outcome'],
  registers: [registry],
});

/** Endpoints served at once, and messages of each in memory. */
const ENDPOINTS_AT_ONCE = 16;
const NEW_AT_ONCE = 50;
const RETRIES_AT_ONCE = 20;
/** After this long a job sends nothing further of the same kind, so that its lease outlasts it. */
const BUDGET_MS = 15_000;
const TIMEOUT_MS = 15_000;
/** How long to leave an endpoint alone that does not say: the first time, and at most. */
const PAUSE_MS = { first: 5000, most: 300_000 };
const OWN_TROUBLE_MS = 5000;
const SHUTDOWN_MS = 2000;

type Result = WebhookOutcome & { readonly pauseMs: number | undefined; readonly gone: boolean };

/**
 * Sends every operator's feed to its endpoints as Standard Webhooks. Each endpoint goes its own way: new events in order, one
 * after the other; one that fails gets further attempts later, and those behind it do not wait. Only an endpoint that asks for
 * it, is overloaded or does not answer is left alone as a whole. At least once: what was sent and could not be noted is sent again.
 */
@Injectable()
export class WebhookSender extends Worker {
  protected readonly log = new Logger(WebhookSender.name);
  protected readonly idleMs = 100;
  /** For what another process wants to be sent again: no event tells of it. */
  protected override readonly restMs = 500;
  timeoutMs = TIMEOUT_MS;
  private readonly serving = new Set<Promise<void>>();
  private readonly ending = new AbortController();
  private readonly giveUp = new AbortController();

  constructor(
    private readonly queue: WebhookQueue,
    private readonly feed: FeedReader,
    private readonly keys: WebhookKeys,
    private readonly outgoing: Outgoing,
    private readonly uow: UnitOfWork,
  ) {
    super();
  }

  /** Begins to serve endpoints as far as there is room; answers 0 when none is being served. A slow one holds up nobody. */
  async step(): Promise<number> {
    const room = ENDPOINTS_AT_ONCE - this.serving.size;
    const jobs = room > 0 ? await this.queue.claim(room) : [];
    for (const job of jobs) {
      const done = asSystem(() => this.serve(job)).finally(() => this.serving.delete(done));
      this.serving.add(done);
    }
    if (this.serving.size > 0) await Promise.race([...this.serving, sleep(this.idleMs, undefined, { ref: false })]);
    return this.serving.size + jobs.length;
  }

  /** Messages on their way may arrive for a moment; what is broken off then is sent again by whoever comes next. */
  override async beforeApplicationShutdown(): Promise<void> {
    this.ending.abort();
    const late = setTimeout(() => this.giveUp.abort(), SHUTDOWN_MS);
    await super.beforeApplicationShutdown();
    await Promise.all(this.serving);
    clearTimeout(late);
  }

  private async serve(job: WebhookJob): Promise<void> {
    let pauseMs = 0;
    try {
      const secrets = await this.keys.secrets(job.keys.map(({ id }) => id));
      const open = await this.sendNew(job, secrets);
      if (open) await this.sendAgain(job, secrets);
    } catch (error) {
      pauseMs = OWN_TROUBLE_MS;
      this.log.error({ webhook: job.id, error }, 'a webhook could not be served');
    }
    await this.queue.release(job, pauseMs).catch((error: unknown) => {
      this.log.error({ webhook: job.id, error }, 'the lease of a webhook was not given back; it ends by itself');
    });
  }

  private async sendNew(job: WebhookJob, secrets: readonly string[]): Promise<boolean> {
    const size = await this.feed.size(job.operatorId);
    if (size <= job.position) return true;
    const items = await this.feed.read(job.operatorId, job.position, NEW_AT_ONCE, filterOf(job));
    const results = await this.sendAll(
      items.map((item) => ({ item, attempts: 0 })),
      job,
      secrets,
    );
    const all = results.length === items.length;
    // Fewer than asked for: the filter lets nothing else through of what the feed had before it was read.
    const passed = all && items.length < NEW_AT_ONCE ? size : 0;
    return this.record(job, Math.max(job.position, results.at(-1)?.position ?? 0, passed), results);
  }

  private async sendAgain(job: WebhookJob, secrets: readonly string[]): Promise<void> {
    const due = await this.queue.due(job, RETRIES_AT_ONCE);
    const messages = await Promise.all(
      due.map(async ({ position, attempts: before }) => {
        const [item] = await this.feed.read(job.operatorId, position - 1, 1);
        if (item?.position !== position) throw new Error(`the feed of ${job.operatorId} has no position ${position}`);
        return { item, attempts: before };
      }),
    );
    const results = await this.sendAll(messages, job, secrets);
    if (results.length > 0) await this.record(job, job.position, results);
  }

  /** One after the other, until the endpoint wants to be left alone or the time is up. */
  private async sendAll(
    messages: readonly { item: FeedItem; attempts: number }[],
    job: WebhookJob,
    secrets: readonly string[],
  ): Promise<Result[]> {
    const results: Result[] = [];
    const until = performance.now() + BUDGET_MS;
    for (const message of messages) {
      if (this.ending.signal.aborted || performance.now() > until) break;
      const pauses = results.some(({ delivered }) => delivered) ? 0 : job.pauses;
      const result = await this.send(job, message, secrets, pauses);
      if (!result) break;
      results.push(result);
      if (result.pauseMs !== undefined || result.gone) break;
    }
    return results;
  }

  /** One attempt; undefined when it was broken off by our own end. */
  private async send(
    { url }: WebhookJob,
    { item, attempts: before }: { item: FeedItem; attempts: number },
    secrets: readonly string[],
    pauses: number,
  ): Promise<Result | undefined> {
    const body = Buffer.from(JSON.stringify(item.event));
    const signed = sign({ id: item.event.id, at: new Date(), body }, secrets);
    const headers = { ...signed, 'content-type': 'application/cloudevents+json', 'user-agent': 'databourse' };
    const from = performance.now();
    let answer: OutgoingAnswer | undefined;
    let error: string | null = null;
    try {
      const { timeoutMs, giveUp } = this;
      answer = await this.outgoing.post(url, { headers, body, timeoutMs, signal: giveUp.signal });
    } catch (thrown) {
      if (this.giveUp.signal.aborted) return undefined;
      error = whyNoAnswer(thrown);
    }
    const delivered = answer !== undefined && isDelivered(answer.status);
    const gone = answer?.status === 410;
    const pauseMs = delivered || gone ? undefined : pauseAfter(answer, pauses);
    const waitMs = delivered ? undefined : retryDelay(before + 1);
    attempts.inc({ outcome: delivered ? 'delivered' : waitMs === undefined ? 'given-up' : 'failed' });
    return {
      position: item.position,
      eventId: item.event.id,
      attempts: before + 1,
      delivered,
      waitMs,
      status: answer?.status ?? null,
      error,
      durationMs: Math.round(performance.now() - from),
      excerpt: answer?.excerpt ?? '',
      pauseMs,
      gone,
    };
  }

  /** Answers whether the endpoint may be sent more now. */
  private async record(job: WebhookJob, position: number, results: readonly Result[]): Promise<boolean> {
    const { pauseMs, gone = false } = results.at(-1) ?? {};
    const { hopeless } = await this.queue.record(job, position, results, pauseMs);
    for (const { position: failed, status, error, attempts: tried, delivered, waitMs } of results)
      if (!delivered)
        this.log.warn(
          { webhook: job.id, position: failed, status, reason: error, tried, givenUp: waitMs === undefined, pauseMs },
          'a webhook message was not delivered',
        );
    if (gone) await this.disable(job, 'GONE');
    else if (hopeless) await this.disable(job, 'FAILING');
    return pauseMs === undefined && !gone && !hopeless;
  }

  private async disable({ id }: WebhookJob, reason: DisableReason): Promise<void> {
    try {
      await this.uow.execute(new DisableWebhook(id, reason));
      this.log.warn({ webhook: id, reason }, 'a webhook was disabled');
    } catch (error) {
      // Somebody else did, or retired it.
      if (!(error instanceof Refusal && error.code === 'illegal-transition')) throw error;
    }
  }
}

/** How long to leave the endpoint alone after a failure, in ms; undefined: it is only this message that failed. */
function pauseAfter(answer: OutgoingAnswer | undefined, pauses: number): number | undefined {
  const asked = retryAfter(answer?.retryAfter);
  if (asked !== undefined) return asked;
  if (answer && !isOverloaded(answer.status)) return undefined;
  return Math.min(PAUSE_MS.first * 2 ** Math.min(pauses, 10), PAUSE_MS.most) * (1 + 0.1 * Math.random());
}
