import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Membership } from './membership.js';

export class WithdrawMembership extends Command<void> {
  constructor(readonly membershipId: string) {
    super();
  }
}

@CommandHandler(WithdrawMembership)
export class WithdrawMembershipHandler implements ICommandHandler<WithdrawMembership> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ membershipId }: WithdrawMembership): Promise<void> {
    const actor = permit('membership.apply');
    const membership = await this.uow.get(Membership, membershipId);
    mustActFor(actor, membership.organisationId);
    membership.change('withdraw', null);
  }
}
