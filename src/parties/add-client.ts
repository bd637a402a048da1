import type { AddClientBody, Created } from '@app/sdk';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { publishedKey } from './given-key.js';
import { MachineClient } from './machine-client.js';
import { Organisation } from './organisation.js';

export class AddClient extends Command<Created> {
  constructor(
    readonly organisationId: string,
    readonly body: AddClientBody,
  ) {
    super();
  }
}

@CommandHandler(AddClient)
export class AddClientHandler implements ICommandHandler<AddClient> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ organisationId, body: { name, jwks, roles } }: AddClient): Promise<Created> {
    permit('organisation.add-client');
    (await this.uow.get(Organisation, organisationId)).mustBeActive();
    const keys = await Promise.all(jwks.keys.map((jwk, i) => publishedKey(jwk, 'sig', `/jwks/keys/${i}`)));
    return { id: this.uow.add(MachineClient.add(organisationId, name, { keys }, roles)).id };
  }
}
