import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { TrustedIssuer, type IssuerDecision } from './trusted-issuer.js';

export class DecideTrustedIssuer extends Command<void> {
  constructor(
    readonly id: string,
    readonly decision: IssuerDecision,
  ) {
    super();
  }
}

@CommandHandler(DecideTrustedIssuer)
export class DecideTrustedIssuerHandler implements ICommandHandler<DecideTrustedIssuer> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ id, decision }: DecideTrustedIssuer): Promise<void> {
    const actor = permit('trusted-issuer.decide');
    const issuer = await this.uow.get(TrustedIssuer, id);
    const known = await this.sql.row(
      `SELECT id FROM recognition.trusted_issuer WHERE did = $1 AND state = 'TRUSTED' AND id <> $2`,
      [issuer.did, id],
    );
    if (decision === 'confirm' && known) throw new Refusal('recognition/known', { number: issuer.did });
    issuer.decide(decision, actor);
  }
}
