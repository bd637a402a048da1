import type { Candidate, Condition, Discipline, Exclusion, OpenedVote, Opinion, PanelDraw, Vacated } from '@app/sdk';
import { Event } from '../platform/event.js';
import type { Tally } from './tally.js';

/** What happened in a case, when. */
abstract class CaseStep {
  declare readonly caseId: string;
  declare readonly at: string;

  constructor(facts: object) {
    Object.assign(this, facts);
  }
}

/** The rules of the case, taken from the rule pack when it is opened. Days are working days. */
export interface CasePolicy {
  readonly size: number;
  readonly quorum: string;
  readonly majorityAbove: string;
  readonly vetoOn: string | null;
  readonly opinions: readonly Opinion[];
  readonly disciplines: readonly Discipline[];
  readonly answerDays: number;
  readonly extensionDays: number;
  readonly conflictMonths: number;
  /** Grounds on which the regime refuses. */
  readonly grounds: readonly string[];
}

/** `parties`: the organisations in which no panellist may have an interest. */
@Event('committee.case-opened.v1')
export class CommitteeCaseOpened extends CaseStep {
  declare readonly applicationId: string;
  declare readonly applicantId: string;
  declare readonly registrarId: string;
  declare readonly resourceId: string;
  declare readonly parties: readonly string[];
  declare readonly triggers: readonly string[];
  declare readonly text: string;
  declare readonly dueAt: string | null;
  declare readonly rulePack: string;
  declare readonly policy: CasePolicy;
}

/** From here on the list of those who can be drawn stays as it is; the seed is not known yet. */
@Event('committee.candidates-fixed.v1')
export class CommitteeCandidatesFixed extends CaseStep {
  declare readonly round: number;
  declare readonly candidates: readonly Candidate[];
  declare readonly exclusions: readonly Exclusion[];
}

/** An alert: too few may sit on the panel; the pool must grow. */
@Event('committee.panel-short.v1')
export class CommitteePanelShort extends CaseStep {
  declare readonly eligible: number;
  declare readonly needed: number;
  declare readonly exclusions: readonly Exclusion[];
}

/** Everything from which anyone can draw it again (`panel.ts`). */
@Event('committee.panel-drawn.v1')
export class CommitteePanelDrawn extends CaseStep {
  declare readonly draw: PanelDraw;
  declare readonly answerDue: string;
}

@Event('committee.expert-accepted.v1')
export class CommitteeExpertAccepted extends CaseStep {
  declare readonly expertId: string;
}

/** `answerDue`: when the one who takes the seat must have answered. */
@Event('committee.seat-vacated.v1')
export class CommitteeSeatVacated extends CaseStep {
  declare readonly expertId: string;
  declare readonly kind: Vacated['kind'];
  declare readonly text: string;
  declare readonly by: string;
  declare readonly replacedBy: string | null;
  declare readonly answerDue: string;
}

@Event('committee.recusals-checked.v1')
export class CommitteeRecusalsChecked extends CaseStep {}

@Event('committee.voting-opened.v1')
export class CommitteeVotingOpened extends CaseStep {
  declare readonly ballot: number;
  declare readonly votingEndsAt: string;
}

/**
 * A vote that nobody can read yet: SHA-256 over salt and canonical vote, and both of them encrypted for the ballot box (a JWE whose length tells
 * nothing). The closing event opens them all.
 */
@Event('committee.vote-cast.v1')
export class CommitteeVoteCast extends CaseStep {
  declare readonly ballot: number;
  declare readonly expertId: string;
  declare readonly commitment: string;
  declare readonly sealed: string;
}

/** Too few had voted in time: once there is more time. */
@Event('committee.voting-extended.v1')
export class CommitteeVotingExtended extends CaseStep {
  declare readonly present: number;
  declare readonly votingEndsAt: string;
}

/** Every vote with its salt: anyone can compare it with what was cast. */
@Event('committee.votes-opened.v1')
export class CommitteeVotesOpened extends CaseStep {
  declare readonly ballot: number;
  declare readonly votes: readonly OpenedVote[];
}

@Event('committee.tied.v1')
export class CommitteeTied extends CaseStep {
  declare readonly tally: Tally;
  declare readonly chairId: string;
  declare readonly decideBy: string;
}

@Event('committee.revote-called.v1')
export class CommitteeRevoteCalled extends CaseStep {
  declare readonly by: string;
  declare readonly reason: string;
  declare readonly ballot: number;
  declare readonly votingEndsAt: string;
}

/** The intent; the seal follows. `document` is the resolution with names, in canonical JSON. */
@Event('committee.case-resolved.v1')
export class CommitteeCaseResolved extends CaseStep {
  declare readonly resolution: Resolution;
  declare readonly document: string;
}

@Event('committee.resolution-signed.v1')
export class CommitteeResolutionSigned extends CaseStep {
  declare readonly jws: string;
}

/** `resolutionHash`: SHA-256 of the UTF-8 bytes of the document that was sealed. */
@Event('committee.resolution-sealed.v1')
export class CommitteeResolutionSealed {
  readonly caseId!: string;
  readonly applicationId!: string;
  readonly opinion!: Opinion;
  readonly groundCode!: string | null;
  readonly reasons!: string;
  readonly conditions!: readonly Condition[];
  readonly resolutionHash!: string;
  readonly at!: string;
  readonly rulePack!: string;

  constructor(facts: CommitteeResolutionSealed) {
    Object.assign(this, facts);
  }
}

@Event('committee.panel-dismissed.v1')
export class CommitteePanelDismissed extends CaseStep {
  declare readonly kind: 'EXHAUSTED' | 'NO_QUORUM' | 'CHAIR_SILENT' | 'BY_SECRETARY';
  declare readonly text: string;
  declare readonly by: string;
  /** Who did not vote, or did not decide: not drawn again in this case. */
  declare readonly silent: readonly string[];
}

/** The application ended otherwise. */
@Event('committee.case-closed.v1')
export class CommitteeCaseClosed extends CaseStep {
  declare readonly reason: string;
}

/** What a resolution says, without names. */
export interface Resolution {
  readonly opinion: Opinion;
  readonly groundCode: string | null;
  readonly reasons: string;
  readonly conditions: readonly Condition[];
  readonly tally: Tally;
  readonly present: number;
  readonly byVeto: boolean;
  readonly byChair: boolean;
  readonly dissent: readonly { readonly opinion: Opinion; readonly reasons: string }[];
  readonly resolutionHash: string;
  readonly decidedAt: string;
}
