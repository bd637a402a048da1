import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, OpenVenueBody } from '@app/sdk';
import { GetOrganisation } from '../parties/get-organisation.js';
import { permit } from '../platform/context.js';
import { fault, orNull, Refusal } from '../platform/refusal.js';
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
    private readonly queries: QueryBus,
  ) {}

  async execute({ body }: OpenVenue): Promise<Created> {
    permit('venue.open');
    const taken = await this.sql.row('SELECT FROM market.venue WHERE code = $1', [body.code]);
    if (taken) throw new Refusal('market/venue-code-taken', { venueCode: body.code });
    const operator = await orNull(this.queries.execute(new GetOrganisation(body.operatorId)));
    if (!operator) throw fault('/operatorId', '没有登记此机构', 'no such organisation is registered');
    const parent = body.parentId === null ? null : await this.uow.get(Venue, body.parentId);
    return { id: this.uow.add(Venue.open(body, parent)).id };
  }
}
