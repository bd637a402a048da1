import { Column, Entity } from 'typeorm';
import type { registerActKinds } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import type { Actor } from '../platform/context.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';
import type { PlacedRemark } from './certificate-events.js';
import type { Certificate } from './certificate.js';

/**
 * One officer proposes, an approver decides (SOD-7). A preservation by a court does not wait: it takes effect when it is entered, and a
 * second person confirms it or undoes it afterwards.
 */
export const registerActMachine = defineMachine('register-act', 'PROPOSED', {
  takeEffect: { from: ['PROPOSED'], to: 'UNCONFIRMED' },
  approve: { from: ['PROPOSED'], to: 'DONE' },
  reject: { from: ['PROPOSED'], to: 'REJECTED' },
  withdraw: { from: ['PROPOSED'], to: 'WITHDRAWN' },
  confirm: { from: ['UNCONFIRMED'], to: 'DONE' },
  undo: { from: ['UNCONFIRMED'], to: 'UNDONE' },
});
export type RegisterActState = (typeof registerActMachine.states)[number];
type RegisterActAction = keyof typeof registerActMachine.transitions;

export interface ProposedAct {
  readonly kind: (typeof registerActKinds)[number];
  readonly groundCode: string | null;
  readonly text: string;
  /** What is placed, or which one is lifted. */
  readonly remark: PlacedRemark | null;
}

interface Proposal extends ProposedAct {
  readonly actId: string;
  readonly certificateId: string;
  readonly number: string;
  readonly registrarId: string;
  readonly rulePack: string;
  readonly by: string;
  readonly at: string;
}

@Event('certificates.register-act-proposed.v1')
export class RegisterActProposed {
  readonly rulePack: string;

  constructor(readonly facts: Proposal) {
    this.rulePack = facts.rulePack;
  }
}

@Event('certificates.register-act-took-effect.v1')
export class RegisterActTookEffect {
  constructor(
    readonly actId: string,
    readonly at: string,
  ) {}
}

/** A second person's decision, with its reasons. */
abstract class Decided {
  constructor(
    readonly actId: string,
    readonly by: string,
    readonly at: string,
    readonly text: string,
  ) {}
}

@Event('certificates.register-act-approved.v1')
export class RegisterActApproved extends Decided {}

@Event('certificates.register-act-confirmed.v1')
export class RegisterActConfirmed extends Decided {}

@Event('certificates.register-act-rejected.v1')
export class RegisterActRejected extends Decided {}

@Event('certificates.register-act-undone.v1')
export class RegisterActUndone extends Decided {}

@Event('certificates.register-act-withdrawn.v1')
export class RegisterActWithdrawn extends Decided {}

/** An act of the registrar upon a certificate that it issued: remark, its lifting, cancellation, revocation. */
@Entity({ schema: 'certificates', name: 'register_act' })
@Stream('act')
export class RegisterAct extends Aggregate {
  @Column('text') readonly certificateId!: string;
  @Column('text') readonly number!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly rulePack!: string;
  @Column('text') readonly kind!: ProposedAct['kind'];
  @Column('text', { nullable: true }) readonly groundCode!: string | null;
  @Column('text') readonly text!: string;
  @Column('jsonb', { nullable: true }) readonly remark!: PlacedRemark | null;
  @Column('text') readonly state!: RegisterActState;
  @Column('text') readonly proposedBy!: string;
  @Column('timestamptz') readonly proposedAt!: Date;
  @Column('jsonb', { nullable: true }) readonly decided!: { by: string; at: string; text: string } | null;

  /** @param registrarId whose act it is: the issuer's, or its successor's */
  static propose(
    certificate: Certificate,
    registrarId: string,
    proposed: ProposedAct,
    { id: by }: Actor,
    now: Date,
  ): RegisterAct {
    const { id: certificateId, number, rulePack } = certificate;
    const origin = { actId: newId('act'), certificateId, number, registrarId, rulePack, by, at: now.toISOString() };
    const act = new RegisterAct();
    act.apply(new RegisterActProposed({ ...origin, ...proposed }));
    if (proposed.kind === 'PLACE_REMARK' && proposed.remark!.kind === 'JUDICIAL_PRESERVATION') {
      act.move('takeEffect', new RegisterActTookEffect(act.id, origin.at));
      act.carryOut(certificate, now);
    }
    return act;
  }

  /** The second person agrees: what is not in effect yet takes effect now. */
  approve(certificate: Certificate, text: string, actor: Actor, now: Date): void {
    this.mustBeSecondPerson(actor);
    if (this.state === 'UNCONFIRMED')
      return this.move('confirm', new RegisterActConfirmed(this.id, actor.id, now.toISOString(), text));
    this.move('approve', new RegisterActApproved(this.id, actor.id, now.toISOString(), text));
    this.carryOut(certificate, now);
  }

  reject(certificate: Certificate, text: string, actor: Actor, now: Date): void {
    this.mustBeSecondPerson(actor);
    if (this.state !== 'UNCONFIRMED')
      return this.move('reject', new RegisterActRejected(this.id, actor.id, now.toISOString(), text));
    this.move('undo', new RegisterActUndone(this.id, actor.id, now.toISOString(), text));
    const { id } = this.remark!;
    if (certificate.isLasting && certificate.openRemarks.some((open) => open.id === id))
      certificate.liftRemark(id, 'NOT_CONFIRMED', text, now);
  }

  withdraw(text: string, actor: Actor, now: Date): void {
    if (actor.id !== this.proposedBy) throw new Refusal('certificates/not-the-proposer');
    this.move('withdraw', new RegisterActWithdrawn(this.id, actor.id, now.toISOString(), text));
  }

  onRegisterActProposed({ facts: { actId, by, at, ...facts } }: RegisterActProposed): void {
    const start = { state: registerActMachine.initial, decided: null };
    Object.assign(this, { id: actId, ...facts, proposedBy: by, proposedAt: new Date(at), ...start });
  }
  onRegisterActTookEffect(): void {
    this.become('takeEffect');
  }
  onRegisterActApproved(decided: RegisterActApproved): void {
    this.become('approve', decided);
  }
  onRegisterActConfirmed(decided: RegisterActConfirmed): void {
    this.become('confirm', decided);
  }
  onRegisterActRejected(decided: RegisterActRejected): void {
    this.become('reject', decided);
  }
  onRegisterActUndone(decided: RegisterActUndone): void {
    this.become('undo', decided);
  }
  onRegisterActWithdrawn(decided: RegisterActWithdrawn): void {
    this.become('withdraw', decided);
  }

  private carryOut(certificate: Certificate, now: Date): void {
    const { kind, groundCode, text, remark } = this;
    if (kind === 'CANCEL') certificate.cancelByRegistrar(groundCode!, text, now);
    else if (kind === 'REVOKE') certificate.revoke(groundCode!, text, now);
    else if (kind === 'LIFT_REMARK') certificate.liftRemark(remark!.id, 'DECISION', text, now);
    else certificate.placeRemark({ ...remark!, from: now.toISOString() }, now);
  }

  private mustBeSecondPerson({ id }: Actor): void {
    if (id === this.proposedBy) throw new Refusal('same-person');
  }

  private move(action: RegisterActAction, event: DomainEvent): void {
    registerActMachine.next(this.state, action);
    this.apply(event);
  }

  private become(action: RegisterActAction, decided: Decided | null = null): void {
    const told = decided && { by: decided.by, at: decided.at, text: decided.text };
    Object.assign(this, { decided: told, state: registerActMachine.next(this.state, action) });
  }
}
