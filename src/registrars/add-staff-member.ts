import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, ListStaffBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { fault } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetOwnDocument } from './get-own-document.js';
import { GetRegistrarDetail } from './get-registrar-detail.js';
import { StaffMember } from './staff-member.js';

/** Lists a reviewer. From the first one on, only those listed review for this registrar. */
export class AddStaffMember extends Command<Created> {
  constructor(readonly body: ListStaffBody) {
    super();
  }
}

@CommandHandler(AddStaffMember)
export class AddStaffMemberHandler implements ICommandHandler<AddStaffMember> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: AddStaffMember): Promise<Created> {
    const actor = permit('registrar.run');
    await this.queries.execute(new GetRegistrarDetail(actor.orgId));
    const { sha256 } = await this.queries.execute(new GetOwnDocument(body.fileId, actor.orgId, '/fileId'));
    const known = await this.sql.row(
      `SELECT id FROM registration.staff_member WHERE registrar_id = $1 AND person_id = $2 AND state = 'ACTIVE'`,
      [actor.orgId, body.personId],
    );
    if (known) throw fault('/personId', '已在名单中', 'is on the list already');
    return { id: this.uow.add(StaffMember.list(body, sha256, { actor, now: this.clock.now() })).id };
  }
}
