import { Column, Entity } from 'typeorm';
import { Money } from '@app/money';
import type { Money as MoneyJson } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';
import { account, type AccountKey } from './account.js';

export const escrowMachine = defineMachine('escrow', 'OPENED', {
  fund: { from: ['OPENED'], to: 'FUNDED' },
  cancel: { from: ['OPENED'], to: 'CANCELLED' },
  refund: { from: ['FUNDED'], to: 'REFUNDED' },
  release: { from: ['FUNDED'], to: 'RELEASED' },
});
export type EscrowState = (typeof escrowMachine.states)[number];

/** What is agreed when the contract is: later fee schedules, schemes and mandates change nothing for this order. */
export interface EscrowTerms {
  readonly orderId: string;
  /** What the payer tells the bank: the order's number. */
  readonly reference: string;
  readonly buyerId: string;
  readonly sellerId: string;
  readonly venueId: string;
  /** Who operates the venue: the fee is theirs, and their finance officers approve. */
  readonly operatorId: string;
  readonly due: MoneyJson;
  readonly schemeId: string | null;
  readonly feeScheduleId: string | null;
  readonly commission: { readonly mandateId: string; readonly brokerId: string; readonly basisPoints: number } | null;
}

@Event('settlement.escrow-opened.v1')
export class EscrowOpened {
  constructor(
    readonly escrowId: string,
    readonly terms: EscrowTerms,
  ) {}
}

@Event('settlement.escrow-funded.v1')
export class EscrowFunded {
  constructor(
    readonly escrowId: string,
    readonly orderId: string,
    readonly amount: MoneyJson,
    /** The hold on the money; null when nothing was due. */
    readonly holdId: string | null,
  ) {}
}

@Event('settlement.escrow-cancelled.v1')
export class EscrowCancelled {
  constructor(
    readonly escrowId: string,
    readonly orderId: string,
  ) {}
}

@Event('settlement.escrow-refunded.v1')
export class EscrowRefunded {
  constructor(
    readonly escrowId: string,
    readonly orderId: string,
    readonly buyerId: string,
    readonly amount: MoneyJson,
  ) {}
}

export interface ReleasedLine {
  readonly organisationId: string;
  readonly role: string;
  readonly amount: MoneyJson;
}

@Event('settlement.escrow-released.v1')
export class EscrowReleased {
  constructor(
    readonly escrowId: string,
    readonly orderId: string,
    readonly lines: readonly ReleasedLine[],
  ) {}
}

/** The money of one order between buyer and seller: funded = released + refunded + held, always. */
@Entity({ schema: 'settlement', name: 'escrow' })
@Stream('esc')
export class Escrow extends Aggregate {
  @Column('text') readonly orderId!: string;
  @Column('text') readonly reference!: string;
  @Column('text') readonly buyerId!: string;
  @Column('text') readonly sellerId!: string;
  @Column('text') readonly venueId!: string;
  @Column('text') readonly operatorId!: string;
  @Column('text') readonly currency!: string;
  @Column('bigint') readonly due!: string;
  @Column('bigint') readonly funded!: string;
  @Column('bigint') readonly released!: string;
  @Column('bigint') readonly refunded!: string;
  @Column('bigint') readonly held!: string;
  @Column('text', { nullable: true }) readonly holdId!: string | null;
  @Column('text', { nullable: true }) readonly schemeId!: string | null;
  @Column('text', { nullable: true }) readonly feeScheduleId!: string | null;
  @Column('jsonb', { nullable: true }) readonly commission!: EscrowTerms['commission'];
  @Column('text') readonly state!: EscrowState;

  static open(terms: EscrowTerms): Escrow {
    const escrow = new Escrow();
    escrow.apply(new EscrowOpened(newId('esc'), terms));
    return escrow;
  }

  /** @param holdId the hold on the full amount that is due; null when that is nothing */
  fund(holdId: string | null): void {
    this.move('fund', new EscrowFunded(this.id, this.orderId, this.money(this.due), holdId));
  }

  cancel(): void {
    this.move('cancel', new EscrowCancelled(this.id, this.orderId));
  }

  refund(): void {
    this.move('refund', new EscrowRefunded(this.id, this.orderId, this.buyerId, this.money(this.held)));
  }

  release(lines: readonly ReleasedLine[]): void {
    const total = Money.sum(lines.map(({ amount }) => Money.fromJSON(amount)));
    if (total.amount !== BigInt(this.held))
      throw new Refusal('settlement/hold-too-small', { held: this.held, wanted: total.amount.toString() });
    this.move('release', new EscrowReleased(this.id, this.orderId, lines));
  }

  get account(): AccountKey {
    return account('2002', this.buyerId, this.orderId, this.currency);
  }

  onEscrowOpened({ escrowId, terms: { due, ...terms } }: EscrowOpened): void {
    const nothing = { funded: '0', released: '0', refunded: '0', held: '0', holdId: null };
    const money = { due: due.amount, currency: due.currency };
    Object.assign(this, { id: escrowId, ...terms, ...money, ...nothing, state: escrowMachine.initial });
  }
  onEscrowFunded({ amount: { amount }, holdId }: EscrowFunded): void {
    Object.assign(this, { state: 'FUNDED', funded: amount, held: amount, holdId });
  }
  onEscrowCancelled(): void {
    Object.assign(this, { state: 'CANCELLED' });
  }
  onEscrowRefunded({ amount: { amount } }: EscrowRefunded): void {
    Object.assign(this, { state: 'REFUNDED', refunded: amount, held: '0' });
  }
  onEscrowReleased(): void {
    Object.assign(this, { state: 'RELEASED', released: this.held, held: '0' });
  }

  private money(amount: string): MoneyJson {
    return { amount, currency: 'CNY' };
  }

  private move(action: keyof typeof escrowMachine.transitions, event: DomainEvent): void {
    escrowMachine.next(this.state, action);
    this.apply(event);
  }
}
