import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Organisation } from './organisation.js';

/** Suspends an organisation or lets it act again. */
export class SuperviseOrganisation extends Command<void> {
  constructor(
    readonly organisationId: string,
    readonly action: 'suspend' | 'reinstate',
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(SuperviseOrganisation)
export class SuperviseOrganisationHandler implements ICommandHandler<SuperviseOrganisation> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ organisationId, action, reason }: SuperviseOrganisation): Promise<void> {
    permit('organisation.register');
    (await this.uow.get(Organisation, organisationId))[action](reason);
  }
}
