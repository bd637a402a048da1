import { setTimeout as sleep } from 'node:timers/promises';
import { ApiProblem, SignInRefused, type Client, type FeedManifestView, type FeedPage, type Page } from '@app/sdk';
import { UnreachableError } from '@app/tlog';
import type { JWK } from 'jose';
import { linesOf } from './copy.js';

/** Events as they came, and the cursor after the last of them. None: nothing is new. */
export interface Batch {
  readonly texts: readonly string[];
  readonly cursor: string | null;
}

const PAGE = 1000;
const BATCH = 500;
/** The service says something every 15 s, if only that it is there. */
const SILENCE_MS = 45_000;
const TICK_MS = 1000;

/** An operator's feed over HTTP. */
export class FeedSource {
  /** @param operator whose feed, for those who watch */
  constructor(
    private readonly client: Client,
    private readonly operator?: string,
  ) {}

  /** Page after page up to the end for now. */
  async *pages(cursor: string | null): AsyncGenerator<Batch> {
    for (let after = cursor; ;) {
      const answer = await this.client.send(this.path('/v1/feed', { limit: String(PAGE), cursor: after }), {
        headers: { accept: 'application/json' },
      });
      const { items, nextCursor } = (await answer.json()) as FeedPage;
      if (items.length === 0) return;
      // The platform writes JSON.stringify(event) on every channel.
      yield { texts: items.map((event) => JSON.stringify(event)), cursor: (after = nextCursor) };
    }
  }

  /** Server-sent events after a cursor, as they come; an empty batch at least every second. Ends when the service ends it. */
  async *stream(cursor: string | null, signal: AbortSignal): AsyncGenerator<Batch> {
    const silent = new AbortController();
    const answer = await this.client.send(this.path('/v1/feed/stream', {}), {
      headers: { accept: 'text/event-stream', ...(cursor !== null && { 'last-event-id': cursor }) },
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (!/^text\/event-stream\b/.test(answer.headers.get('content-type') ?? '') || !answer.body)
      throw new TypeError('not an event stream');
    let alarm: NodeJS.Timeout | undefined;
    const heard = (): void => {
      clearTimeout(alarm);
      alarm = setTimeout(() => silent.abort(new TypeError('the stream is silent')), SILENCE_MS);
    };
    heard();
    try {
      yield* inBatches(eventsOf(linesOf(answer.body), heard));
    } finally {
      clearTimeout(alarm);
      silent.abort();
    }
  }

  /** The newest first. */
  async *manifests(): AsyncGenerator<FeedManifestView> {
    for (let cursor: string | null = null; ;) {
      const path = this.path('/v1/feed/manifests', { limit: '100', cursor });
      const page: Page<FeedManifestView> = await this.client.get(path);
      yield* page.items;
      if ((cursor = page.nextCursor) === null) return;
    }
  }

  async manifestKeys(): Promise<(JWK & { kid: string })[]> {
    return (await this.client.get<{ keys: (JWK & { kid: string })[] }>('/v1/feed/keys')).keys;
  }

  private path(path: string, query: Record<string, string | null>): string {
    const all = { ...query, operator: this.operator ?? null };
    const given = Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== null);
    return `${path}?${new URLSearchParams(given).toString()}`;
  }
}

/** Of a failure that may pass: the network, too many requests, a service that restarts. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiProblem || error instanceof SignInRefused) return error.status === 429 || error.status >= 500;
  // What fetch throws when there is no network (Fetch Standard, section 5.6).
  return error instanceof UnreachableError || (error as Error).name === 'TypeError';
}

interface Told {
  readonly id: string;
  readonly data: string;
}

/** HTML Standard, section 9.2.6, as far as this service uses it. What is cut off at the end is no event. */
async function* eventsOf(lines: AsyncIterable<string>, heard: () => void): AsyncGenerator<Told> {
  let [id, data]: [string, string | undefined] = ['', undefined];
  for await (const line of lines) {
    heard();
    if (line.startsWith('id: ')) id = line.slice(4);
    else if (line.startsWith('data: ')) data = line.slice(6);
    else if (line === '' && data !== undefined) {
      yield { id, data };
      data = undefined;
    }
  }
}

/** What is there at once belongs together: one write to the disk for it. */
async function* inBatches(events: AsyncGenerator<Told>): AsyncGenerator<Batch> {
  let next = events.next();
  for (let ended = false; !ended;) {
    const got: Told[] = [];
    for (let wait = TICK_MS; got.length < BATCH; wait = 0) {
      const result = await Promise.race([next, sleep(wait, undefined)]);
      if (!result) break;
      if ((ended = result.done === true)) break;
      got.push(result.value as Told);
      next = events.next();
      next.catch(() => undefined); // It is met when its turn comes.
    }
    yield { texts: got.map(({ data }) => data), cursor: got.at(-1)?.id ?? null };
  }
}
