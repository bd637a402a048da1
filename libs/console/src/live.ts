import { useEffect, useState } from 'react';
import type { CloudEvent } from '@app/sdk';
import { withQuery } from './api.js';
import { useConnection } from './session/session.js';

/** Shown at most; what is older is read by its position. */
const KEPT = 300;
const AGAIN_MS = 3000;

export interface Live {
  /** The newest first. */
  readonly events: readonly CloudEvent[];
  readonly connected: boolean;
  readonly error: unknown;
}
const NOTHING: Live = { events: [], connected: false, error: null };

/**
 * The end of a feed and what comes to it, by server-sent events. Not by EventSource: that sends no access token. A stream that
 * ends, as it does with the token, goes on where it was.
 * @param query operator, venue, type, subject; null for nothing
 */
export function useLive(query: Readonly<Record<string, string | undefined>> | null): Live {
  const { client } = useConnection();
  const [live, setLive] = useState(NOTHING);
  const path = query && withQuery('/v1/feed/stream', { ...query, after: `-${KEPT}` });
  useEffect(() => {
    setLive(NOTHING);
    if (path === null) return;
    const over = new AbortController();
    const change = (part: Partial<Live>) => !over.signal.aborted && setLive((old) => ({ ...old, ...part }));
    const follow = async () => {
      for (let last = ''; !over.signal.aborted;) {
        try {
          const headers = last ? { 'last-event-id': last } : {};
          const { body } = await client.send(path, { signal: over.signal, headers });
          change({ connected: true, error: null });
          for await (const messages of read(body!)) {
            last = messages.at(-1)!.id;
            if (!over.signal.aborted) setLive((old) => ({ ...old, events: joined(old.events, messages) }));
          }
        } catch (error) {
          change({ error });
        }
        change({ connected: false });
        await new Promise((resume) => setTimeout(resume, AGAIN_MS));
      }
    };
    void follow();
    return () => over.abort();
  }, [client, path]);
  return live;
}

interface Message {
  readonly id: string;
  readonly event: CloudEvent;
}

/** At least once: a position that was seen is dropped. */
function joined(old: readonly CloudEvent[], messages: readonly Message[]): readonly CloudEvent[] {
  const seen = Number(old[0]?.position ?? 0);
  const fresh = messages.map(({ event }) => event).filter(({ position }) => Number(position) > seen);
  return [...fresh.toReversed(), ...old].slice(0, KEPT);
}

/** Server-sent events as this service writes them: `id: …`, `data: …` in one line, an empty line; comments between. */
async function* read(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<readonly Message[]> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop()!;
    const messages = blocks.flatMap((block) => {
      const [, id, data] = /^id: (.+)\ndata: (.+)$/.exec(block) ?? [];
      return id && data ? [{ id, event: JSON.parse(data) as CloudEvent }] : [];
    });
    if (messages.length > 0) yield messages;
  }
}
