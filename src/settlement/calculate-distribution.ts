import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Distribution } from './distribution.js';
import { Escrow } from './escrow.js';
import { FeeSchedule } from './fee-schedule.js';
import { GetScheme } from './get-scheme.js';
import { waterfall } from './waterfall.js';

/** Calculates, once, who gets what of an accepted order, by the terms of its contract. */
export class CalculateDistribution extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

@CommandHandler(CalculateDistribution)
export class CalculateDistributionHandler implements ICommandHandler<CalculateDistribution> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ orderId }: CalculateDistribution): Promise<void> {
    permit('escrow.advance');
    const { manager } = this.uow;
    if (await manager.existsBy(Distribution, { orderId })) return;
    const escrow = await manager.findOneBy(Escrow, { orderId });
    if (!escrow) throw new Refusal('not-found', { kind: 'escrow', id: orderId });
    const { id: escrowId, operatorId, sellerId, schemeId, feeScheduleId, commission, currency } = escrow;
    const scheme = schemeId === null ? null : await this.queries.execute(new GetScheme(schemeId));
    if (scheme && scheme.state !== 'SIGNED') throw new Refusal('settlement/scheme-not-signed', { id: scheme.id });
    const fees = feeScheduleId === null ? null : await manager.findOneByOrFail(FeeSchedule, { id: feeScheduleId });
    const participants = scheme?.participants ?? null;
    const sale = { gross: escrow.funded, sellerId, operatorId, fees, commission, participants };
    const { distributable, lines } = waterfall(sale);
    const money = (amount: string) => ({ amount, currency: currency as 'CNY' });
    const amounts = { gross: money(escrow.funded), distributable: money(distributable), lines };
    this.uow.add(Distribution.calculate({ escrowId, orderId, operatorId, ...amounts, schemeId, feeScheduleId }));
  }
}
