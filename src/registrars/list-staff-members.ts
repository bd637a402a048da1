import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, PageQuery, StaffMemberView } from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { ListNamesOfPeople } from '../parties/list-names-of-people.js';
import { Sql } from '../platform/sql.js';

export type StaffRow = Omit<StaffMemberView, 'personName'>;
export const STAFF = `
  SELECT id, version, registrar_id AS "registrarId", person_id AS "personId", disciplines,
    experienced_since AS "experiencedSince", document_sha256 AS "documentSha256", state, listed_at AS "listedAt",
    ended_at AS "endedAt", reason FROM registration.staff_member`;

export async function withNames(queries: QueryBus, rows: readonly StaffRow[]): Promise<StaffMemberView[]> {
  const names = await queries.execute(new ListNamesOfPeople(rows.map(({ personId }) => personId)));
  return rows.map((row) => ({ ...row, personName: names.get(row.personId) ?? null }));
}

/** The registrar of whom the reader sees the staff; null: of all. */
export const staffInSight = ({ orgId, roles }: Actor): string | null =>
  roles.some((role) => ['authorityOfficer', 'regulator', 'auditor'].includes(role)) ? null : orgId;

/** The staff lists in sight, newest first. */
export class ListStaffMembers extends Query<Page<StaffMemberView>> {
  constructor(readonly page: PageQuery) {
    super();
  }
}

@QueryHandler(ListStaffMembers)
export class ListStaffMembersHandler implements IQueryHandler<ListStaffMembers> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ page: { limit, cursor } }: ListStaffMembers): Promise<Page<StaffMemberView>> {
    const actor = permit('registrar.read-staff');
    const [before = null] = decodeCursor(cursor, 'stf_') ?? [];
    const rows = await this.sql.rows<StaffRow>(
      `${STAFF} WHERE ($1::text IS NULL OR registrar_id = $1) AND ($2::text IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [staffInSight(actor), before, limit + 1],
    );
    return toPage(await withNames(this.queries, rows), limit, ({ id }) => [id]);
  }
}
