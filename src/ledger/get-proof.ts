import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { decodeBundle, formatProof, inclusionProof, nodeReader, TILE_WIDTH, tileWidth } from '@app/tlog';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { EventReader } from './event-reader.js';
import { GetCheckpoint } from './get-checkpoint.js';
import { tileReader } from './tile-reader.js';

/** An offline proof that an event is in the log (c2sp.org/tlog-proof@v1); its leaf stands in the line `extra`; public. */
export class GetProof extends Query<string> {
  constructor(readonly eventId: string) {
    super();
  }
}

@QueryHandler(GetProof)
export class GetProofHandler implements IQueryHandler<GetProof> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
    private readonly reader: EventReader,
  ) {}

  async execute({ eventId }: GetProof): Promise<string> {
    const known = await this.sql.row('SELECT event_id FROM ledger.payload WHERE event_id = $1', [eventId]);
    if (!known) throw new Refusal('not-found', { kind: 'event', id: eventId });
    const [entry] = await this.reader.find([eventId]);
    const published = await this.queries.execute(new GetCheckpoint());
    if (!entry || !published || entry.leafIndex >= published.size) throw new Refusal('ledger/not-published');
    const { size, note: checkpoint } = published;
    const { leafIndex: index } = entry;
    const readTile = tileReader((sql, parameters) => this.sql.rows(sql, parameters));
    const bundle = Math.floor(index / TILE_WIDTH);
    const width = tileWidth('entries', bundle, size);
    const leaves = decodeBundle(await readTile({ level: 'entries', index: bundle, width }));
    const hashes = await inclusionProof(index, size, nodeReader(size, readTile));
    return formatProof({ index, hashes, checkpoint, extra: leaves[index % TILE_WIDTH]! });
  }
}
