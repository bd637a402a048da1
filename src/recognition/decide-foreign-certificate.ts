import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { ForeignCertificate } from './foreign-certificate.js';
import { FOREIGN_EXPIRY } from './lapse-foreign-certificate.js';

/** A second person records what was verified; or it is rejected, with the reason. */
export class DecideForeignCertificate extends Command<void> {
  constructor(
    readonly id: string,
    readonly decision: 'record' | 'reject',
    readonly reason: string,
  ) {
    super();
  }
}

@CommandHandler(DecideForeignCertificate)
export class DecideForeignCertificateHandler implements ICommandHandler<DecideForeignCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ id, decision, reason }: DecideForeignCertificate): Promise<void> {
    const actor = permit(decision === 'record' ? 'foreign-certificate.record' : 'foreign-certificate.verify');
    const certificate = await this.uow.get(ForeignCertificate, id);
    const { registrarId, holderId, number, validTo } = certificate;
    mustActFor(actor, await this.queries.execute(new GetActingRegistrar(registrarId, holderId)));
    const act = { actor, now: this.clock.now() };
    if (decision === 'reject') return certificate.reject(reason, act);
    const known = await this.sql.row(
      `SELECT id FROM recognition.foreign_certificate WHERE number = $1 AND state = 'RECORDED'`,
      [number],
    );
    if (known) throw new Refusal('recognition/known', { number });
    certificate.record(act);
    await this.uow.schedule(FOREIGN_EXPIRY, id, validTo && new Date(validTo.getTime() + 1));
  }
}
