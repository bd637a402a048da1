import type { Candidate, Exclusion, OpenedVote, PanelDraw, Vacated } from '@app/sdk';
import { Column } from 'typeorm';
import { Aggregate } from '../platform/aggregate.js';
import type { CaseState } from './case-machine.js';
import type * as events from './committee-case-events.js';

export interface Seat {
  readonly expertId: string;
  readonly answerDue: string;
  readonly acceptedAt: string | null;
}
export interface SealedVote {
  readonly expertId: string;
  readonly commitment: string;
  readonly sealed: string;
}
interface Fixed {
  readonly round: number;
  readonly candidates: readonly Candidate[];
  readonly exclusions: readonly Exclusion[];
}

/** What is known of a case: its columns, and how each event changes them. */
export abstract class CommitteeCaseRecord extends Aggregate {
  @Column('text') readonly applicationId!: string;
  @Column('text') readonly applicantId!: string;
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly resourceId!: string;
  @Column('jsonb') readonly parties!: readonly string[];
  @Column('jsonb') readonly triggers!: readonly string[];
  @Column('text') readonly text!: string;
  @Column('text') readonly rulePack!: string;
  @Column('jsonb') readonly policy!: events.CasePolicy;
  @Column('timestamptz') readonly openedAt!: Date;
  /** null: the regime has published no time for the opinion (未公布). */
  @Column('timestamptz', { nullable: true }) readonly dueAt!: Date | null;
  /** How many panels were drawn, or are being drawn. */
  @Column('integer') readonly round!: number;
  @Column('jsonb', { nullable: true }) readonly shortage!: { eligible: number; needed: number } | null;
  @Column('jsonb', { nullable: true }) readonly fixed!: Fixed | null;
  @Column('jsonb', { nullable: true }) readonly draw!: PanelDraw | null;
  @Column('jsonb') readonly seats!: readonly Seat[];
  @Column('jsonb') readonly vacated!: readonly Vacated[];
  @Column('integer') readonly ballot!: number;
  @Column('timestamptz', { nullable: true }) readonly votingEndsAt!: Date | null;
  @Column('boolean') readonly extended!: boolean;
  @Column('jsonb') readonly votes!: readonly SealedVote[];
  @Column('jsonb') readonly ballots!: readonly (readonly OpenedVote[])[];
  @Column('boolean') readonly revoted!: boolean;
  @Column('timestamptz', { nullable: true }) readonly decideTieBy!: Date | null;
  @Column('jsonb', { nullable: true }) readonly resolution!: events.Resolution | null;
  @Column('text', { nullable: true }) readonly document!: string | null;
  @Column('text', { nullable: true }) readonly jws!: string | null;
  @Column('text', { nullable: true }) readonly closedReason!: string | null;
  @Column('text') readonly state!: CaseState;

  onCommitteeCaseOpened({ caseId, at, dueAt, ...facts }: events.CommitteeCaseOpened): void {
    const nothing = { shortage: null, vacated: [], ballots: [], resolution: null, document: null, jws: null };
    const times = { openedAt: new Date(at), dueAt: dueAt === null ? null : new Date(dueAt) };
    this.become('OPEN', { id: caseId, ...facts, ...times, ...nothing, ...NO_PANEL, round: 0, closedReason: null });
  }
  onCommitteeCandidatesFixed({ round, candidates, exclusions }: events.CommitteeCandidatesFixed): void {
    this.become('OPEN', { fixed: { round, candidates, exclusions }, round, shortage: null });
  }
  onCommitteePanelShort({ eligible, needed }: events.CommitteePanelShort): void {
    this.become('OPEN', { shortage: { eligible, needed } });
  }
  onCommitteePanelDrawn({ draw, answerDue }: events.CommitteePanelDrawn): void {
    const seats = draw.panel.map((expertId) => ({ expertId, answerDue, acceptedAt: null }));
    this.become('PANEL_DRAWN', { fixed: null, draw, seats });
  }
  onCommitteeExpertAccepted({ expertId, at }: events.CommitteeExpertAccepted): void {
    const seats = this.seats.map((seat) => (seat.expertId === expertId ? { ...seat, acceptedAt: at } : seat));
    this.become(this.state, { seats });
  }
  /** A vote of somebody who had no right to it goes with the seat, unopened. */
  onCommitteeSeatVacated({ caseId: _case, answerDue, ...facts }: events.CommitteeSeatVacated): void {
    const { expertId, replacedBy } = facts;
    const left = this.seats.filter((seat) => seat.expertId !== expertId);
    const seats = replacedBy === null ? left : [...left, { expertId: replacedBy, answerDue, acceptedAt: null }];
    const votes = this.votes.filter((vote) => vote.expertId !== expertId);
    this.become(this.state, { seats, votes, vacated: [...this.vacated, { ...facts, round: this.round }] });
  }
  onCommitteeRecusalsChecked(): void {
    this.become('RECUSAL_CHECKED', {});
  }
  onCommitteeVotingOpened({ ballot, votingEndsAt }: events.CommitteeVotingOpened): void {
    this.become('VOTING', { ballot, votingEndsAt: new Date(votingEndsAt) });
  }
  onCommitteeVoteCast({ expertId, commitment, sealed }: events.CommitteeVoteCast): void {
    this.become(this.state, { votes: [...this.votes, { expertId, commitment, sealed }] });
  }
  onCommitteeVotingExtended({ votingEndsAt }: events.CommitteeVotingExtended): void {
    this.become('VOTING', { votingEndsAt: new Date(votingEndsAt), extended: true });
  }
  onCommitteeVotesOpened({ votes }: events.CommitteeVotesOpened): void {
    this.become(this.state, { votes: [], ballots: [...this.ballots, votes], votingEndsAt: null });
  }
  onCommitteeTied({ decideBy }: events.CommitteeTied): void {
    this.become('TIE', { decideTieBy: new Date(decideBy) });
  }
  onCommitteeRevoteCalled({ ballot, votingEndsAt }: events.CommitteeRevoteCalled): void {
    const anew = { ballot, votingEndsAt: new Date(votingEndsAt), extended: false, revoted: true };
    this.become('VOTING', { ...anew, decideTieBy: null });
  }
  onCommitteeCaseResolved({ resolution, document }: events.CommitteeCaseResolved): void {
    this.become('RESOLVED', { resolution, document, decideTieBy: null });
  }
  onCommitteeResolutionSigned({ jws }: events.CommitteeResolutionSigned): void {
    this.become(this.state, { jws });
  }
  onCommitteeResolutionSealed(): void {
    this.become('SEALED', {});
  }
  onCommitteePanelDismissed({ kind, text, by, at, silent }: events.CommitteePanelDismissed): void {
    const { round } = this;
    const why = text === '' ? kind : text;
    const left = silent.map((expertId) => ({ expertId, kind: 'SILENT', text: why, by, at, round, replacedBy: null }));
    this.become('OPEN', { ...NO_PANEL, vacated: [...this.vacated, ...left] });
  }
  onCommitteeCaseClosed({ reason }: events.CommitteeCaseClosed): void {
    this.become('CLOSED', { closedReason: reason, votes: [] });
  }

  private become(state: CaseState, changes: object): void {
    Object.assign(this, changes, { state });
  }
}

const NO_PANEL = {
  fixed: null,
  draw: null,
  seats: [],
  votes: [],
  ballot: 0,
  votingEndsAt: null,
  extended: false,
  revoted: false,
  decideTieBy: null,
};
