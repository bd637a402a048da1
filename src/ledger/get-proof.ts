import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { decodeBundle, formatProof, inclusionProof, nodeReader, TILE_WIDTH, tileWidth } from '@app/tlog';
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

interface Place {
  readonly bundle: string | null;
  readonly size: string | null;
  readonly note: string | null;
}

@QueryHandler(GetProof)
export class GetProofHandler implements IQueryHandler<GetProof> {
  constructor(
    private readonly sql: Sql,
    private readonly tiles: PublishedTiles,
  ) {}

  async execute({ eventId, size: wanted }: GetProof): Promise<string> {
    const { bundle, size, note: checkpoint } = await this.placeOf(eventId, wanted);
    const entry = await this.find(eventId, bundle, size);
    if (!entry && wanted !== undefined)
      throw fault('/size', `${wanted} 条的树尚未包含该事件`, `the tree of ${wanted} leaves ends before this event`);
    if (!entry) throw new Refusal('ledger/not-published');
    const { index, leaf } = entry;
    const hashes = await inclusionProof(index, size, nodeReader(size, this.tiles.reader(size)));
    return formatProof({ index, hashes, checkpoint, extra: leaf });
  }

  /** The bundle where the event stands, if it is sequenced, and the checkpoint: in one round trip. */
  private async placeOf(eventId: string, wanted?: number): Promise<{ bundle: number; size: number; note: string }> {
    const place = await this.sql.row<Place>(
      `SELECT first.n AS bundle, c.size, c.note FROM ledger.payload e LEFT JOIN ${BUNDLE_OF_EVENT} ON true
       LEFT JOIN LATERAL (SELECT size, note FROM ledger.cosigned_checkpoint WHERE size <= $2::bigint ORDER BY size DESC LIMIT 1) c ON true
       WHERE e.event_id = $1`,
      [eventId, wanted ?? Number.MAX_SAFE_INTEGER],
    );
    if (!place) throw new Refusal('not-found', { kind: 'event', id: eventId });
    const { bundle, size, note } = place;
    if (wanted !== undefined && Number(size ?? -1) !== wanted)
      throw new Refusal('ledger/unpublished-size', { size: wanted });
    if (bundle === null || size === null || note === null) throw new Refusal('ledger/not-published');
    return { bundle: Number(bundle), size: Number(size), note };
  }

  private async find(
    id: string,
    bundle: number,
    size: number,
  ): Promise<{ index: number; leaf: Uint8Array } | undefined> {
    const width = tileWidth('entries', bundle, size);
    if (width === 0) return undefined;
    const [bytes] = await this.tiles.read(size, [{ level: 'entries', index: bundle, width }]);
    // Any leaf that holds the id is parsed, not all of them: an id may also be named by another event.
    if (!bytes?.includes(id)) return undefined;
    const leaves = decodeBundle(bytes);
    const place = leaves.findIndex((leaf) => {
      const text = Buffer.from(leaf.buffer, leaf.byteOffset, leaf.length);
      return text.includes(id) && (JSON.parse(text.toString()) as { id: string }).id === id;
    });
    return place < 0 ? undefined : { index: bundle * TILE_WIDTH + place, leaf: leaves[place]! };
  }
}
