import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Page, PageQuery, StaffMemberView } from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';

export const STAFF = `
  SELECT id, version, registrar_id AS "registrarId", person_id AS "personId", disciplines,
    experienced_since AS "experiencedSince", document_sha256 AS "documentSha256", state, listed_at AS "listedAt",
    ended_at AS "endedAt", reason FROM registration.staff_member`;

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
  constructor(private readonly sql: Sql) {}

  async execute({ page: { limit, cursor } }: ListStaffMembers): Promise<Page<StaffMemberView>> {
    const actor = permit('registrar.read-staff');
    const [before = null] = decodeCursor(cursor, 'stf_') ?? [];
    const rows = await this.sql.rows<StaffMemberView>(
      `${STAFF} WHERE ($1::text IS NULL OR registrar_id = $1) AND ($2::text IS NULL OR id < $2)
       ORDER BY id DESC LIMIT $3`,
      [staffInSight(actor), before, limit + 1],
    );
    return toPage(rows, limit, ({ id }) => [id]);
  }
}
