import { Injectable } from '@nestjs/common';
import { TILE_WIDTH, decodeBundle } from '@app/tlog';
import type { EventMeta } from './event.js';
import { Sql } from './sql.js';

export interface LogEntry extends EventMeta {
  readonly v: 1;
  readonly payloadDigest: string;
  /** The leaf as it stands in the log. */
  readonly bytes: Uint8Array;
}

const BUNDLES_KEPT = 128;

/** The sequenced log, read by leaf index: dense, gapless, the same for every reader. */
@Injectable()
export class Log {
  /** Full bundles never change; those read last are kept, because every consumer reads them. */
  private readonly full = new Map<number, LogEntry[]>();

  constructor(private readonly sql: Sql) {}

  async size(): Promise<number> {
    const row = await this.sql.row<{ size: string }>('SELECT size FROM ledger.head');
    return Number(row?.size ?? 0);
  }

  /** The entries from `from`, at most up to the end of the bundle that holds it, or of so many bundles. */
  async read(from: number, bundles = 1): Promise<LogEntry[]> {
    const first = Math.floor(from / TILE_WIDTH);
    const known: LogEntry[][] = [];
    for (let n = first; n < first + bundles && this.full.has(n); n += 1) known.push(this.keep(n, this.full.get(n)!));
    const missing = bundles - known.length;
    const loaded = missing > 0 ? await this.load(first + known.length, missing) : [];
    const [begun = [], ...rest] = [...known, ...loaded];
    return begun.slice(from - first * TILE_WIDTH).concat(...rest);
  }

  /** The payloads of these events (canonical JSON) by event id; erased ones are missing. */
  async payloads(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const rows = await this.sql.rows<{ event_id: string; payload: string }>(
      'SELECT event_id, payload FROM ledger.payload WHERE event_id = ANY($1) AND payload IS NOT NULL',
      [ids],
    );
    return new Map(rows.map((row) => [row.event_id, row.payload]));
  }

  private async load(from: number, count: number): Promise<LogEntry[][]> {
    const rows = await this.sql.rows<{ n: string; data: Buffer }>(
      'SELECT n, data FROM ledger.bundle WHERE n >= $1 ORDER BY n LIMIT $2',
      [from, count],
    );
    return rows.map(({ n, data }) => this.keep(Number(n), decode(Number(n), data)));
  }

  private keep(n: number, entries: LogEntry[]): LogEntry[] {
    if (entries.length < TILE_WIDTH) return entries;
    this.full.delete(n); // A map is in the order of insertion.
    this.full.set(n, entries);
    if (this.full.size > BUNDLES_KEPT) this.full.delete(this.full.keys().next().value!);
    return entries;
  }
}

const decode = (n: number, bundle: Buffer): LogEntry[] =>
  decodeBundle(bundle).map((leaf, i) => {
    const text = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length).toString();
    return Object.assign(JSON.parse(text) as LogEntry, { leafIndex: n * TILE_WIDTH + i, bytes: leaf });
  });
