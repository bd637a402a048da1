import { Injectable, Logger } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { registry } from '../platform/metrics.js';
import { Sql } from '../platform/sql.js';
import { Worker } from '../platform/worker.js';

const gauge = (name: string, help: string): Gauge =>
  new Gauge({ name: `databourse_webhook_${name}`, help, registers: [registry] });
const pending = gauge('pending', 'Webhook messages that wait for another attempt');
const failed = gauge('failed', 'Webhook messages that were given up and not replayed');
const oldest = gauge('oldest_pending_seconds', 'How long the oldest message that waits for another attempt has waited');
const behind = gauge('behind_positions', 'How far the endpoint that is furthest behind its feed is behind it');

/** What can be forgotten: the feed stays the record of what was to be sent, and any range of it can be replayed. */
const OLD = [
  `DELETE FROM feed.webhook_delivery WHERE (endpoint_id, position) IN (SELECT endpoint_id, position
     FROM feed.webhook_delivery WHERE state = 'DELIVERED' AND changed_at < now() - interval '7 days' LIMIT 1000) RETURNING 1`,
  `DELETE FROM feed.webhook_delivery WHERE (endpoint_id, position) IN (SELECT endpoint_id, position
     FROM feed.webhook_delivery WHERE state = 'FAILED' AND changed_at < now() - interval '90 days' LIMIT 1000) RETURNING 1`,
  `DELETE FROM feed.webhook_attempt WHERE id IN (SELECT id
     FROM feed.webhook_attempt WHERE at < now() - interval '30 days' ORDER BY at LIMIT 1000) RETURNING 1`,
];

/** Forgets old deliveries and attempts, and counts what waits. */
@Injectable()
export class WebhookSweeper extends Worker {
  protected readonly log = new Logger(WebhookSweeper.name);
  protected readonly idleMs = 15_000;

  constructor(private readonly sql: Sql) {
    super();
  }

  /** Answers how many rows it removed. */
  async step(): Promise<number> {
    let gone = 0;
    for (const old of OLD) gone += (await this.sql.rows(old)).length;
    await this.count();
    return gone;
  }

  private async count(): Promise<void> {
    const waiting = await this.sql.row<{ pending: number; failed: number; oldest: number }>(
      `SELECT count(*) FILTER (WHERE state = 'PENDING')::int AS pending, count(*) FILTER (WHERE state = 'FAILED')::int AS failed,
         coalesce(extract(epoch FROM now() - min(pending_since) FILTER (WHERE state = 'PENDING')), 0)::float8 AS oldest
       FROM feed.webhook_delivery WHERE state <> 'DELIVERED'`,
    );
    const furthest = await this.sql.row<{ behind: number }>(
      `SELECT coalesce(max(o.size - p.position), 0)::float8 AS behind FROM feed.webhook_progress p
       JOIN feed.webhook_endpoint e ON e.id = p.endpoint_id JOIN feed.operator o USING (operator_id) WHERE e.state = 'ENABLED'`,
    );
    pending.set(waiting!.pending);
    failed.set(waiting!.failed);
    oldest.set(waiting!.oldest);
    behind.set(furthest!.behind);
  }
}
