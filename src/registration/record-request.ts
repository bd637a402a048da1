import { Column, Entity } from 'typeorm';
import type { Agency, recordRequestStates } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { mustActFor } from '../platform/context.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';
import type { Act } from './application.js';

/**
 * N1 §30: who has registered, or has an interest, sees and copies the record for a stated purpose; others only with the holder's consent, which
 * it may take back, as the requester its request (PROP), as long as nothing is disclosed.
 */
export const recordRequestMachine = defineMachine('record-request', 'REQUESTED', {
  consent: { from: ['REQUESTED'], to: 'CONSENTED' },
  decline: { from: ['REQUESTED', 'CONSENTED'], to: 'REFUSED' },
  grant: { from: ['REQUESTED', 'CONSENTED'], to: 'GRANTED' },
  refuse: { from: ['REQUESTED', 'CONSENTED'], to: 'REFUSED' },
  withdraw: { from: ['REQUESTED', 'CONSENTED'], to: 'WITHDRAWN' },
});
export type RecordRequestState = (typeof recordRequestStates)[number];
export type RecordRequestAction = keyof typeof recordRequestMachine.transitions;

/** Whose act it is. */
export const recordRequestActs = {
  requester: ['withdraw'],
  registrant: ['consent', 'decline'],
  registrar: ['grant', 'refuse'],
} as const satisfies Record<string, readonly RecordRequestAction[]>;

interface RequestedRecord {
  readonly certificateId: string;
  readonly certificateNumber: string;
  readonly applicationId: string;
  readonly registrarId: string;
  readonly registrantId: string;
  readonly requesterId: string;
  readonly purpose: string;
  readonly interest: string;
}

@Event('registration.record-requested.v1')
export class RecordRequested {
  constructor(
    readonly requestId: string,
    readonly facts: RequestedRecord,
    readonly by: string,
    readonly at: string,
    /** By whose person; absent: the requester's own. */
    readonly agency?: Agency,
  ) {}
}

abstract class RecordDecision {
  constructor(
    readonly requestId: string,
    readonly by: string,
    readonly at: string,
    readonly text: string,
    /** By whose person; absent: of the organisation whose act it is. */
    readonly agency?: Agency,
  ) {}
}

@Event('registration.record-request-consented.v1')
export class RecordRequestConsented extends RecordDecision {}

@Event('registration.record-request-declined.v1')
export class RecordRequestDeclined extends RecordDecision {}

@Event('registration.record-request-granted.v1')
export class RecordRequestGranted extends RecordDecision {}

@Event('registration.record-request-refused.v1')
export class RecordRequestRefused extends RecordDecision {}

@Event('registration.record-request-withdrawn.v1')
export class RecordRequestWithdrawn extends RecordDecision {}

/** Somebody asks to see and copy what the register holds of a registration. */
@Entity({ schema: 'registration', name: 'record_request' })
@Stream('rrq')
export class RecordRequest extends Aggregate implements RequestedRecord {
  @Column('text') readonly certificateId!: string;
  @Column('text') readonly certificateNumber!: string;
  @Column('text') readonly applicationId!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly registrantId!: string;
  @Column('text') readonly requesterId!: string;
  @Column('text') readonly purpose!: string;
  @Column('text') readonly interest!: string;
  @Column('text') readonly state!: RecordRequestState;
  @Column('timestamptz') readonly requestedAt!: Date;
  @Column('jsonb') readonly decisions!: readonly { action: RecordRequestAction; at: string; text: string }[];

  static request(facts: RequestedRecord, { actor, now, agency }: Act): RecordRequest {
    const request = new RecordRequest();
    request.apply(new RecordRequested(newId('rrq'), facts, actor.id, now.toISOString(), agency));
    return request;
  }

  decide(action: RecordRequestAction, text: string, { actor, now, agency }: Act): void {
    mustActFor(actor, this.orgOf(action));
    recordRequestMachine.next(this.state, action);
    if (action === 'grant' && this.needsConsent) throw new Refusal('registration/consent-needed');
    const types = {
      consent: RecordRequestConsented,
      decline: RecordRequestDeclined,
      grant: RecordRequestGranted,
      refuse: RecordRequestRefused,
      withdraw: RecordRequestWithdrawn,
    };
    this.apply(new types[action](this.id, actor.id, now.toISOString(), text, agency));
  }

  /** Nothing is disclosed without the holder's consent, except to itself. */
  get needsConsent(): boolean {
    return this.state === 'REQUESTED' && this.requesterId !== this.registrantId;
  }

  onRecordRequested({ requestId, facts, at }: RecordRequested): void {
    const start = { state: recordRequestMachine.initial, requestedAt: new Date(at), decisions: [] };
    Object.assign(this, { id: requestId, ...facts, ...start });
  }
  onRecordRequestConsented(decision: RecordRequestConsented): void {
    this.become('consent', decision);
  }
  onRecordRequestDeclined(decision: RecordRequestDeclined): void {
    this.become('decline', decision);
  }
  onRecordRequestGranted(decision: RecordRequestGranted): void {
    this.become('grant', decision);
  }
  onRecordRequestRefused(decision: RecordRequestRefused): void {
    this.become('refuse', decision);
  }
  onRecordRequestWithdrawn(decision: RecordRequestWithdrawn): void {
    this.become('withdraw', decision);
  }

  private orgOf(action: RecordRequestAction): string {
    const { requester, registrant }: Record<string, readonly RecordRequestAction[]> = recordRequestActs;
    if (requester!.includes(action)) return this.requesterId;
    return registrant!.includes(action) ? this.registrantId : this.registrarId;
  }

  private become(action: RecordRequestAction, { at, text }: RecordDecision): void {
    const decisions = [...this.decisions, { action, at, text }];
    Object.assign(this, { decisions, state: recordRequestMachine.next(this.state, action) });
  }
}
