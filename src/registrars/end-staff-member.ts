import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { StaffMember } from './staff-member.js';

export class EndStaffMember extends Command<void> {
  constructor(
    readonly id: string,
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(EndStaffMember)
export class EndStaffMemberHandler implements ICommandHandler<EndStaffMember> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ id, reason }: EndStaffMember): Promise<void> {
    const actor = permit('registrar.run');
    const member = await this.uow.getHeld(StaffMember, id);
    mustActFor(actor, member.registrarId);
    member.end(reason, { actor, now: this.clock.now() });
  }
}
