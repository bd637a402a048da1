import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CaseView, Discipline } from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { caseMachine } from './case-machine.js';
import { CommitteeCase } from './committee-case.js';
import { SUMMARY } from './list-cases.js';
import { CASE_IN_SIGHT, sightOf } from './sight.js';

/** One case, as this reader may see it. */
export class GetCase extends Query<CaseView> {
  constructor(readonly caseId: string) {
    super();
  }
}

type Row = Omit<CommitteeCase, 'draw'> & Pick<CaseView, 'draw'> & { readonly mine: string | null };
interface Named {
  readonly id: string;
  readonly name: string;
  readonly disciplines: Discipline[];
}

@QueryHandler(GetCase)
export class GetCaseHandler implements IQueryHandler<GetCase> {
  constructor(private readonly sql: Sql) {}

  async execute({ caseId }: GetCase): Promise<CaseView> {
    const actor = permit('committee.read');
    const row = await this.sql.row<Row>(
      `SELECT ${SUMMARY}, c.triggers, c.text, c.policy, c.round, c.shortage, c.fixed, c.draw, c.seats, c.vacated, c.ballot,
         c.voting_ends_at AS "votingEndsAt", c.extended, c.votes, c.ballots, c.revoted, c.decide_tie_by AS "decideTieBy",
         c.resolution, c.closed_reason AS "closedReason",
         (SELECT e.id FROM committee.expert e WHERE e.person_id = $5 AND e.state = 'ACTIVE') AS mine
       FROM committee.committee_case c WHERE ${CASE_IN_SIGHT} AND c.id = $6`,
      [...sightOf(actor), caseId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'case', id: caseId });
    const named = await this.sql.rows<Named>('SELECT id, name, disciplines FROM committee.expert WHERE id = ANY($1)', [
      row.seats.map(({ expertId }) => expertId),
    ]);
    return toView(row, actor, new Map(named.map((one) => [one.id, one])));
  }
}

function toView(row: Row, actor: Actor, named: ReadonlyMap<string, Named>): CaseView {
  const { openedAt, dueAt, votingEndsAt, decideTieBy, policy, resolution } = row;
  const { id, version, applicationId, applicantId, registrarId, resourceId, rulePack, state, triggers, text } = row;
  const { round, ballot, shortage, extended, closedReason } = row;
  const { size, quorum, majorityAbove, vetoOn, opinions } = policy;
  const open = seesPanel(row, actor);
  const plain = { id, version, applicationId, applicantId, registrarId, resourceId, rulePack, state, text };
  return {
    ...plain,
    round,
    ballot,
    shortage,
    extended,
    closedReason,
    triggers: [...triggers],
    openedAt: openedAt.toISOString(),
    dueAt: dueAt?.toISOString() ?? null,
    policy: { size, quorum, majorityAbove, vetoOn, opinions: [...opinions] },
    draw: open ? row.draw : null,
    seats: open ? seatsOf(row, named) : null,
    vacated: open ? [...row.vacated] : null,
    votingEndsAt: votingEndsAt?.toISOString() ?? null,
    decideTieBy: decideTieBy?.toISOString() ?? null,
    ballots: open ? row.ballots.map((votes) => [...votes]) : null,
    resolution:
      state === 'SEALED' && resolution
        ? { ...resolution, conditions: [...resolution.conditions], dissent: [...resolution.dissent] }
        : null,
    actions: actionsFor(row, actor),
  };
}

/** Names of the panel and opened votes: for the panel, the secretary and auditors; for a regulator once the resolution is sealed. */
export const seesPanel = ({ state, seats, mine }: Pick<Row, 'state' | 'seats' | 'mine'>, { roles }: Actor): boolean =>
  roles.some((role) => role === 'operator' || role === 'auditor') ||
  seats.some(({ expertId }) => expertId === mine) ||
  (roles.includes('regulator') && state === 'SEALED');

const chairOf = (row: Row): string | undefined => Object.assign(new CommitteeCase(), row).chairId;

const seatsOf = (row: Row, named: ReadonlyMap<string, Named>): CaseView['seats'] => {
  const chair = chairOf(row);
  const voted = new Set([...row.votes, ...(row.ballots.at(-1) ?? [])].map(({ expertId }) => expertId));
  return row.seats.map((seat) => ({
    ...seat,
    name: named.get(seat.expertId)?.name ?? null,
    disciplines: named.get(seat.expertId)?.disciplines ?? [],
    hasVoted:
      row.state === 'VOTING' ? row.votes.some(({ expertId }) => expertId === seat.expertId) : voted.has(seat.expertId),
    chair: seat.expertId === chair,
  }));
};

/** What the machine allows now and is this reader's to do. */
function actionsFor(row: Row, { roles }: Actor): string[] {
  const { state, seats, votes, mine, fixed, revoted } = row;
  const possible = caseMachine.actions(state);
  const acts: string[] = [];
  const seat = seats.find(({ expertId }) => expertId === mine);
  const takes = possible.includes('vacate') || possible.includes('vacateWhileVoting');
  if (seat && takes) acts.push(...(seat.acceptedAt === null ? ['accept', 'recuse'] : ['recuse']));
  const voted = votes.some(({ expertId }) => expertId === mine);
  if (seat?.acceptedAt && possible.includes('vote') && !voted) acts.push('vote');
  if (seat && possible.includes('decideTie') && chairOf(row) === mine)
    acts.push('decideTie', ...(revoted ? [] : ['revote']));
  if (!roles.includes('operator')) return acts;
  if (possible.includes('fixCandidates') && !fixed) acts.push('fixCandidates');
  if (takes) acts.push('remove');
  if (possible.includes('dismiss')) acts.push('dismiss');
  return acts;
}
