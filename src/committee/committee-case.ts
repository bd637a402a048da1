import { addWorkingDays } from '@app/calendar';
import type { Candidate, Exclusion, OpenedVote, PanelDraw, VoteBody } from '@app/sdk';
import { Entity } from 'typeorm';
import { Stream } from '../platform/aggregate.js';
import { newId } from '../platform/id.js';
import { fault, Refusal } from '../platform/refusal.js';
import { mustBeWhatWasCast } from './ballot.js';
import { caseMachine, type CaseAction } from './case-machine.js';
import * as events from './committee-case-events.js';
import { CommitteeCaseRecord } from './committee-case-record.js';
import { nextOf, orderOf, panelOf, seedOf } from './panel.js';
import { resolve, type ChairDecision, type Names } from './resolution.js';
import { decide, hasQuorum, tallyOf } from './tally.js';

export * from './committee-case-events.js';
export * from './case-machine.js';

export type CaseDeadline = `committee.${'answers' | 'voting' | 'tie'}`;
type Told<E> = Omit<E, 'caseId' | 'at'>;
type Parts = Told<events.CommitteeCaseOpened>;

/** A case before the compliance committee (合规会审). */
@Entity({ schema: 'committee', name: 'committee_case' })
@Stream('cas')
export class CommitteeCase extends CommitteeCaseRecord {
  static open(facts: Parts, now: Date): CommitteeCase {
    const opened = new CommitteeCase();
    opened.apply(new events.CommitteeCaseOpened({ caseId: newId('cas'), at: now.toISOString(), ...facts }));
    return opened;
  }

  /** @param pool everybody of the pool who may sit, and why others may not */
  fixCandidates(pool: { candidates: readonly Candidate[]; exclusions: readonly Exclusion[] }, now: Date): void {
    caseMachine.next(this.state, 'fixCandidates');
    if (this.fixed) throw new Refusal('committee/candidates-fixed');
    const left = new Map(this.vacated.map(({ expertId, kind }) => [expertId, kind]));
    const barred = pool.candidates.flatMap(({ expertId }): Exclusion[] => {
      const reason = left.get(expertId);
      return reason ? [{ expertId, reason, organisationId: null }] : [];
    });
    const exclusions = [...pool.exclusions, ...barred];
    const candidates = pool.candidates.filter(({ expertId }) => !left.has(expertId));
    const { size: needed } = this.policy;
    if (candidates.length < needed)
      return this.tell(events.CommitteePanelShort, now, { eligible: candidates.length, needed, exclusions });
    this.tell(events.CommitteeCandidatesFixed, now, { round: this.round + 1, candidates, exclusions });
  }

  /** @param origin where the seed comes from: the leaf of the candidates, and the first checkpoint that covers it */
  drawPanel(origin: PanelDraw['origin'], now: Date): void {
    caseMachine.next(this.state, 'draw');
    const { round, candidates, exclusions } = this.fixed!;
    const { size, disciplines } = this.policy;
    const seed = seedOf({ caseId: this.id, round, root: origin.root, candidates: candidates.length });
    const order = orderOf(candidates, seed);
    const drawing = { candidates: [...candidates], exclusions: [...exclusions], disciplines: [...disciplines] };
    const panel = panelOf({ candidates, disciplines, order, size });
    const draw = { round, ...drawing, size, seed, origin, order, panel };
    this.tell(events.CommitteePanelDrawn, now, { draw, answerDue: this.answerDue(now) });
  }

  accept(expertId: string, now: Date): void {
    const seat = this.mustBeSeated(expertId, this.state === 'VOTING' ? 'acceptWhileVoting' : 'accept');
    if (seat.acceptedAt !== null) throw new Refusal('committee/already-declared');
    mustBeInTime(new Date(seat.answerDue), now);
    this.tell(events.CommitteeExpertAccepted, now, { expertId });
    this.advance(now);
  }

  recuse(expertId: string, text: string, by: string, now: Date): void {
    this.mustBeSeated(expertId, this.vacating);
    this.vacate(expertId, { kind: 'RECUSED', text, by }, now);
  }

  /** A conflict that was found later. */
  remove(expertId: string, text: string, by: string, now: Date): void {
    caseMachine.next(this.state, this.vacating);
    if (!this.seats.some((seat) => seat.expertId === expertId))
      throw fault('/expertId', '该专家不在本案评审组', 'not on the panel of this case');
    this.vacate(expertId, { kind: 'REMOVED', text, by }, now);
  }

  /** Who has not answered in time loses the seat. */
  replaceSilent(now: Date): void {
    const late = this.seats.filter(({ acceptedAt, answerDue }) => acceptedAt === null && new Date(answerDue) < now);
    for (const { expertId } of late)
      if (this.seats.some((seat) => seat.expertId === expertId))
        this.vacate(expertId, { kind: 'SILENT', text: '', by: 'system' }, now);
  }

