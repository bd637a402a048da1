import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const OBLIGATION_DUE = 'committee.obligation';

export const obligationMachine = defineMachine('obligation', 'OPEN', {
  submit: { from: ['OPEN', 'OVERDUE'], to: 'SUBMITTED' },
  sendBack: { from: ['SUBMITTED'], to: 'OPEN' },
  confirm: { from: ['SUBMITTED'], to: 'FULFILLED' },
  noteOverdue: { from: ['OPEN'], to: 'OVERDUE' },
  lapse: { from: ['OPEN', 'SUBMITTED', 'OVERDUE'], to: 'LAPSED' },
});
export type ObligationState = (typeof obligationMachine.states)[number];

export interface ObligationFacts {
  readonly caseId: string;
  readonly applicationId: string;
  readonly applicantId: string;
  readonly registrarId: string;
  readonly text: string;
  readonly dueAt: string;
}
export interface ObligationEvidence {
  readonly fileId: string;
  readonly sha256: string;
  readonly note: string;
  readonly by: string;
  readonly at: string;
}

@Event('committee.obligation-opened.v1')
export class ObligationOpened {
  constructor(
    readonly obligationId: string,
    readonly facts: ObligationFacts,
  ) {}
}

@Event('committee.obligation-evidence-submitted.v1')
export class ObligationEvidenceSubmitted {
  constructor(
    readonly obligationId: string,
    readonly evidence: ObligationEvidence,
  ) {}
}

@Event('committee.obligation-evidence-sent-back.v1')
export class ObligationEvidenceSentBack {
  constructor(
    readonly obligationId: string,
    readonly reason: string,
    readonly by: string,
    readonly at: string,
  ) {}
}

@Event('committee.obligation-fulfilled.v1')
export class ObligationFulfilled {
  constructor(
    readonly obligationId: string,
    readonly by: string,
    readonly at: string,
  ) {}
}

/** An alert: a condition of the committee was not shown to be met in time. */
@Event('committee.obligation-overdue.v1')
export class ObligationOverdue {
  constructor(
    readonly obligationId: string,
    readonly applicationId: string,
    readonly dueAt: string,
  ) {}
}

@Event('committee.obligation-lapsed.v1')
export class ObligationLapsed {
  constructor(
    readonly obligationId: string,
    readonly reason: string,
  ) {}
}

/** A condition of a resolution, with its due date: fulfilled when a second person confirms the holder's evidence. */
@Entity({ schema: 'committee', name: 'obligation' })
@Stream('obl')
export class Obligation extends Aggregate {
  @Column('text') readonly caseId!: string;
  @Column('text') readonly applicationId!: string;
  @Column('text') readonly applicantId!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly text!: string;
  @Column('timestamptz') readonly dueAt!: Date;
  @Column('boolean') readonly overdue!: boolean;
  @Column('jsonb', { nullable: true }) readonly evidence!: ObligationEvidence | null;
  @Column('text', { nullable: true }) readonly reason!: string | null;
  @Column('text', { nullable: true }) readonly confirmedBy!: string | null;
  @Column('timestamptz', { nullable: true }) readonly confirmedAt!: Date | null;
  @Column('text') readonly state!: ObligationState;

  static open(facts: ObligationFacts): Obligation {
    const obligation = new Obligation();
    obligation.apply(new ObligationOpened(newId('obl'), facts));
    return obligation;
  }

  submit(evidence: ObligationEvidence): void {
    this.move('submit', new ObligationEvidenceSubmitted(this.id, evidence));
  }

  sendBack(reason: string, by: string, now: Date): void {
    this.move('sendBack', new ObligationEvidenceSentBack(this.id, reason, by, now.toISOString()));
  }

  confirm(by: string, now: Date): void {
    obligationMachine.next(this.state, 'confirm');
    if (this.evidence!.by === by) throw new Refusal('same-person');
    this.move('confirm', new ObligationFulfilled(this.id, by, now.toISOString()));
  }

  noteOverdue(): void {
    this.move('noteOverdue', new ObligationOverdue(this.id, this.applicationId, this.dueAt.toISOString()));
  }

  lapse(reason: string): void {
    this.move('lapse', new ObligationLapsed(this.id, reason));
  }

  /** When it becomes overdue, as long as nothing else happens. */
  get overdueAt(): Date | null {
    return this.state === 'OPEN' ? new Date(this.dueAt.getTime() + 1) : null;
  }

  onObligationOpened({ obligationId, facts: { dueAt, ...facts } }: ObligationOpened): void {
    const nothing = { overdue: false, evidence: null, reason: null, confirmedBy: null, confirmedAt: null };
    const { initial: state } = obligationMachine;
    Object.assign(this, { id: obligationId, ...facts, dueAt: new Date(dueAt), ...nothing, state });
  }
  onObligationEvidenceSubmitted({ evidence }: ObligationEvidenceSubmitted): void {
    Object.assign(this, { state: 'SUBMITTED', evidence, reason: null });
  }
  onObligationEvidenceSentBack({ reason }: ObligationEvidenceSentBack): void {
    Object.assign(this, { state: 'OPEN', reason });
  }
  onObligationFulfilled({ by, at }: ObligationFulfilled): void {
    Object.assign(this, { state: 'FULFILLED', confirmedBy: by, confirmedAt: new Date(at) });
  }
  onObligationOverdue(): void {
    Object.assign(this, { state: 'OVERDUE', overdue: true });
  }
  onObligationLapsed({ reason }: ObligationLapsed): void {
    Object.assign(this, { state: 'LAPSED', reason });
  }

  private move(action: keyof typeof obligationMachine.transitions, event: DomainEvent): void {
    obligationMachine.next(this.state, action);
    this.apply(event);
  }
}
