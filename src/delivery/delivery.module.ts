import { Module } from '@nestjs/common';
import { ConfirmReceiptHandler } from './confirm-receipt.js';
import { DeliveriesController } from './deliveries.controller.js';
import { FinishPreparationHandler } from './finish-preparation.js';
import { FollowOrder } from './follow-order.js';
import { GetDeliveryHandler } from './get-delivery.js';
import { IssueLinkHandler } from './issue-link.js';
import { ListDeliveriesHandler } from './list-deliveries.js';
import { PrepareDeliveries } from './prepare-deliveries.js';
import { UseLinkHandler } from './use-link.js';

@Module({
  controllers: [DeliveriesController],
  providers: [
    FollowOrder,
    PrepareDeliveries,
    FinishPreparationHandler,
    IssueLinkHandler,
    UseLinkHandler,
    ConfirmReceiptHandler,
    GetDeliveryHandler,
    ListDeliveriesHandler,
  ],
})
export class DeliveryModule {}
