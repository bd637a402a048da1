import type { QueryBus } from '@nestjs/cqrs';
import type { Candidate, Exclusion } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { BallotBox } from './ballot-box.js';
import { CommitteeCase } from './committee-case.js';
import { Expert } from './expert.js';
import { ListPool } from './list-pool.js';
import type { Names } from './resolution.js';

/** What every command of a case needs. */
export interface CaseTools {
  readonly uow: UnitOfWork;
  readonly queries: QueryBus;
  readonly box: BallotBox;
}

/**
 * Loads a case, lets it act, and does what follows by itself: the votes are opened when the last one is in, candidates are listed for a new
 * panel when one was dismissed, and the deadlines that moved are set.
 */
export async function changeCase(
  tools: CaseTools,
  id: string,
  now: Date,
  act: (committeeCase: CommitteeCase) => void | Promise<void>,
): Promise<void> {
  const committeeCase = await tools.uow.get(CommitteeCase, id);
  const before = committeeCase.deadlines;
  await act(committeeCase);
  if (committeeCase.isComplete) await openVotes(tools, committeeCase, now);
  if (committeeCase.state === 'OPEN' && !committeeCase.fixed && !committeeCase.shortage)
    committeeCase.fixCandidates(await poolFor(tools, committeeCase, now), now);
  for (const [kind, dueAt] of Object.entries(committeeCase.deadlines))
    if (dueAt?.getTime() !== before[kind as keyof typeof before]?.getTime()) await tools.uow.schedule(kind, id, dueAt);
}

export async function openVotes(
  { uow, box }: Omit<CaseTools, 'queries'>,
  committeeCase: CommitteeCase,
  now: Date,
): Promise<void> {
  const opened = await box.open(committeeCase.votes);
  committeeCase.closeVoting(opened, await namesOf(uow, committeeCase), now);
}

export async function namesOf(uow: UnitOfWork, { seats }: Pick<CommitteeCase, 'seats'>): Promise<Names> {
  const experts = await uow.getAll(
    Expert,
    seats.map(({ expertId }) => expertId),
  );
  return new Map(experts.map(({ id, name, disciplines }) => [id, { name, disciplines }]));
}

/** Who of the pool may sit on a panel for these parties, and why others may not. */
export async function poolFor(
  { uow, queries }: Omit<CaseTools, 'box'>,
  { parties, policy }: Pick<CommitteeCase, 'parties' | 'policy'>,
  now: Date,
): Promise<{ candidates: Candidate[]; exclusions: Exclusion[] }> {
  const candidates: Candidate[] = [];
  const exclusions: Exclusion[] = [];
  for (const expert of await uow.getAll(Expert, await queries.execute(new ListPool()))) {
    const why = expert.exclusions(parties, now, policy.conflictMonths);
    if (why.length > 0) exclusions.push(...why);
    else candidates.push({ expertId: expert.id, disciplines: [...expert.disciplines] });
  }
  return { candidates, exclusions };
}

/** The actor as an expert who may serve. */
export async function expertOf({ uow }: Pick<CaseTools, 'uow'>, personId: string, now: Date): Promise<Expert> {
  const known = await uow.manager.find(Expert, { where: { personId }, select: { id: true, state: true } });
  const current = known.find(({ state }) => state !== 'RETIRED');
  const expert = current && (await uow.get(Expert, current.id));
  if (!expert?.mayServe(now)) throw new Refusal('committee/not-an-expert');
  return expert;
}

/** INV-02, SOD-6: no member of the committee has a conflict, whenever it arose. */
export function mustBeImpartial(expert: Expert, { parties, policy }: CommitteeCase, now: Date): void {
  const conflicts = expert.conflicts(parties, now, policy.conflictMonths);
  const organisationIds = [...new Set(conflicts.map(({ organisationId }) => organisationId))];
  if (conflicts.length > 0) throw new Refusal('committee/conflict', { organisationIds });
}
