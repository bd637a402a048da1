import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { StaffMemberView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { STAFF, staffInSight, withNames, type StaffRow } from './list-staff-members.js';

export class GetStaffMember extends Query<StaffMemberView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetStaffMember)
export class GetStaffMemberHandler implements IQueryHandler<GetStaffMember> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ id }: GetStaffMember): Promise<StaffMemberView> {
    const actor = permit('registrar.read-staff');
    const member = await this.sql.row<StaffRow>(`${STAFF} WHERE id = $1 AND ($2::text IS NULL OR registrar_id = $2)`, [
      id,
      staffInSight(actor),
    ]);
    if (!member) throw new Refusal('not-found', { kind: 'staff member', id });
    return (await withNames(this.queries, [member]))[0]!;
  }
}
