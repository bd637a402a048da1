import { Injectable } from '@nestjs/common';
import type { EventView } from '@app/sdk';
import { TILE_WIDTH } from '@app/tlog';
import { Log, type LogEntry } from '../platform/log.js';
import { Sql } from '../platform/sql.js';

/**
 * The bundle that would hold the event of the payload row `e`, as `first.n`: entries have no row of their own, the intake
 * keys of an event and of the bundles' first entries tell. An event that is not sequenced yet is not in it.
 */
export const BUNDLE_OF_EVENT = `LATERAL (SELECT b.n FROM ledger.bundle b WHERE (b.gen, b.xid, b.seq) <= (e.gen, e.xid, e.seq)
  ORDER BY b.gen DESC, b.xid DESC, b.seq DESC LIMIT 1) first`;

/** Finds events in the sequenced log, and adds their payloads. */
@Injectable()
export class EventReader {
  constructor(
    private readonly sql: Sql,
    private readonly log: Log,
  ) {}

  /** The log entries of these events (UUIDs), in their order; those that are not sequenced yet are missing. */
  async find(ids: readonly string[]): Promise<LogEntry[]> {
    const rows = await this.sql.rows<{ id: string; n: string }>(
      `SELECT e.event_id AS id, first.n FROM unnest($1::uuid[]) WITH ORDINALITY AS u (id, place)
       JOIN ledger.payload e ON e.event_id = u.id
       CROSS JOIN ${BUNDLE_OF_EVENT} ORDER BY u.place`,
      [ids],
    );
    const bundles = new Map<string, Map<string, LogEntry>>();
    for (const n of new Set(rows.map((row) => row.n))) {
      const entries = await this.log.read(Number(n) * TILE_WIDTH);
      bundles.set(n, new Map(entries.map((entry) => [entry.id, entry])));
    }
    return rows.flatMap(({ id, n }) => bundles.get(n)?.get(id) ?? []);
  }

  async withPayloads(entries: readonly LogEntry[]): Promise<EventView[]> {
    const rows = await this.sql.rows<{ id: string; salt: string | null; payload: string | null }>(
      `SELECT event_id AS id, encode(salt, 'hex') AS salt, payload FROM ledger.payload WHERE event_id = ANY($1)`,
      [entries.map(({ id }) => id)],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return entries.map((entry) => {
      const { leafIndex, version, v: _, bytes: __, ...meta } = entry;
      const { salt = null, payload = null } = byId.get(meta.id) ?? {};
      return { ...meta, index: leafIndex, streamVersion: version, salt, payload };
    });
  }
}
