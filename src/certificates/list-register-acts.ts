import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, RegisterActQuery, RegisterActView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { ListRegistersKept } from '../registrars/list-registers-kept.js';
import { ACT_COLUMNS, ACT_IN_SIGHT, sightOfActs, toActView, type ActRow } from './get-register-act.js';

/** The acts upon certificates, newest first: of the registers that a registrar keeps, or all for those who watch over them. */
export class ListRegisterActs extends Query<Page<RegisterActView>> {
  constructor(readonly query: RegisterActQuery) {
    super();
  }
}

@QueryHandler(ListRegisterActs)
export class ListRegisterActsHandler implements IQueryHandler<ListRegisterActs> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ query: { limit, cursor, state, certificateId } }: ListRegisterActs): Promise<Page<RegisterActView>> {
    const actor = permit('register-act.read');
    const kept = await this.queries.execute(new ListRegistersKept(actor.orgId));
    const [before = '~'] = decodeCursor(cursor, 'act_') ?? [];
    const rows = await this.sql.rows<ActRow>(
      `SELECT ${ACT_COLUMNS} FROM certificates.register_act WHERE ${ACT_IN_SIGHT} AND id < $2
         AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR certificate_id = $4) ORDER BY id DESC LIMIT $5`,
      [sightOfActs(actor, kept), before, state ?? null, certificateId ?? null, limit + 1],
    );
    const { items, nextCursor } = toPage(rows, limit, ({ id }) => [id]);
    return { items: items.map((row) => toActView(row, actor, kept)), nextCursor };
  }
}
