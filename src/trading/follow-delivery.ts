import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { addWorkingDays } from '@app/calendar';
import { inForce } from '@app/sdk';
import { GetCurrentCertificate } from '../certificates/get-current-certificate.js';
import { DeliveryPrepared, DeliveryReceived } from '../delivery/delivery.js';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { orNull } from '../platform/refusal.js';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { SILENT_ACCEPTANCE } from './accept-order-silently.js';
import { Order } from './order.js';

/** An order is on its way when its file lies ready, and delivered when the buyer signed for it. */
@Injectable()
@Reaction({ consumer: 'trading.follow-delivery', to: [DeliveryPrepared, DeliveryReceived] })
export class FollowDelivery implements Reacts<DeliveryPrepared | DeliveryReceived> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async on(event: DeliveryPrepared | DeliveryReceived): Promise<void> {
    const order = await this.uow.get(Order, event.orderId);
    if (event instanceof DeliveryPrepared) return this.start(order, event);
    if (!order.can('completeDelivery') || order.deliveryId !== event.deliveryId) return;
    const due = order.silentAcceptance ? addWorkingDays(this.clock.now(), order.acceptanceDays) : null;
    order.completeDelivery(event.sha256, due);
    await this.uow.schedule(SILENT_ACCEPTANCE, order.id, due);
  }

  private async start(order: Order, { deliveryId }: DeliveryPrepared): Promise<void> {
    if (!order.can('startDelivery')) return;
    const certificate = await orNull(this.queries.execute(new GetCurrentCertificate(order.certificateNumber)));
    const { status = '', holderId } = certificate ?? {};
    const goesOn = status === 'RESTRICTED' && this.config.RESTRICTED_ORDERS === 'continue';
    // After a transfer the seller has nothing left to deliver.
    if (holderId === order.sellerId && (inForce(status) || goesOn)) order.startDelivery(deliveryId);
    else order.halt('CERTIFICATE', status);
  }
}
