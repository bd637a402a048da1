import { resumeDeadline } from '@app/calendar';
import type { Agency } from '@app/sdk';
import { mustActFor, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import * as events from './application-events.js';
import { applicationMachine, type ApplicationAction } from './application-machine.js';
import { ApplicationAgents } from './application-agents.js';
import * as rules from './application-rules.js';

/** Who acts, and when. */
export interface Act {
  readonly actor: Actor;
  readonly now: Date;
  /** When it is done for somebody else; `actor.orgId` is the principal then. */
  readonly agency?: Agency;
}
export type ApplicationDeadline = `registration.${'acceptance' | 'correction' | 'review' | 'notice' | 'objection'}`;
export type Told<E> = Omit<E, keyof events.Step>;

/** The legal times of an application, and how each of its steps is told. */
export abstract class ApplicationClocks extends ApplicationAgents {
  /** Notes that a legal time has passed. The law attaches no decision to it. */
  noteOverdue(act: Act): void {
    const [clock, due] = this.runningClock;
    this.apply(new events.ApplicationOverdue({ ...this.stepBy(act), clock, due: due.toISOString() }));
  }

  private get runningClock() {
    if (this.state === 'SUBMITTED') return ['ACCEPTANCE', this.acceptDue!] as const;
    if (this.state === 'OBJECTION_HANDLING') return ['OBJECTION', this.objectionDue!] as const;
    return ['REVIEW', this.reviewDue!] as const;
  }

  /** Whether a deadline that fired still applies. */
  isDue(kind: ApplicationDeadline, now: Date): boolean {
    const due = this.deadlines[kind];
    return due !== null && due <= now;
  }

  /** What the platform must do by itself, and when, as long as nothing else happens. */
  get deadlines(): Record<ApplicationDeadline, Date | null> {
    const after = (applies: boolean, due: Date | null) => (applies && due ? new Date(due.getTime() + 1) : null);
    const { state } = this;
    const open = (due: Date | null) => due !== null && !this.missed.includes(due.toISOString());
    // §3.8: the committee does not stop the clock of the review.
    const reviewing = ['ACCEPTED', 'UNDER_REVIEW', 'COMMITTEE_REVIEW'].includes(state);
    return {
      'registration.acceptance': state === 'SUBMITTED' ? this.acceptanceActsAt : null,
      'registration.correction': after(state === 'CORRECTION_REQUIRED', dateOf(this.correction?.dueAt)),
      'registration.review': after(reviewing && open(this.reviewDue), this.reviewDue),
      'registration.notice': after(state === 'PUBLIC_NOTICE', this.noticeEndsAt),
      'registration.objection': after(state === 'OBJECTION_HANDLING' && open(this.objectionDue), this.objectionDue),
    };
  }

  /** Silence accepts; where it does not, it is noted. */
  private get acceptanceActsAt(): Date | null {
    const due = this.acceptDue!;
    if (rules.isAcceptedBySilence(this.pack)) return rules.silenceAcceptsAt(due);
    return this.missed.includes(due.toISOString()) ? null : new Date(due.getTime() + 1);
  }

  get pack() {
    return rules.packOf(this.rulePack);
  }

  protected stepBy({ actor, now, agency }: Act) {
    const by = { by: actor.id, at: now.toISOString(), ...(agency && { agency }) };
    return { applicationId: this.id, ...by, rulePack: this.rulePack };
  }

  /** Somebody acts for this party, and may. */
  protected mustActIn({ actor, agency }: Act, partyId: string): void {
    mustActFor(actor, partyId);
    this.mustStandOnOneSide(actor.orgId, agency);
  }

  protected step<E extends events.Step>(
    action: ApplicationAction,
    type: new (facts: object) => E,
    act: Act,
    told: Told<E>,
  ): void {
    applicationMachine.next(this.state, action);
    this.apply(new type({ ...this.stepBy(act), ...told }));
  }

  protected resumption(at: Date): events.Resumed {
    const paused = new Date(this.pauses.at(-1)!.from);
    return { to: at.toISOString(), reviewDue: resumeDeadline(this.reviewDue!, paused, at).due.toISOString() };
  }

  protected mustBeInTime(due: string, now: Date): void {
    if (now > new Date(due)) throw new Refusal('registration/too-late', { due });
  }

  protected get objectionDue(): Date | null {
    return dateOf(this.objections.at(-1)?.dueAt);
  }
}

const dateOf = (text: string | null | undefined): Date | null => (text ? new Date(text) : null);
