import { Column, Entity } from 'typeorm';
import type { DistributionLine, Money } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const distributionMachine = defineMachine('distribution', 'CALCULATED', {
  approve: { from: ['CALCULATED'], to: 'POSTED' },
  pay: { from: ['POSTED'], to: 'PAID' },
});
export type DistributionState = (typeof distributionMachine.states)[number];

@Event('settlement.distribution-calculated.v1')
export class DistributionCalculated {
  readonly distributionId!: string;
  readonly escrowId!: string;
  readonly orderId!: string;
  readonly operatorId!: string;
  readonly gross!: Money;
  readonly distributable!: Money;
  readonly lines!: readonly DistributionLine[];
  readonly schemeId!: string | null;
  readonly feeScheduleId!: string | null;

  constructor(facts: DistributionCalculated) {
    Object.assign(this, facts);
  }
}

@Event('settlement.distribution-posted.v1')
export class DistributionPosted {
  constructor(
    readonly distributionId: string,
    readonly orderId: string,
    readonly by: string,
  ) {}
}

/** The bank has paid everyone. */
@Event('settlement.order-paid-out.v1')
export class OrderPaidOut {
  constructor(
    readonly distributionId: string,
    readonly orderId: string,
  ) {}
}

/** Who gets what of one order. The platform calculates it, a person approves it, then it is posted and paid out. */
@Entity({ schema: 'settlement', name: 'distribution' })
@Stream('dis')
export class Distribution extends Aggregate {
  @Column('text') readonly escrowId!: string;
  @Column('text') readonly orderId!: string;
  @Column('text') readonly operatorId!: string;
  @Column('bigint') readonly gross!: string;
  @Column('bigint') readonly distributable!: string;
  @Column('text') readonly currency!: string;
  @Column('jsonb') readonly lines!: DistributionLine[];
  @Column('text', { nullable: true }) readonly schemeId!: string | null;
  @Column('text', { nullable: true }) readonly feeScheduleId!: string | null;
  @Column('text', { nullable: true }) readonly approvedBy!: string | null;
  @Column('text') readonly state!: DistributionState;

  static calculate(facts: Omit<DistributionCalculated, 'distributionId'>): Distribution {
    const distribution = new Distribution();
    distribution.apply(new DistributionCalculated({ distributionId: newId('dis'), ...facts }));
    return distribution;
  }

  /** SOD-7. @param feeMaker who proposed the fee that is taken here, if any: somebody else must approve */
  approve(by: string, feeMaker: string | null): void {
    if (by === feeMaker) throw new Refusal('same-person');
    this.move('approve', new DistributionPosted(this.id, this.orderId, by));
  }

  pay(): void {
    this.move('pay', new OrderPaidOut(this.id, this.orderId));
  }

  onDistributionCalculated({ distributionId, gross, distributable, ...facts }: DistributionCalculated): void {
    const money = { gross: gross.amount, distributable: distributable.amount, currency: gross.currency };
    Object.assign(this, {
      id: distributionId,
      ...facts,
      ...money,
      approvedBy: null,
      state: distributionMachine.initial,
    });
  }
  onDistributionPosted({ by }: DistributionPosted): void {
    Object.assign(this, { state: 'POSTED', approvedBy: by });
  }
  onOrderPaidOut(): void {
    Object.assign(this, { state: 'PAID' });
  }

  private move(action: keyof typeof distributionMachine.transitions, event: DomainEvent): void {
    distributionMachine.next(this.state, action);
    this.apply(event);
  }
}
