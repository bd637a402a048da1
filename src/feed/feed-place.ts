import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { decodeBundle } from '@app/tlog';
import { permit } from '../platform/context.js';
import { decodeCursor, encodeCursor } from '../platform/page.js';
import { fault, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { FeedReader } from './feed-reader.js';

/** A place in one operator's feed, from which to read on. */
export interface Place {
  readonly operatorId: string;
  /** The last position that was seen, 0 for none. */
  readonly after: number;
  /** The place after another item of the same feed, as a cursor. */
  readonly cursorAt: (position: number) => string;
}

/** Whose feed the caller reads, and from where: a cursor holds for one feed of one log. */
@Injectable()
export class FeedPlaces {
  /** Which log this is: its first leaf stays for ever. */
  private log: string | undefined;

  constructor(
    private readonly sql: Sql,
    private readonly reader: FeedReader,
  ) {}

  /** @param asked whose feed, for those who watch; everybody else reads that of the own organisation */
  async operatorOf(asked: string | undefined): Promise<string> {
    const { orgId, roles } = permit('feed.read');
    const ofOperator = roles.some((role) => role === 'exchangeOfficer' || role === 'feedReader');
    const own = ofOperator && (asked === undefined || asked === orgId);
    if (!own && !roles.some((role) => role === 'regulator' || role === 'auditor'))
      throw new Refusal('not-your-organisation');
    if (!own && asked === undefined)
      throw fault('/operator', '请指明要查看哪个运营机构的事件流', 'say whose feed: the id of an operator');
    const operatorId = own ? orgId : asked!;
    const known = await this.sql.row('SELECT FROM feed.operator WHERE operator_id = $1', [operatorId]);
    if (!known) throw new Refusal('feed/none', { operatorId });
    return operatorId;
  }

  /** @param start where to begin without a cursor: after that position, or, below 0, that many before the end */
  async find(asked: string | undefined, cursor: string | undefined, start = 0): Promise<Place> {
    const operatorId = await this.operatorOf(asked);
    const size = await this.reader.size(operatorId);
    if (!cursor && start > size) throw fault('/after', `事件流止于 ${size}`, `the feed ends at ${size}`);
    const log = (this.log ??= await this.firstLeaf());
    const cursorAt = (position: number): string => encodeCursor([operatorId, log, position]);
    const [whose, which, after] = decodeCursor(cursor, 'org_', 'code', 'count') ?? [
      operatorId,
      log,
      start < 0 ? Math.max(0, size + start) : start,
    ];
    if (whose !== operatorId || which !== log || Number(after) > size)
      throw fault('/cursor', '游标不属于此事件流', 'not a cursor of this feed');
    return { operatorId, after: Number(after), cursorAt };
  }

  private async firstLeaf(): Promise<string> {
    const row = await this.sql.row<{ data: Buffer }>('SELECT data FROM ledger.bundle WHERE n = 0');
    const [leaf] = decodeBundle(row!.data);
    return createHash('sha256').update(leaf!).digest('hex').slice(0, 16).toUpperCase();
  }
}
