import { Column, Entity } from 'typeorm';
import type { Money } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { account, type AccountKey } from './account.js';
import type { Leg } from './transfer.js';

export const payoutMachine = defineMachine('payout', 'INSTRUCTED', {
  send: { from: ['INSTRUCTED'], to: 'SENT' },
  // The bank's notice may overtake our own note that we sent the instruction.
  confirm: { from: ['INSTRUCTED', 'SENT'], to: 'CONFIRMED' },
  fail: { from: ['INSTRUCTED', 'SENT'], to: 'FAILED' },
  retry: { from: ['FAILED'], to: 'INSTRUCTED' },
});
export type PayoutState = (typeof payoutMachine.states)[number];

export interface PayoutFacts {
  readonly payeeId: string;
  readonly from: AccountKey;
  /** Minor units. */
  readonly amount: string;
  readonly orderId: string | null;
  readonly distributionId: string | null;
}

/** The intent, on record before the bank is asked; `paymentId` is the id under which it is asked, however often. */
@Event('settlement.payout-instructed.v1')
export class PayoutInstructed {
  constructor(
    readonly payoutId: string,
    readonly paymentId: string,
    readonly facts: PayoutFacts,
  ) {}
}

@Event('settlement.payout-sent.v1')
export class PayoutSent {
  constructor(
    readonly payoutId: string,
    readonly paymentId: string,
  ) {}
}

@Event('settlement.payout-confirmed.v1')
export class PayoutConfirmed {
  constructor(
    readonly payoutId: string,
    readonly orderId: string | null,
    readonly payeeId: string,
    readonly amount: Money,
  ) {}
}

@Event('settlement.payout-failed.v1')
export class PayoutFailed {
  constructor(
    readonly payoutId: string,
    readonly reason: string,
  ) {}
}

@Event('settlement.payout-retried.v1')
export class PayoutRetried {
  constructor(
    readonly payoutId: string,
    readonly paymentId: string,
  ) {}
}

/** Money on its way from one payable account to its owner's bank account. */
@Entity({ schema: 'settlement', name: 'payout' })
@Stream('pay')
export class Payout extends Aggregate {
  @Column('text') readonly paymentId!: string;
  @Column('text') readonly payeeId!: string;
  @Column('jsonb') readonly source!: AccountKey;
  @Column('bigint') readonly amount!: string;
  @Column('text', { nullable: true }) readonly orderId!: string | null;
  @Column('text', { nullable: true }) readonly distributionId!: string | null;
  @Column('text', { nullable: true }) readonly reason!: string | null;
  @Column('text') readonly state!: PayoutState;

  static instruct(facts: PayoutFacts): Payout {
    const payout = new Payout();
    payout.apply(new PayoutInstructed(newId('pay'), newId('pmt'), facts));
    return payout;
  }

  send(): void {
    this.move('send', new PayoutSent(this.id, this.paymentId));
  }

  confirm(): void {
    const money: Money = { amount: this.amount, currency: 'CNY' };
    this.move('confirm', new PayoutConfirmed(this.id, this.orderId, this.payeeId, money));
  }

  fail(reason: string): void {
    this.move('fail', new PayoutFailed(this.id, reason));
  }

  /** A new payment to the bank; the failed one stays failed. */
  retry(): void {
    this.move('retry', new PayoutRetried(this.id, newId('pmt')));
  }

  /** D21xx / C1002 when it starts, D1002 / C1001 when the bank has paid, and the first one back when it could not. */
  onItsWay(): Leg {
    return this.leg('PAYOUT', this.source, account('1002'));
  }
  arrived(): Leg {
    return this.leg('PAID_OUT', account('1002'), account('1001'));
  }
  cameBack(): Leg {
    return this.leg('REVERSAL', account('1002'), this.source);
  }

  private leg(kind: Leg['kind'], debit: AccountKey, credit: AccountKey): Leg {
    const { amount, orderId, paymentId: subject } = this;
    return { id: newId('trf'), kind, subject, orderId, debit, credit, amount };
  }

  onPayoutInstructed({ payoutId, paymentId, facts: { from: source, ...facts } }: PayoutInstructed): void {
    Object.assign(this, { id: payoutId, paymentId, source, ...facts, reason: null, state: payoutMachine.initial });
  }
  onPayoutSent(): void {
    Object.assign(this, { state: 'SENT' });
  }
  onPayoutConfirmed(): void {
    Object.assign(this, { state: 'CONFIRMED' });
  }
  onPayoutFailed({ reason }: PayoutFailed): void {
    Object.assign(this, { state: 'FAILED', reason });
  }
  onPayoutRetried({ paymentId }: PayoutRetried): void {
    Object.assign(this, { state: 'INSTRUCTED', paymentId, reason: null });
  }

  private move(action: keyof typeof payoutMachine.transitions, event: DomainEvent): void {
    payoutMachine.next(this.state, action);
    this.apply(event);
  }
}
