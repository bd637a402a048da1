import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  consistencyProof,
  emptyLog,
  formatAddCheckpoint,
  generateNoteKey,
  integrate,
  nodeReader,
  parseSkey,
  signCheckpoint,
  tilePath,
  type Integration,
} from '@app/tlog';

/** A log in memory, served over HTTP as c2sp.org/tlog-tiles has it; it grows, and lies, when a test says so. */
export interface StaticLog {
  readonly url: string;
  readonly vkey: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** How many requests are answered in all; whoever asks more waits for ever. */
  answer(most: number): void;
  size(): number;
  grow(count: number): Promise<void>;
  /** Starts a second history with the first `keep` entries. */
  fork(keep: number, count: number): Promise<void>;
  /** A request of `add-checkpoint` from the tree of `from` to that of `to` leaves. */
  request(from: number, to: number): Promise<string>;
  close(): Promise<void>;
}

export async function startStaticLog(origin = 'log.example/demo'): Promise<StaticLog> {
  const key = generateNoteKey(origin);
  const files = new Map<string, Buffer | string>();
  const notes = new Map<number, string>();
  const asked: string[] = [];
  const tiles = new Map<string, Buffer>();
  let entries: Buffer[] = [];
  let log: Integration = { ...emptyLog(), root: Buffer.alloc(0), tiles: [], bundles: [] };
  const append = async (added: readonly Buffer[]): Promise<void> => {
    log = integrate(log, added);
    entries = [...entries, ...added];
    for (const tile of [...log.bundles, ...log.tiles]) {
      files.set(`/${tilePath(tile)}`, tile.bytes);
      if (tile.level !== 'entries') tiles.set(`${tile.level}/${tile.index}`, tile.bytes);
    }
    const note = await signCheckpoint({ origin, size: log.size, root: log.root }, [parseSkey(key.skey)]);
    notes.set(log.size, note);
    files.set('/checkpoint', note);
  };
  const served = { answers: Infinity };
  const server = createServer((request, response) => {
    const path = request.url!.replace(/^\/log/, '');
    asked.push(path);
    if (asked.length > served.answers) return;
    const file = path === '/key' ? `${key.vkey}\n` : files.get(path);
    response.statusCode = file === undefined ? 404 : 200;
    response.end(file);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const name =
    (text: string) =>
    (_: unknown, i: number): Buffer =>
      Buffer.from(`${text} ${entries.length + i}`);
  await append(Array.from({ length: 3 }, name('entry')));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/log`,
    vkey: key.vkey,
    asked,
    answer: (most) => {
      served.answers = most;
    },
    size: () => log.size,
    grow: (count) => append(Array.from({ length: count }, name('entry'))),
    fork: async (keep, count) => {
      const kept = entries.slice(0, keep);
      [entries, log] = [[], { ...emptyLog(), root: Buffer.alloc(0), tiles: [], bundles: [] }];
      for (const path of files.keys()) files.delete(path);
      await append([...kept, ...Array.from({ length: count }, (_, i) => Buffer.from(`other ${i}`))]);
    },
    request: async (from, to) => {
      const readTile = ({ level, index, width }: { level: number | 'entries'; index: number; width: number }) =>
        tiles.get(`${level}/${index}`)!.subarray(0, width * 32);
      const proof = from === 0 ? [] : await consistencyProof(from, to, nodeReader(to, readTile));
      return formatAddCheckpoint({ oldSize: from, proof, checkpoint: notes.get(to)! });
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