  /** May this be voted at all, and by this expert now? */
  mustBeVote(expertId: string, { opinion, groundCode, conditions }: VoteBody, now: Date): void {
    const seat = this.mustBeSeated(expertId, 'vote');
    if (seat.acceptedAt === null) throw new Refusal('committee/not-declared');
    if (this.hasVoted(expertId)) throw new Refusal('committee/already-voted');
    mustBeInTime(this.votingEndsAt!, now);
    this.mustBeOpinion({ opinion, groundCode, conditions }, now);
  }

  cast(expertId: string, vote: { commitment: string; sealed: string }, now: Date): void {
    caseMachine.next(this.state, 'vote');
    this.tell(events.CommitteeVoteCast, now, { ballot: this.ballot, expertId, ...vote });
  }

  /** Whether everybody has voted: nothing is to be waited for. */
  get isComplete(): boolean {
    return this.state === 'VOTING' && this.hasEnough && this.seats.every(({ expertId }) => this.hasVoted(expertId));
  }

  /** Whether the votes are to be opened now. */
  mayClose(now: Date): boolean {
    return this.isComplete || (this.isDue('committee.voting', now) && this.hasEnough);
  }

  /** Too few have voted in time: their seats go to others and there is more time, once; then another panel is drawn. */
  failQuorum(now: Date): void {
    const silent = this.seats.map(({ expertId }) => expertId).filter((expertId) => !this.hasVoted(expertId));
    if (this.extended) return this.dismissPanel({ kind: 'NO_QUORUM', text: '', by: 'system', silent }, now);
    const votingEndsAt = addWorkingDays(now, this.policy.extensionDays).toISOString();
    this.step('extend', events.CommitteeVotingExtended, now, { present: this.votes.length, votingEndsAt });
    for (const expertId of silent)
      if (this.spareFor(expertId) !== null) this.vacate(expertId, { kind: 'SILENT', text: '', by: 'system' }, now);
  }

  /** @param opened the votes as the ballot box gives them */
  closeVoting(opened: readonly OpenedVote[], names: Names, now: Date): void {
    caseMachine.next(this.state, 'resolve');
    if (!this.mayClose(now)) throw new Error(`the vote of ${this.id} is not over`);
    mustBeWhatWasCast(this, opened);
    this.tell(events.CommitteeVotesOpened, now, { ballot: this.ballot, votes: opened });
    const { opinion, byVeto } = decide(
      opened.map(({ vote }) => vote),
      this.policy,
    );
    const chair = { expertId: this.chairId!, decision: null };
    if (opinion !== null)
      return this.resolved('resolve', resolve(this, { votes: opened, opinion, byVeto, chair, names, now }), now);
    const tally = tallyOf(opened.map(({ vote }) => vote));
    const decideBy = addWorkingDays(now, this.policy.extensionDays).toISOString();
    this.step('tie', events.CommitteeTied, now, { tally, chairId: this.chairId!, decideBy });
  }

  decideTie(expertId: string, decision: ChairDecision, names: Names, now: Date): void {
    this.mustBeChair('decideTie', expertId, now);
    this.mustBeOpinion(decision, now);
    const chair = { expertId, decision };
    const facts = { votes: this.ballots.at(-1)!, opinion: decision.opinion, byVeto: false, chair, names, now };
    this.resolved('decideTie', resolve(this, facts), now);
  }

  callRevote(expertId: string, reason: string, now: Date): void {
    this.mustBeChair('revote', expertId, now);
    if (this.revoted) throw new Refusal('committee/already-revoted');
    this.revote(expertId, reason, now);
  }

  /** The chair has not decided: the panel votes again, once; then another panel is drawn. */
  endTie(now: Date): void {
    if (!this.revoted) return this.revote('system', '', now);
    this.dismissPanel({ kind: 'CHAIR_SILENT', text: '', by: 'system', silent: [this.chairId!] }, now);
  }

  seal(jws: string, now: Date): void {
    caseMachine.next(this.state, 'seal');
    this.tell(events.CommitteeResolutionSigned, now, { jws });
    const { opinion, groundCode, reasons, conditions, resolutionHash } = this.resolution!;
    const { id: caseId, applicationId, rulePack } = this;
    const facts = { opinion, groundCode, reasons, conditions, resolutionHash, at: now.toISOString(), rulePack };
    this.apply(new events.CommitteeResolutionSealed({ caseId, applicationId, ...facts }));
  }

  dismissPanel(told: Told<events.CommitteePanelDismissed>, now: Date): void {
    this.step('dismiss', events.CommitteePanelDismissed, now, told);
  }

  close(reason: string, now: Date): void {
    this.step('close', events.CommitteeCaseClosed, now, { reason });
  }

  /** The first of the order who knows the law, else the first of the panel. */
  get chairId(): string | undefined {
    const seated = (this.draw?.order ?? []).filter((id) => this.seats.some((seat) => seat.expertId === id));
    const knows = (id: string) => this.draw?.candidates.some((c) => c.expertId === id && c.disciplines.includes('LAW'));
    return seated.find(knows) ?? seated[0];
  }

  hasVoted(expertId: string): boolean {
    return this.votes.some((vote) => vote.expertId === expertId);
  }

  isDue(kind: CaseDeadline, now: Date): boolean {
    const due = this.deadlines[kind];
    return due !== null && due <= now;
  }

