import { addMonths, shanghaiDate } from '@app/calendar';
import type { AppointExpertBody, DeclareInterestsBody, Discipline, Exclusion, ExpertView, Interest } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';

export const expertMachine = defineMachine('expert', 'ACTIVE', {
  declareInterests: { from: ['ACTIVE'], to: 'ACTIVE' },
  suspend: { from: ['ACTIVE'], to: 'SUSPENDED' },
  reinstate: { from: ['SUSPENDED'], to: 'ACTIVE' },
  retire: { from: ['ACTIVE', 'SUSPENDED'], to: 'RETIRED' },
});

/** `organisationId` is that of the account, beside the employer. The name stands in the payload, which can be erased. */
@Event('committee.expert-appointed.v1')
export class ExpertAppointed {
  constructor(
    readonly expertId: string,
    readonly name: string,
    readonly organisationId: string,
    readonly facts: AppointExpertBody,
    readonly by: string,
  ) {}
}

@Event('committee.expert-interests-declared.v1')
export class ExpertInterestsDeclared {
  constructor(
    readonly expertId: string,
    readonly facts: DeclareInterestsBody,
    readonly by: string,
  ) {}
}

@Event('committee.expert-suspended.v1')
export class ExpertSuspended {
  constructor(
    readonly expertId: string,
    readonly reason: string,
    readonly by: string,
  ) {}
}

@Event('committee.expert-reinstated.v1')
export class ExpertReinstated {
  constructor(
    readonly expertId: string,
    readonly reason: string,
    readonly by: string,
  ) {}
}

@Event('committee.expert-retired.v1')
export class ExpertRetired {
  constructor(
    readonly expertId: string,
    readonly reason: string,
    readonly by: string,
  ) {}
}

/** A member of the pool from which panels are drawn (专家库). */
@Entity({ schema: 'committee', name: 'expert' })
@Stream('exp')
export class Expert extends Aggregate {
  @Column('text') readonly personId!: string;
  @Column('text') readonly name!: string;
  @Column('text') readonly organisationId!: string;
  @Column('jsonb') readonly disciplines!: readonly Discipline[];
  @Column('text') readonly employerId!: string;
  @Column('jsonb') readonly interests!: readonly Interest[];
  /** Calendar dates in Asia/Shanghai. */
  @Column('text') readonly termFrom!: string;
  @Column('text') readonly termTo!: string;
  @Column('text') readonly state!: ExpertView['state'];
  @Column('text', { nullable: true }) readonly reason!: string | null;

  static appoint(facts: AppointExpertBody, name: string, organisationId: string, by: string): Expert {
    const expert = new Expert();
    expert.apply(new ExpertAppointed(newId('exp'), name, organisationId, facts, by));
    return expert;
  }

  declareInterests(facts: DeclareInterestsBody, by: string): void {
    this.move('declareInterests', new ExpertInterestsDeclared(this.id, facts, by));
  }

  suspend(reason: string, by: string): void {
    this.move('suspend', new ExpertSuspended(this.id, reason, by));
  }

  reinstate(reason: string, by: string): void {
    this.move('reinstate', new ExpertReinstated(this.id, reason, by));
  }

  retire(reason: string, by: string): void {
    this.move('retire', new ExpertRetired(this.id, reason, by));
  }

  /** SOD-6, INV-02: interests in a party that still last, or ended less than so many months ago. */
  conflicts(parties: readonly string[], now: Date, months: number): Exclusion[] {
    const since = shanghaiDate(addMonths(now, -months));
    const lasting = ({ until }: Interest): boolean => until === null || until > since;
    const employment = (organisationId: string): Interest => ({ organisationId, kind: 'EMPLOYMENT', until: null });
    const all = [employment(this.employerId), employment(this.organisationId), ...this.interests];
    return all
      .filter((interest) => parties.includes(interest.organisationId) && lasting(interest))
      .map(({ kind, organisationId }) => ({ expertId: this.id, reason: kind, organisationId }));
  }

  /** Whether the expert may act on a panel today: appointed, not suspended, in the term. */
  mayServe(now: Date): boolean {
    const today = shanghaiDate(now);
    return this.state === 'ACTIVE' && this.termFrom <= today && today <= this.termTo;
  }

  /** Why not as a candidate; the first reason counts. Empty for a candidate. */
  exclusions(parties: readonly string[], now: Date, months: number): Exclusion[] {
    if (this.state !== 'ACTIVE') return [{ expertId: this.id, reason: 'SUSPENDED', organisationId: null }];
    if (!this.mayServe(now)) return [{ expertId: this.id, reason: 'TERM', organisationId: null }];
    return this.conflicts(parties, now, months).slice(0, 1);
  }

  onExpertAppointed({ expertId, name, organisationId, facts }: ExpertAppointed): void {
    const { initial: state } = expertMachine;
    Object.assign(this, { id: expertId, name, organisationId, ...facts, state, reason: null });
  }
  onExpertInterestsDeclared({ facts }: ExpertInterestsDeclared): void {
    Object.assign(this, facts);
  }
  onExpertSuspended({ reason }: ExpertSuspended): void {
    Object.assign(this, { state: 'SUSPENDED', reason });
  }
  onExpertReinstated({ reason }: ExpertReinstated): void {
    Object.assign(this, { state: 'ACTIVE', reason });
  }
  onExpertRetired({ reason }: ExpertRetired): void {
    Object.assign(this, { state: 'RETIRED', reason });
  }

  private move(action: keyof typeof expertMachine.transitions, event: DomainEvent): void {
    expertMachine.next(this.state, action);
    this.apply(event);
  }
}
