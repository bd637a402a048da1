import { Column, Entity } from 'typeorm';
import type { ProposeFeeScheduleBody } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const feeScheduleMachine = defineMachine('fee-schedule', 'PROPOSED', {
  publish: { from: ['PROPOSED'], to: 'PUBLISHED' },
  supersede: { from: ['PUBLISHED'], to: 'SUPERSEDED' },
});
export type FeeScheduleState = (typeof feeScheduleMachine.states)[number];

@Event('settlement.fee-schedule-proposed.v1')
export class FeeScheduleProposed {
  constructor(
    readonly feeScheduleId: string,
    readonly terms: ProposeFeeScheduleBody,
    readonly by: string,
  ) {}
}

@Event('settlement.fee-schedule-published.v1')
export class FeeSchedulePublished {
  constructor(
    readonly feeScheduleId: string,
    readonly venueId: string,
    readonly by: string,
  ) {}
}

@Event('settlement.fee-schedule-superseded.v1')
export class FeeScheduleSuperseded {
  constructor(
    readonly feeScheduleId: string,
    readonly venueId: string,
  ) {}
}

/** What a venue charges. One is published at a time; an order keeps the one under which it was contracted. */
@Entity({ schema: 'settlement', name: 'fee_schedule' })
@Stream('fee')
export class FeeSchedule extends Aggregate {
  @Column('text') readonly venueId!: string;
  @Column('integer') readonly transactionFeeBp!: number;
  @Column('bigint', { nullable: true }) readonly minimum!: string | null;
  @Column('bigint', { nullable: true }) readonly cap!: string | null;
  /** The tax inside the price as a share of one; null: 未公布, none is taken. */
  @Column('text', { nullable: true }) readonly taxRate!: string | null;
  /** The figures are a demonstration's, no published tariff. */
  @Column('boolean') readonly placeholder!: boolean;
  @Column('text') readonly proposedBy!: string;
  @Column('text', { nullable: true }) readonly publishedBy!: string | null;
  @Column('text') readonly state!: FeeScheduleState;

  static propose(terms: ProposeFeeScheduleBody, by: string): FeeSchedule {
    const schedule = new FeeSchedule();
    schedule.apply(new FeeScheduleProposed(newId('fee'), terms, by));
    return schedule;
  }

  /** SOD-7: maker and checker differ. */
  bringIntoForce(by: string): void {
    if (by === this.proposedBy) throw new Refusal('same-person');
    this.move('publish', new FeeSchedulePublished(this.id, this.venueId, by));
  }

  supersede(): void {
    this.move('supersede', new FeeScheduleSuperseded(this.id, this.venueId));
  }

  onFeeScheduleProposed({ feeScheduleId, terms: { minimum, cap, ...terms }, by }: FeeScheduleProposed): void {
    const limits = { minimum: minimum?.amount ?? null, cap: cap?.amount ?? null };
    const start = { proposedBy: by, publishedBy: null, state: feeScheduleMachine.initial };
    Object.assign(this, { id: feeScheduleId, ...terms, ...limits, ...start });
  }
  onFeeSchedulePublished({ by }: FeeSchedulePublished): void {
    Object.assign(this, { state: 'PUBLISHED', publishedBy: by });
  }
  onFeeScheduleSuperseded(): void {
    Object.assign(this, { state: 'SUPERSEDED' });
  }

  private move(action: keyof typeof feeScheduleMachine.transitions, event: DomainEvent): void {
    feeScheduleMachine.next(this.state, action);
    this.apply(event);
  }
}