  /** What the platform must do by itself, and when, as long as nothing else happens. */
  get deadlines(): Record<CaseDeadline, Date | null> {
    const after = (due: Date | null) => due && new Date(due.getTime() + 1);
    const answering = this.state === 'PANEL_DRAWN' || this.state === 'VOTING';
    const open = answering ? this.seats.filter(({ acceptedAt }) => acceptedAt === null) : [];
    const first = open.map(({ answerDue }) => new Date(answerDue).getTime());
    return {
      'committee.answers': first.length > 0 ? after(new Date(Math.min(...first))) : null,
      'committee.voting': this.state === 'VOTING' ? after(this.votingEndsAt) : null,
      'committee.tie': this.state === 'TIE' ? after(this.decideTieBy) : null,
    };
  }

  private get hasEnough(): boolean {
    return hasQuorum(this.votes.length, this.policy);
  }

  private spareFor(leaving: string): string | null {
    const { candidates, disciplines, order } = this.draw!;
    const seated = this.seats.map(({ expertId }) => expertId);
    const used = [...seated, ...this.vacated.map(({ expertId }) => expertId)];
    return nextOf(
      { candidates, disciplines, order },
      seated.filter((id) => id !== leaving),
      used,
    );
  }

  private vacate(expertId: string, told: Pick<events.CommitteeSeatVacated, 'kind' | 'text' | 'by'>, now: Date): void {
    caseMachine.next(this.state, this.vacating);
    const replacedBy = this.spareFor(expertId);
    this.tell(events.CommitteeSeatVacated, now, { expertId, ...told, replacedBy, answerDue: this.answerDue(now) });
    const enough = this.state === 'VOTING' ? hasQuorum(this.seats.length, this.policy) : replacedBy !== null;
    if (!enough) return this.dismissPanel({ kind: 'EXHAUSTED', text: '', by: 'system', silent: [] }, now);
    this.advance(now);
  }

  /** Once every seat is answered for, the vote begins. */
  private advance(now: Date): void {
    if (this.state !== 'PANEL_DRAWN' || this.seats.some(({ acceptedAt }) => acceptedAt === null)) return;
    this.step('checkRecusals', events.CommitteeRecusalsChecked, now, {});
    const late = addWorkingDays(now, this.policy.extensionDays);
    const votingEndsAt = (this.dueAt && this.dueAt > now ? this.dueAt : late).toISOString();
    this.step('openVoting', events.CommitteeVotingOpened, now, { ballot: 1, votingEndsAt });
  }

  private revote(by: string, reason: string, now: Date): void {
    const votingEndsAt = addWorkingDays(now, this.policy.extensionDays).toISOString();
    this.step('revote', events.CommitteeRevoteCalled, now, { by, reason, ballot: this.ballot + 1, votingEndsAt });
  }

  private resolved(action: 'resolve' | 'decideTie', told: Told<events.CommitteeCaseResolved>, now: Date): void {
    this.step(action, events.CommitteeCaseResolved, now, told);
  }

  private answerDue(now: Date): string {
    return addWorkingDays(now, this.policy.answerDays).toISOString();
  }

  private get vacating(): CaseAction {
    return this.state === 'VOTING' ? 'vacateWhileVoting' : 'vacate';
  }

  private mustBeSeated(expertId: string, action: CaseAction) {
    caseMachine.next(this.state, action);
    const seat = this.seats.find((candidate) => candidate.expertId === expertId);
    if (!seat) throw new Refusal('committee/not-on-panel');
    return seat;
  }

  private mustBeChair(action: 'decideTie' | 'revote', expertId: string, now: Date): void {
    this.mustBeSeated(expertId, action);
    if (expertId !== this.chairId) throw new Refusal('committee/not-the-chair');
    mustBeInTime(this.decideTieBy!, now);
  }

  private mustBeOpinion({ opinion, groundCode, conditions }: Omit<ChairDecision, 'reasons'>, now: Date): void {
    const { opinions, grounds } = this.policy;
    if (!opinions.includes(opinion)) throw fault('/opinion', '该制度没有此意见', 'not an opinion of this regime');
    if (groundCode !== null && !grounds.includes(groundCode))
      throw fault('/groundCode', `该决定不能以 ${groundCode} 为由`, `${groundCode} is no ground for this decision`);
    const past = conditions.findIndex(({ dueAt }) => new Date(dueAt) <= now);
    if (past >= 0) throw fault(`/conditions/${past}/dueAt`, '期限须在将来', 'must be in the future');
  }

  private tell<E extends object>(type: new (facts: object) => E, now: Date, told: Omit<E, 'caseId' | 'at'>): void {
    this.apply(new type({ caseId: this.id, at: now.toISOString(), ...told }));
  }

  private step<E extends object>(
    action: CaseAction,
    type: new (facts: object) => E,
    now: Date,
    told: Omit<E, 'caseId' | 'at'>,
  ): void {
    caseMachine.next(this.state, action);
    this.tell(type, now, told);
  }
}

const mustBeInTime = (due: Date, now: Date): void => {
  if (now > due) throw new Refusal('committee/too-late', { due: due.toISOString() });
};
