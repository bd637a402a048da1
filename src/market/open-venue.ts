import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, OpenVenueBody } from '@app/sdk';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Venue } from './venue.js';

export class OpenVenue extends Command<Created> {
  constructor(readonly body: OpenVenueBody) {
    super();
  }
}

@CommandHandler(OpenVenue)
export class OpenVenueHandler implements ICommandHandler<OpenVenue> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ body }: OpenVenue): Promise<Created> {
    permit('venue.open');
    const parent = body.parentId === null ? null : await this.uow.get(Venue, body.parentId);
    return { id: this.uow.add(Venue.open(body, parent)).id };
  }
}
