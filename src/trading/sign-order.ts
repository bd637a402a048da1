import { isDeepStrictEqual } from 'node:util';
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { CONTRACT_SIGNATURE_TYP } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { lapseAt, ORDER_LAPSE } from './lapse-order.js';
import { Order } from './order.js';
import { VerifySignature } from './verify-signature.js';

export class SignOrder extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly jws: string,
  ) {
    super();
  }
}

@CommandHandler(SignOrder)
export class SignOrderHandler implements ICommandHandler<SignOrder> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ orderId, jws }: SignOrder): Promise<void> {
    const { orgId: organisationId } = permit('order.sign');
    const order = await this.uow.get(Order, orderId);
    order.mustConcern(organisationId);
    const verdict = await this.queries.execute(new VerifySignature(organisationId, jws, CONTRACT_SIGNATURE_TYP));
    if ('refused' in verdict) throw new Refusal('trading/signature-refused', { reason: verdict.refused });
    const { contractHash } = order;
    if (!isDeepStrictEqual(verdict.payload, { orderId, contractHash, organisationId }))
      throw new Refusal('trading/signature-refused', { reason: 'PAYLOAD_DIFFERS' });
    const now = this.clock.now();
    order.sign({ organisationId, keyId: verdict.keyId, jws, signedAt: now.toISOString() });
    if (order.state === 'CONTRACTED') await this.uow.schedule(ORDER_LAPSE, order.id, lapseAt(now));
  }
}
