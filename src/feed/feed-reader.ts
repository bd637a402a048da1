import { Inject, Injectable } from '@nestjs/common';
import type { CloudEvent } from '@app/sdk';
import { CONFIG, type Config } from '../platform/config.js';
import type { LogEntry } from '../platform/log.js';
import { Sql } from '../platform/sql.js';
import { stateAfter, UNCHANGED } from './visibility.js';

export interface FeedFilter {
  readonly venue?: string;
  readonly types?: readonly string[];
  readonly subject?: string;
}

export interface FeedItem {
  readonly position: number;
  readonly leafIndex: number;
  /** Every channel sends `JSON.stringify(event)`. */
  readonly event: CloudEvent;
}

interface Row {
  readonly position: string;
  readonly leaf_index: string;
  readonly venue_id: string | null;
  readonly leaf: Buffer;
  readonly salt: string | null;
  readonly payload: string | null;
  readonly type_before: string | null;
}

/** Where an object is read, by the prefix of its id. */
const PATHS: Readonly<Record<string, string>> = {
  app: 'applications',
  cert: 'certificates',
  dis: 'distributions',
  dlv: 'deliveries',
  esc: 'escrows',
  fee: 'fee-schedules',
  lst: 'listings',
  man: 'mandates',
  mem: 'memberships',
  ord: 'orders',
  org: 'organisations',
  pay: 'payouts',
  reg: 'registrars',
  ven: 'venues',
};

/** The feeds as consumers get them: in order of position, with the payloads that were not erased. */
@Injectable()
export class FeedReader {
  constructor(
    private readonly sql: Sql,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** At most `limit` items after the position `after` (0: from the first). */
  async read(operatorId: string, after: number, limit: number, filter: FeedFilter = {}): Promise<FeedItem[]> {
    const { venue, types, subject } = filter;
    // Positions are dense: unfiltered, the page ends there, which spares a planner without statistics to sort the rest.
    const until = (venue ?? types ?? subject) ? Number.MAX_SAFE_INTEGER : after + limit;
    const rows = await this.sql.rows<Row>(
      `SELECT e.position, e.leaf_index, e.venue_id, l.leaf, encode(p.salt, 'hex') AS salt, p.payload,
         (SELECT b.type FROM ledger.payload b WHERE b.stream = p.stream AND b.version < p.version AND b.type <> ALL ($7)
          ORDER BY b.version DESC LIMIT 1) AS type_before
       FROM feed.entry e JOIN feed.leaf l USING (leaf_index) JOIN ledger.payload p USING (event_id)
       WHERE e.operator_id = $1 AND e.position > $2 AND e.position <= $8 AND ($4::text IS NULL OR e.venue_id = $4)
         AND ($5::text[] IS NULL OR e.type = ANY ($5)) AND ($6::text IS NULL OR e.subject = $6)
       ORDER BY e.position LIMIT $3`,
      [operatorId, after, limit, venue ?? null, types ?? null, subject ?? null, UNCHANGED, until],
    );
    return rows.map((row) => ({
      position: Number(row.position),
      leafIndex: Number(row.leaf_index),
      event: this.envelope(row),
    }));
  }

  /** The last position of the feed, 0 for none. */
  async size(operatorId: string): Promise<number> {
    const row = await this.sql.row<{ size: string }>('SELECT size FROM feed.operator WHERE operator_id = $1', [
      operatorId,
    ]);
    return Number(row?.size ?? 0);
  }

  /** The organisations that have a feed. */
  async operators(): Promise<string[]> {
    const rows = await this.sql.rows<{ id: string }>('SELECT operator_id AS id FROM feed.operator ORDER BY 1');
    return rows.map(({ id }) => id);
  }

  private envelope(row: Row): CloudEvent {
    const leaf = JSON.parse(row.leaf.toString()) as Omit<LogEntry, 'leafIndex'>;
    const before = row.type_before === null ? null : (stateAfter(row.type_before, null) ?? null);
    const after = stateAfter(leaf.type, before);
    const path = PATHS[leaf.stream.split('_', 1)[0]!];
    return {
      specversion: '1.0',
      id: leaf.id,
      source: this.config.PUBLIC_URL ?? `http://${this.config.HOST}:${this.config.PORT}`,
      type: leaf.type,
      subject: leaf.stream,
      time: leaf.occurredAt,
      datacontenttype: 'application/json',
      sequence: row.leaf_index,
      position: row.position,
      data: {
        version: leaf.version,
        actor: leaf.actor,
        ...(leaf.onBehalfOf !== undefined && { onBehalfOf: leaf.onBehalfOf }),
        ...(leaf.rulePack !== undefined && { rulePack: leaf.rulePack }),
        venue: row.venue_id,
        state: after === null ? null : { before, after },
        payload: row.payload === null ? null : (JSON.parse(row.payload) as Record<string, unknown>),
        salt: row.salt,
        payloadDigest: leaf.payloadDigest,
        leaf: row.leaf.toString('base64'),
        links: { object: path ? `/v1/${path}/${leaf.stream}` : null, proof: `/v1/events/${leaf.id}/proof` },
      },
    };
  }
}
