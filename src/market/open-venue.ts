import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, OpenVenueBody } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Venue } from './venue.js';

export class OpenVenue extends Command<Created> {
  constructor(readonly body: OpenVenueBody) {
    super();
  }
}

@CommandHandler(OpenVenue)
export class OpenVenueHandler implements ICommandHandler<OpenVenue> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ body }: OpenVenue): Promise<Created> {
    permit('venue.open');
    const taken = await this.sql.row('SELECT FROM market.venue WHERE code = $1', [body.code]);
    if (taken) throw new Refusal('market/venue-code-taken', { venueCode: body.code });
    const parent = body.parentId === null ? null : await this.uow.get(Venue, body.parentId);
    return { id: this.uow.add(Venue.open(body, parent)).id };
  }
}
