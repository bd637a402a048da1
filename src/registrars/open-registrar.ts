import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, OpenRegistrarBody } from '@app/sdk';
import { GetOrganisation } from '../parties/get-organisation.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { scheduleDuties } from './registrar-command.js';
import { Registrar } from './registrar.js';

/** Enters an organisation that the national catalogue holds already. */
export class OpenRegistrar extends Command<Created> {
  constructor(readonly body: OpenRegistrarBody) {
    super();
  }
}

@CommandHandler(OpenRegistrar)
export class OpenRegistrarHandler implements ICommandHandler<OpenRegistrar> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: OpenRegistrar): Promise<Created> {
    permit('registrar.open');
    await this.queries.execute(new GetOrganisation(body.organisationId));
    const known = await this.sql.row<{ id: string }>(
      'SELECT id FROM registration.registrar WHERE organisation_id = $1 OR (region_code2 = $2 AND digit = $3)',
      [body.organisationId, body.regionCode2, body.digit],
    );
    if (known) throw new Refusal('registration/registrar-known', { id: known.id });
    const registrar = this.uow.add(Registrar.open(body, this.clock.now()));
    await scheduleDuties(this.uow, registrar);
    return { id: registrar.id };
  }
}
