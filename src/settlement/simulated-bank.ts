import { Injectable, Logger } from '@nestjs/common';
import type { BankBehaviour, SimulatePaymentBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { asSystem } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import type { Bank, BankNotice, BankPayment, BankStatement } from './bank.js';
import { ReceiveBankNotice } from './receive-bank-notice.js';

const MOVEMENT = 'bank_id AS "bankId", kind, reference, counterparty, amount::text, currency';

/**
 * A bank of its own, with its own books (schema `bank`, no part of the platform's): it moves money at once and tells
 * of it late, twice, out of order or never, as it is set to. Worker: the sending of its notices.
 */
@Injectable()
export class SimulatedBank extends Worker implements Bank {
  protected readonly log = new Logger(SimulatedBank.name);
  protected readonly idleMs = 200;
  /** For what is paid in by way of another process: no event tells of it. */
  protected override readonly restMs = 500;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {
    super();
  }

  async instruct({ id, payeeId, amount, currency, reference }: BankPayment): Promise<void> {
    const { refusePayouts } = await this.behaviour();
    const kind = refusePayouts ? 'RETURNED' : 'PAID';
    const [told] = await this.sql.rows<{ same: boolean }>(
      `WITH new AS (
         INSERT INTO bank.payment (id, payee_id, amount, currency, reference) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING RETURNING id
       ), moved AS (${move('$6', '$7', '$1', '$2', '$3', '$4', 'FROM new')}), told AS (${tell('$8')})
       SELECT (payee_id, amount, currency, reference) = ($2, $3, $4, $5) AS same FROM bank.payment WHERE id = $1`,
      [id, payeeId, amount, currency, reference, newId('bkm'), kind, this.clock.now()],
    );
    if (told?.same === false) throw new Error(`the payment ${id} was asked for before with other content`);
  }

  /** Somebody pays into the custody account. */
  async pay({ reference, amount: { amount, currency }, payer }: SimulatePaymentBody): Promise<string> {
    const bankId = newId('bkm');
    await this.sql.rows(
      `WITH moved AS (${move('$1', `'CREDIT'`, '$2', '$3', '$4', '$5', '')}), told AS (${tell('$6')}) SELECT FROM moved`,
      [bankId, reference, payer, amount, currency, this.clock.now()],
    );
    return bankId;
  }

  async statement(): Promise<BankStatement> {
    const movements = await this.sql.rows<BankNotice>(`SELECT ${MOVEMENT} FROM bank.movement ORDER BY seq`);
    const sign = { CREDIT: 1n, PAID: -1n, RETURNED: 0n };
    const balance = movements.reduce((sum, { kind, amount }) => sum + sign[kind] * BigInt(amount), 0n);
    return { balance: balance.toString(), currency: 'CNY', movements };
  }

  async behaviour(): Promise<BankBehaviour> {
    const row = await this.sql.row<BankBehaviour>(
      `SELECT delay_ms::int8::float8 AS "delayMs", copies, reversed, silent, refuse_payouts AS "refusePayouts" FROM bank.behaviour`,
    );
    return row!;
  }

  async behave({ delayMs, copies, reversed, silent, refusePayouts }: BankBehaviour): Promise<void> {
    await this.sql.rows(
      'UPDATE bank.behaviour SET delay_ms = $1, copies = $2, reversed = $3, silent = $4, refuse_payouts = $5',
      [delayMs, copies, reversed, silent, refusePayouts],
    );
  }

  async step(): Promise<number> {
    const due = await this.sql.rows<BankNotice & { noticeId: string }>(
      `SELECT n.id AS "noticeId", ${MOVEMENT} FROM bank.notice n JOIN bank.movement USING (bank_id), bank.behaviour
       WHERE sent_at IS NULL AND due_at <= $1 ORDER BY CASE WHEN reversed THEN -n.id ELSE n.id END LIMIT 50`,
      [this.clock.now()],
    );
    for (const { noticeId, ...told } of due) {
      const refused = await this.send(told);
      await this.sql.rows('UPDATE bank.notice SET sent_at = now(), refused = $2 WHERE id = $1', [noticeId, refused]);
    }
    return due.length;
  }

  /** @returns the platform's refusal, if any: a bank does not send a refused notice again */
  private async send(told: BankNotice): Promise<string | null> {
    try {
      await asSystem(() => this.uow.execute(new ReceiveBankNotice(told)));
      return null;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code === 'busy') throw error;
      this.log.error({ error, bankId: told.bankId }, 'a notice was refused');
      return error.message;
    }
  }
}

const move = (
  bankId: string,
  kind: string,
  reference: string,
  party: string,
  amount: string,
  currency: string,
  from: string,
) =>
  `INSERT INTO bank.movement (bank_id, kind, reference, counterparty, amount, currency)
   SELECT ${bankId}, ${kind}, ${reference}, ${party}, ${amount}::bigint, ${currency} ${from} RETURNING bank_id`;

const tell = (now: string) =>
  `INSERT INTO bank.notice (bank_id, due_at)
   SELECT bank_id, ${now}::timestamptz + delay_ms * interval '1 millisecond'
   FROM moved, bank.behaviour, generate_series(1, copies) WHERE NOT silent RETURNING id`;
