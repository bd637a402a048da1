import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { formatProof, inclusionProof, nodeReader, TILE_WIDTH } from '@app/tlog';
import { fault, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { BUNDLE_OF_EVENT } from './event-reader.js';
import { PublishedTiles } from './published-tiles.js';

/**
 * An offline proof that an event is in the log (c2sp.org/tlog-proof@v1); its leaf stands in the line `extra`; public. It leads
 * to the newest checkpoint, or to the published one of `size`.
 */
export class GetProof extends Query<string> {
  constructor(
    readonly eventId: string,
    readonly size?: number,
  ) {
    super();
  }
}

interface Row {
  readonly bundle: string | null;
  readonly place: number | null;
  readonly leaf: Buffer | null;
  readonly size: string | null;
  readonly note: string | null;
}
interface Place {
  readonly index: number;
  readonly leaf: Uint8Array;
  readonly size: number;
  readonly checkpoint: string;
}

@QueryHandler(GetProof)
export class GetProofHandler implements IQueryHandler<GetProof> {
  constructor(
    private readonly sql: Sql,
    private readonly tiles: PublishedTiles,
  ) {}

  async execute({ eventId, size: wanted }: GetProof): Promise<string> {
    const { index, leaf, size, checkpoint } = await this.placeOf(eventId, wanted);
    const hashes = await inclusionProof(index, size, nodeReader(size, this.tiles.reader(size)));
    return formatProof({ index, hashes, checkpoint, extra: leaf });
  }

  /** The leaf of the event, if it is sequenced, and the checkpoint: in one round trip. */
  private async placeOf(eventId: string, wanted?: number): Promise<Place> {
    const row = await this.sql.row<Row>(
      `SELECT first.n AS bundle, l.place, l.leaf, c.size, c.note FROM ledger.payload e LEFT JOIN ${BUNDLE_OF_EVENT} ON true
       LEFT JOIN LATERAL ledger.leaf_of(e.event_id, first.n) l ON true
       LEFT JOIN LATERAL (SELECT size, note FROM ledger.cosigned_checkpoint WHERE size <= $2::bigint ORDER BY size DESC LIMIT 1) c ON true
       WHERE e.event_id = $1`,
      [eventId, wanted ?? Number.MAX_SAFE_INTEGER],
    );
    if (!row) throw new Refusal('not-found', { kind: 'event', id: eventId });
    const { bundle, place, leaf, size, note } = row;
    if (wanted !== undefined && Number(size ?? -1) !== wanted)
      throw new Refusal('ledger/unpublished-size', { size: wanted });
    if (leaf === null || size === null || note === null) throw new Refusal('ledger/not-published');
    const index = Number(bundle) * TILE_WIDTH + place!;
    if (index < Number(size)) return { index, leaf, size: Number(size), checkpoint: note };
    if (wanted === undefined) throw new Refusal('ledger/not-published');
    throw fault('/size', `${wanted} 条的树尚未包含该事件`, `the tree of ${wanted} leaves ends before this event`);
  }
}
