import { Module } from '@nestjs/common';
import { AdoptReconciliationHandler } from './adopt-reconciliation.js';
import { ApproveDistributionHandler } from './approve-distribution.js';
import './balances.js';
import { BankSimulatorController } from './bank-simulator.controller.js';
import { BankController } from './bank.controller.js';
import { Bank } from './bank.js';
import { BooksController } from './books.controller.js';
import { CalculateDistributionHandler } from './calculate-distribution.js';
import { CheckBooksHandler } from './check-books.js';
import { DistributeAcceptedOrder } from './distribute-accepted-order.js';
import { DistributionsController } from './distributions.controller.js';
import { FeesController } from './fees.controller.js';
import { GetCommissionOfOrderHandler } from './get-commission-of-order.js';
import { GetFeeScheduleHandler } from './get-fee-schedule.js';
import { GetFeesHandler } from './get-fees.js';
import { GetOwnSchemeHandler } from './get-own-scheme.js';
import { GetSchemeHandler } from './get-scheme.js';
import { ListAccountsHandler } from './list-accounts.js';
import { ListBankNoticesHandler } from './list-bank-notices.js';
import { ListDistributionsHandler } from './list-distributions.js';
import { ListEntriesHandler } from './list-entries.js';
import { ListEscrowsHandler } from './list-escrows.js';
import { ListFeeSchedulesHandler } from './list-fee-schedules.js';
import { ListPayoutsHandler } from './list-payouts.js';
import { ListReconciliationsHandler } from './list-reconciliations.js';
import { ListSchemesHandler } from './list-schemes.js';
import { OpenEscrowForContractedOrder } from './open-escrow-for-contracted-order.js';
import { OpenEscrowHandler } from './open-escrow.js';
import { PayoutSender } from './payout-sender.js';
import { PlaceHoldHandler } from './place-hold.js';
import { PostTransfersHandler } from './post-transfers.js';
import { ProposeDistributionSchemeHandler } from './propose-distribution-scheme.js';
import { ProposeFeeScheduleHandler } from './propose-fee-schedule.js';
import { PublishFeeScheduleHandler } from './publish-fee-schedule.js';
import { ReceiveBankNoticeHandler } from './receive-bank-notice.js';
import { ReconcileStatementHandler } from './reconcile-statement.js';
import { RecordPayoutSentHandler } from './record-payout-sent.js';
import { RefundCancelledOrder } from './refund-cancelled-order.js';
import { RefundEscrowHandler } from './refund-escrow.js';
import { ResolveHoldHandler } from './resolve-hold.js';
import { RetryPayoutHandler } from './retry-payout.js';
import { SchemesController } from './schemes.controller.js';
import { SendBackPaymentHandler } from './send-back-payment.js';
import { SetBankBehaviourHandler } from './set-bank-behaviour.js';
import { SignDistributionSchemeHandler } from './sign-distribution-scheme.js';
import { SimulatedBank } from './simulated-bank.js';
import { SimulatePaymentHandler } from './simulate-payment.js';

const commands = [
  AdoptReconciliationHandler,
  ApproveDistributionHandler,
  CalculateDistributionHandler,
  OpenEscrowHandler,
  PlaceHoldHandler,
  PostTransfersHandler,
  ProposeDistributionSchemeHandler,
  ProposeFeeScheduleHandler,
  PublishFeeScheduleHandler,
  ReceiveBankNoticeHandler,
  ReconcileStatementHandler,
  RecordPayoutSentHandler,
  RefundEscrowHandler,
  ResolveHoldHandler,
  RetryPayoutHandler,
  SendBackPaymentHandler,
  SetBankBehaviourHandler,
  SignDistributionSchemeHandler,
  SimulatePaymentHandler,
];
const queries = [
  CheckBooksHandler,
  GetCommissionOfOrderHandler,
  GetFeeScheduleHandler,
  GetFeesHandler,
  GetOwnSchemeHandler,
  GetSchemeHandler,
  ListAccountsHandler,
  ListBankNoticesHandler,
  ListDistributionsHandler,
  ListEntriesHandler,
  ListEscrowsHandler,
  ListFeeSchedulesHandler,
  ListPayoutsHandler,
  ListReconciliationsHandler,
  ListSchemesHandler,
];
const reactions = [OpenEscrowForContractedOrder, DistributeAcceptedOrder, RefundCancelledOrder];

@Module({
  controllers: [
    BankController,
    BankSimulatorController,
    BooksController,
    DistributionsController,
    FeesController,
    SchemesController,
  ],
  providers: [
    ...commands,
    ...queries,
    ...reactions,
    PayoutSender,
    SimulatedBank,
    { provide: Bank, useExisting: SimulatedBank },
  ],
})
export class SettlementModule {}
