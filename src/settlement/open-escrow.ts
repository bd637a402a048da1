import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Money } from '@app/sdk';
import { GetMandate } from '../brokerage/get-mandate.js';
import { GetVenue } from '../market/get-venue.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Escrow } from './escrow.js';
import { GetFees } from './get-fees.js';

interface Sale {
  readonly orderId: string;
  readonly number: string;
  readonly buyerId: string;
  readonly sellerId: string;
  readonly venueId: string;
  readonly gross: Money;
  readonly schemeId: string | null;
  readonly brokerMandateId: string | null;
}

/** Opens the escrow of an order, once, at today's fees. Nothing to pay is paid at once. */
export class OpenEscrow extends Command<void> {
  constructor(readonly sale: Sale) {
    super();
  }
}

@CommandHandler(OpenEscrow)
export class OpenEscrowHandler implements ICommandHandler<OpenEscrow> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ sale }: OpenEscrow): Promise<void> {
    permit('escrow.advance');
    const { orderId, number: reference, buyerId, sellerId, venueId, gross: due, schemeId, brokerMandateId } = sale;
    if (await this.uow.manager.existsBy(Escrow, { orderId })) return;
    const { operatorId } = await this.queries.execute(new GetVenue(venueId));
    const fees = await this.queries.execute(new GetFees(venueId));
    const mandate = brokerMandateId === null ? null : await this.queries.execute(new GetMandate(brokerMandateId));
    const commission = mandate && {
      mandateId: mandate.id,
      brokerId: mandate.brokerId,
      basisPoints: mandate.commissionBp,
    };
    const parties = { buyerId, sellerId, venueId, operatorId };
    const feeScheduleId = fees?.id ?? null;
    const escrow = this.uow.add(
      Escrow.open({ orderId, reference, ...parties, due, schemeId, feeScheduleId, commission }),
    );
    if (BigInt(due.amount) === 0n) escrow.fund(null);
  }
}
