import type { Agency, objectionParties, ProvenFile, remedies } from '@app/sdk';
import { Event } from '../platform/event.js';

export type Party = (typeof objectionParties)[number];
export type Remedy = (typeof remedies)[number];

/** INV-51: who did it, when, by which version of the rules, in which words and with which documents. */
export abstract class ObjectionStep {
  declare readonly objectionId: string;
  declare readonly certificateId: string;
  declare readonly by: string;
  declare readonly at: string;
  declare readonly rulePack: string;
  declare readonly party: Party;
  declare readonly text: string;
  declare readonly files: readonly ProvenFile[];
  /** By whose person; absent: the party's own. */
  declare readonly agency?: Agency;

  constructor(facts: object) {
    Object.assign(this, facts);
  }
}

@Event('registration.objection-filed.v1')
export class ObjectionFiled extends ObjectionStep {
  declare readonly certificateNumber: string;
  declare readonly registrarId: string;
  declare readonly registrantId: string;
  declare readonly objectorId: string;
  /** The data that the certificate is about; absent in older ones. */
  declare readonly resourceId?: string;
  /** When the registrant must know of it; null: the regime has published no such time. */
  declare readonly notifyDue: string | null;
}

@Event('registration.objection-completion-requested.v1')
export class ObjectionCompletionRequested extends ObjectionStep {}

/** The time of the registrar begins anew: it counts from complete material. */
@Event('registration.objection-completed.v1')
export class ObjectionCompleted extends ObjectionStep {
  declare readonly notifyDue: string | null;
}

/** The material is complete, and the registrant knows of it from now on. */
@Event('registration.objection-accepted.v1')
export class ObjectionAccepted extends ObjectionStep {}

/** The time to tell the registrant has passed. It decides nothing. */
@Event('registration.objection-overdue.v1')
export class ObjectionOverdue extends ObjectionStep {}

@Event('registration.objection-admitted.v1')
export class ObjectionAdmitted extends ObjectionStep {}

@Event('registration.objection-contested.v1')
export class ObjectionContested extends ObjectionStep {}

@Event('registration.objection-investigation-started.v1')
export class ObjectionInvestigationStarted extends ObjectionStep {}

@Event('registration.objection-statement-made.v1')
export class ObjectionStatementMade extends ObjectionStep {}

@Event('registration.objection-concluded.v1')
export class ObjectionConcluded extends ObjectionStep {
  declare readonly upheld: boolean;
  declare readonly remedy: Remedy;
}

/** One of the two parties agrees with the conclusion; the other has not answered yet. */
@Event('registration.objection-conclusion-accepted.v1')
export class ObjectionConclusionAccepted extends ObjectionStep {}

/** Both agree: the registrar acts accordingly. */
@Event('registration.objection-agreed.v1')
export class ObjectionAgreed extends ObjectionStep {}

@Event('registration.objection-conclusion-rejected.v1')
export class ObjectionConclusionRejected extends ObjectionStep {}

@Event('registration.objection-taken-to-court.v1')
export class ObjectionTakenToCourt extends ObjectionStep {}

@Event('registration.objection-taken-to-arbitration.v1')
export class ObjectionTakenToArbitration extends ObjectionStep {}

/** What was admitted, agreed or decided by a document in force is done. */
@Event('registration.objection-executed.v1')
export class ObjectionExecuted extends ObjectionStep {
  declare readonly remedy: Remedy;
  declare readonly groundCode: string | null;
}

/** Not admissible, unfounded by agreement, or not pursued. */
@Event('registration.objection-dismissed.v1')
export class ObjectionDismissed extends ObjectionStep {}

@Event('registration.objection-withdrawn.v1')
export class ObjectionWithdrawn extends ObjectionStep {}
