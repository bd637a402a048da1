import { Module } from '@nestjs/common';
import { AcceptMandateHandler } from './accept-mandate.js';
import { DeclineMandateHandler } from './decline-mandate.js';
import { ExpireMandateHandler } from './expire-mandate.js';
import { GetMandateHandler } from './get-mandate.js';
import { GetOwnMandateHandler } from './get-own-mandate.js';
import { ListCommissionsHandler } from './list-commissions.js';
import { ListMandatesHandler } from './list-mandates.js';
import { MandatesController } from './mandates.controller.js';
import { OfferMandateHandler } from './offer-mandate.js';
import { RecordCommissionOfSettledOrder } from './record-commission-of-settled-order.js';
import { RecordCommissionHandler } from './record-commission.js';
import { TerminateMandateHandler } from './terminate-mandate.js';

@Module({
  controllers: [MandatesController],
  providers: [
    OfferMandateHandler,
    AcceptMandateHandler,
    DeclineMandateHandler,
    TerminateMandateHandler,
    ExpireMandateHandler,
    RecordCommissionHandler,
    RecordCommissionOfSettledOrder,
    GetMandateHandler,
    GetOwnMandateHandler,
    ListMandatesHandler,
    ListCommissionsHandler,
  ],
})
export class BrokerageModule {}
