import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';
import type { BankNotice as Told } from './bank.js';

export const bankNoticeMachine = defineMachine('bank-notice', 'RECEIVED', {
  match: { from: ['RECEIVED'], to: 'MATCHED' },
  suspend: { from: ['RECEIVED'], to: 'SUSPENDED' },
  sendBack: { from: ['SUSPENDED'], to: 'SENT_BACK' },
});
export type BankNoticeState = (typeof bankNoticeMachine.states)[number];

@Event('settlement.bank-notice-received.v1')
export class BankNoticeReceived {
  constructor(
    readonly noticeId: string,
    readonly told: Told,
  ) {}
}

@Event('settlement.bank-notice-matched.v1')
export class BankNoticeMatched {
  constructor(
    readonly noticeId: string,
    readonly transferId: string,
  ) {}
}

/** Nobody knows yet whose money it is. */
@Event('settlement.bank-notice-suspended.v1')
export class BankNoticeSuspended {
  constructor(
    readonly noticeId: string,
    readonly transferId: string,
  ) {}
}

@Event('settlement.bank-notice-sent-back.v1')
export class BankNoticeSentBack {
  constructor(
    readonly noticeId: string,
    readonly by: string,
  ) {}
}

/** What the bank told about one movement, taken in once, and what the platform made of it. */
@Entity({ schema: 'settlement', name: 'bank_notice' })
@Stream('bnt')
export class BankNotice extends Aggregate {
  @Column('text') readonly bankId!: string;
  @Column('text') readonly kind!: Told['kind'];
  @Column('text') readonly reference!: string;
  @Column('text') readonly counterparty!: string;
  @Column('bigint') readonly amount!: string;
  @Column('text') readonly currency!: string;
  @Column('text', { nullable: true }) readonly transferId!: string | null;
  @Column('text') readonly state!: BankNoticeState;

  static receive(told: Told): BankNotice {
    const notice = new BankNotice();
    notice.apply(new BankNoticeReceived(newId('bnt'), told));
    return notice;
  }

  /** A repetition tells the same. */
  mustEqual({ bankId, kind, reference, counterparty, amount, currency }: Told): void {
    const told = [kind, reference, counterparty, amount, currency];
    const known = [this.kind, this.reference, this.counterparty, this.amount, this.currency];
    if (told.some((value, i) => value !== known[i])) throw new Refusal('settlement/notice-altered', { bankId });
  }

  match(transferId: string): void {
    this.move('match', new BankNoticeMatched(this.id, transferId));
  }

  suspend(transferId: string): void {
    this.move('suspend', new BankNoticeSuspended(this.id, transferId));
  }

  sendBack(by: string): void {
    this.move('sendBack', new BankNoticeSentBack(this.id, by));
  }

  onBankNoticeReceived({ noticeId, told }: BankNoticeReceived): void {
    Object.assign(this, { id: noticeId, ...told, transferId: null, state: bankNoticeMachine.initial });
  }
  onBankNoticeMatched({ transferId }: BankNoticeMatched): void {
    Object.assign(this, { state: 'MATCHED', transferId });
  }
  onBankNoticeSuspended({ transferId }: BankNoticeSuspended): void {
    Object.assign(this, { state: 'SUSPENDED', transferId });
  }
  onBankNoticeSentBack(): void {
    Object.assign(this, { state: 'SENT_BACK' });
  }

  private move(action: keyof typeof bankNoticeMachine.transitions, event: DomainEvent): void {
    bankNoticeMachine.next(this.state, action);
    this.apply(event);
  }
}
