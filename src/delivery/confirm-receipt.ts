import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { RECEIPT_TYP, ReceiptStatement } from '@app/sdk';
import { mustActFor, permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { VerifySignature } from '../trading/verify-signature.js';
import { Delivery } from './delivery.js';

export class ConfirmReceipt extends Command<void> {
  constructor(
    readonly deliveryId: string,
    readonly jws: string,
  ) {
    super();
  }
}

@CommandHandler(ConfirmReceipt)
export class ConfirmReceiptHandler implements ICommandHandler<ConfirmReceipt> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ deliveryId, jws }: ConfirmReceipt): Promise<void> {
    const actor = permit('delivery.receive');
    const delivery = await this.uow.get(Delivery, deliveryId);
    mustActFor(actor, delivery.buyerId);
    const verdict = await this.queries.execute(new VerifySignature(delivery.buyerId, jws, RECEIPT_TYP));
    if ('refused' in verdict) throw new Refusal('delivery/receipt-refused', { reason: verdict.refused });
    const { data: statement } = ReceiptStatement.safeParse(verdict.payload);
    if (statement?.deliveryId !== delivery.id || statement.orderId !== delivery.orderId)
      throw new Refusal('delivery/receipt-refused', { reason: 'PAYLOAD_DIFFERS' });
    delivery.receive(statement.sha256, jws);
  }
}
