import { Column, Entity } from 'typeorm';
import type { Money } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';

@Event('brokerage.commission-earned.v1')
export class CommissionEarned {
  readonly commissionId!: string;
  readonly mandateId!: string;
  readonly orderId!: string;
  readonly brokerId!: string;
  readonly principalId!: string;
  readonly commissionBp!: number;
  readonly amount!: Money;

  constructor(facts: CommissionEarned) {
    Object.assign(this, facts);
  }
}

/** What a broker earned by one settled order: the commission as it was agreed, and as it was paid. */
@Entity({ schema: 'brokerage', name: 'commission' })
@Stream('com')
export class Commission extends Aggregate {
  @Column('text') readonly mandateId!: string;
  @Column('text') readonly orderId!: string;
  @Column('text') readonly brokerId!: string;
  @Column('text') readonly principalId!: string;
  @Column('integer') readonly commissionBp!: number;
  @Column('bigint') readonly amount!: string;
  @Column('text') readonly currency!: string;

  static earn(facts: Omit<CommissionEarned, 'commissionId'>): Commission {
    const commission = new Commission();
    commission.apply(new CommissionEarned({ commissionId: newId('com'), ...facts }));
    return commission;
  }

  onCommissionEarned({ commissionId, amount: { amount, currency }, ...facts }: CommissionEarned): void {
    Object.assign(this, { id: commissionId, ...facts, amount, currency });
  }
}
