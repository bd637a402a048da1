import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetRegistrarAdmission } from './get-registrar-admission.js';
import { changeRegistrar } from './registrar-command.js';
import type { Registrar } from './registrar.js';

/** A second officer makes the order take effect, or declines it. */
export class DecideRegistrarOrder extends Command<void> {
  constructor(
    readonly id: string,
    readonly decision: 'confirm' | 'decline',
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(DecideRegistrarOrder)
export class DecideRegistrarOrderHandler implements ICommandHandler<DecideRegistrarOrder> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ id, decision, reason }: DecideRegistrarOrder): Promise<void> {
    const actor = permit('registrar.supervise');
    const act = { actor, now: this.clock.now() };
    await changeRegistrar(this.uow, id, async (registrar) => {
      if (decision === 'decline') return registrar.declineOrder(reason, act);
      if (registrar.pending?.kind === 'CATALOGUE') await this.mustBeFree(registrar, registrar.pending.digit!);
      registrar.confirmOrder(await this.queries.execute(new GetRegistrarAdmission(registrar)), act);
    });
  }

  private async mustBeFree({ id, regionCode2 }: Registrar, digit: string): Promise<void> {
    const known = await this.sql.row<{ id: string }>(
      'SELECT id FROM registration.registrar WHERE region_code2 = $1 AND digit = $2 AND id <> $3',
      [regionCode2, digit, id],
    );
    if (known) throw new Refusal('registration/registrar-known', { id: known.id });
  }
}
