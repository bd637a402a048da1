import { Injectable, Logger } from '@nestjs/common';
import { asSystem } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import { Bank, type BankPayment } from './bank.js';
import { RecordPayoutSent } from './record-payout-sent.js';

/**
 * Asks the bank to pay what was decided. The decision is on record before, the bank's answer after; whoever dies in
 * between leaves an INSTRUCTED payout, and the next step asks again under the same id.
 */
@Injectable()
export class PayoutSender extends Worker {
  protected readonly log = new Logger(PayoutSender.name);
  protected readonly idleMs = 200;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly bank: Bank,
  ) {
    super();
  }

  async step(): Promise<number> {
    const payouts = await this.sql.rows<BankPayment & { payoutId: string }>(
      `SELECT id AS "payoutId", payment_id AS id, payee_id AS "payeeId", amount::text, source->>'currency' AS currency,
         coalesce(order_id, id) AS reference
       FROM settlement.payout WHERE state = 'INSTRUCTED' ORDER BY id LIMIT 50`,
    );
    const failures: unknown[] = [];
    for (const { payoutId, ...payment } of payouts)
      try {
        await this.bank.instruct(payment);
        await asSystem(() => this.uow.execute(new RecordPayoutSent(payoutId, payment.id)));
      } catch (error) {
        failures.push(error); // One payment that the bank will not take must not keep the others.
      }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} payments were not sent`);
    return payouts.length;
  }
}
