import { SERVING, type RegistrarState } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

export interface RegistersKept {
  /** The registrars whose registers it keeps: its own, and those that were handed over to it. */
  readonly registrarIds: readonly string[];
  /** Whether it may act upon them now. */
  readonly serves: boolean;
}

/** What an organisation keeps as a registrar; nothing any more once its own register was handed over. Other contexts ask it. */
export class ListRegistersKept extends Query<RegistersKept> {
  constructor(readonly organisationId: string) {
    super();
  }
}

interface Row {
  readonly id: string;
  readonly state: RegistrarState | null;
  readonly handedOver: boolean | null;
}

@QueryHandler(ListRegistersKept)
export class ListRegistersKeptHandler implements IQueryHandler<ListRegistersKept> {
  constructor(private readonly sql: Sql) {}

  async execute({ organisationId }: ListRegistersKept): Promise<RegistersKept> {
    const rows = await this.sql.rows<Row>(
      `WITH RECURSIVE kept (id) AS (
         SELECT $1::text UNION
         SELECT organisation_id FROM registration.registrar JOIN kept ON successor_id = kept.id
         WHERE archive->>'confirmedAt' IS NOT NULL AND state <> ALL ($2))
       SELECT kept.id, state, archive->>'confirmedAt' IS NOT NULL AS "handedOver"
       FROM kept LEFT JOIN registration.registrar ON organisation_id = kept.id ORDER BY kept.id`,
      [organisationId, SERVING],
    );
    const own = rows.find(({ id }) => id === organisationId)!;
    // Whoever never was in the catalogue, and had numbers of its own all the same, keeps what it registered.
    const serves = own.state === null || SERVING.includes(own.state);
    if (!serves && own.handedOver) return { registrarIds: [], serves };
    return { registrarIds: rows.map(({ id }) => id), serves };
  }
}
