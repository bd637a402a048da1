import { Module } from '@nestjs/common';
import { AcceptOrderSilentlyHandler } from './accept-order-silently.js';
import { AcceptOrderHandler } from './accept-order.js';
import { CancelOrderHandler } from './cancel-order.js';
import { DisputeOrderHandler } from './dispute-order.js';
import { FollowDelivery } from './follow-delivery.js';
import { FollowSettlement } from './follow-settlement.js';
import { GetOrderContractHandler } from './get-order-contract.js';
import { FlagOrdersOfRestrictedCertificate } from './flag-orders-of-restricted-certificate.js';
import { GetOrderFactsHandler } from './get-order-facts.js';
import { GetOrderHoldHandler } from './get-order-hold.js';
import { GetOrderHandler } from './get-order.js';
import { LapseOrderHandler } from './lapse-order.js';
import { ListOrdersHandler } from './list-orders.js';
import { OrdersController } from './orders.controller.js';
import { PlaceOrderHandler } from './place-order.js';
import { RejectOrderHandler } from './reject-order.js';
import { ResolveDisputeHandler } from './resolve-dispute.js';
import { SignOrderHandler } from './sign-order.js';
import { StopOrdersOfEndedCertificate } from './stop-orders-of-ended-certificate.js';
import { StopOrdersOfEndedForeignCertificate } from './stop-orders-of-ended-foreign-certificate.js';
import { VerifySignatureHandler } from './verify-signature.js';

@Module({
  controllers: [OrdersController],
  providers: [
    PlaceOrderHandler,
    SignOrderHandler,
    VerifySignatureHandler,
    CancelOrderHandler,
    LapseOrderHandler,
    AcceptOrderHandler,
    AcceptOrderSilentlyHandler,
    RejectOrderHandler,
    DisputeOrderHandler,
    ResolveDisputeHandler,
    GetOrderHandler,
    ListOrdersHandler,
    GetOrderContractHandler,
    FlagOrdersOfRestrictedCertificate,
    GetOrderFactsHandler,
    GetOrderHoldHandler,
    FollowDelivery,
    FollowSettlement,
    StopOrdersOfEndedCertificate,
    StopOrdersOfEndedForeignCertificate,
  ],
})
export class TradingModule {}
