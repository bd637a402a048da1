import { Column, Entity } from 'typeorm';
import type { RequestErasureBody } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, knownEvents, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { projections } from '../platform/projection.js';
import { Refusal } from '../platform/refusal.js';

export const erasureMachine = defineMachine('erasure', 'REQUESTED', {
  approve: { from: ['REQUESTED'], to: 'ERASED' },
  decline: { from: ['REQUESTED'], to: 'DECLINED' },
});
export type ErasureState = (typeof erasureMachine.states)[number];

/** What is erased: the payload of this event, with its salt. */
export interface ErasureSubject {
  readonly eventId: string;
  readonly eventType: string;
  readonly eventStream: string;
}

@Event('ledger.erasure-requested.v1')
export class ErasureRequested {
  constructor(
    readonly erasureId: string,
    readonly subject: ErasureSubject,
    readonly grounds: RequestErasureBody,
    readonly by: string,
  ) {}
}

/** With this event the database erases the payload of `eventId`: the trigger `ledger.erase`. */
@Event('ledger.payload-erased.v1')
export class PayloadErased {
  constructor(
    readonly erasureId: string,
    readonly eventId: string,
    readonly legalBasis: RequestErasureBody['legalBasis'],
    readonly reason: string,
    readonly by: string,
  ) {}
}

@Event('ledger.erasure-declined.v1')
export class ErasureDeclined {
  constructor(
    readonly erasureId: string,
    readonly eventId: string,
    readonly by: string,
  ) {}
}

/**
 * The log's own events say how it was kept and what was erased from it; those of the accounts are records that the law wants
 * kept, and every balance follows from all of them (会计法, article 23); those of the platform hold nobody's data. What is
 * certified is the register itself, kept for 20 years (N1 §10(2)).
 */
const KEPT = /^(ledger|platform|settlement|certificates\.certificate-prepared)\./;

/** Rows that are folded from the events of many streams could not be told apart from tampering any more. */
const isFoldedIntoProjection = (type: string): boolean => {
  const eventClass = knownEvents().get(type);
  return eventClass !== undefined && [...projections().values()].some(({ of }) => of.has(eventClass));
};

export const isErasable = (type: string): boolean => !KEPT.test(type) && !isFoldedIntoProjection(type);

/** The payload of an event is erased where the law wants it, by two people: it cannot be undone. */
@Entity({ schema: 'ledger', name: 'erasure' })
@Stream('ers')
export class Erasure extends Aggregate {
  @Column('uuid') readonly eventId!: string;
  @Column('text') readonly eventType!: string;
  @Column('text') readonly eventStream!: string;
  @Column('text') readonly legalBasis!: RequestErasureBody['legalBasis'];
  @Column('text') readonly reference!: string;
  @Column('text') readonly reason!: string;
  @Column('text') readonly requestedBy!: string;
  @Column('text', { nullable: true }) readonly decidedBy!: string | null;
  @Column('text') readonly state!: ErasureState;

  static request(subject: ErasureSubject, grounds: RequestErasureBody, by: string): Erasure {
    const erasure = new Erasure();
    erasure.apply(new ErasureRequested(newId('ers'), subject, grounds, by));
    return erasure;
  }

  /** SOD-7: maker and checker differ. */
  approve(by: string): void {
    if (by === this.requestedBy) throw new Refusal('same-person');
    this.move('approve', new PayloadErased(this.id, this.eventId, this.legalBasis, this.reason, by));
  }

  /** Whoever asked cannot settle it alone either way. */
  decline(by: string): void {
    if (by === this.requestedBy) throw new Refusal('same-person');
    this.move('decline', new ErasureDeclined(this.id, this.eventId, by));
  }

  onErasureRequested({ erasureId, subject, grounds, by }: ErasureRequested): void {
    const start = { requestedBy: by, decidedBy: null, state: erasureMachine.initial };
    Object.assign(this, { id: erasureId, ...subject, ...grounds, ...start });
  }
  onPayloadErased({ by }: PayloadErased): void {
    Object.assign(this, { state: 'ERASED', decidedBy: by });
  }
  onErasureDeclined({ by }: ErasureDeclined): void {
    Object.assign(this, { state: 'DECLINED', decidedBy: by });
  }

  private move(action: keyof typeof erasureMachine.transitions, event: DomainEvent): void {
    erasureMachine.next(this.state, action);
    this.apply(event);
  }
}
