import { canonicalJson, sha256Hex } from '@app/signing';
import type { Condition, Discipline, OpenedVote, Opinion } from '@app/sdk';
import type { Resolution } from './committee-case-events.js';
import type { CommitteeCaseRecord } from './committee-case-record.js';
import { commonGround, tallyOf, type Outcome } from './tally.js';

/** The chair's word on a tie. */
export interface ChairDecision {
  readonly opinion: Opinion;
  readonly groundCode: string | null;
  readonly reasons: string;
  readonly conditions: readonly Condition[];
}
export type Names = ReadonlyMap<string, { readonly name: string; readonly disciplines: readonly Discipline[] }>;

interface Decided {
  readonly votes: readonly OpenedVote[];
  readonly opinion: Opinion;
  readonly byVeto: Outcome['byVeto'];
  readonly chair: { readonly expertId: string; readonly decision: ChairDecision | null };
  readonly names: Names;
  readonly now: Date;
}

/** What the committee says, and the document that is sealed: with the names of the panel and of those who dissent. */
export function resolve(
  record: CommitteeCaseRecord,
  { votes: opened, opinion, byVeto, chair, names, now }: Decided,
): { resolution: Resolution; document: string } {
  const votes = opened.map(({ vote }) => vote);
  const { decision } = chair;
  const agreeing = votes.filter((vote) => vote.opinion === opinion);
  const dissenting = votes.filter((vote) => vote.opinion !== opinion);
  const said = [...(decision ? [decision.reasons] : []), ...agreeing.map(({ reasons }) => reasons)];
  const wanted =
    opinion === 'PASS_WITH_CONDITIONS'
      ? [...(decision?.conditions ?? []), ...agreeing.flatMap((v) => v.conditions)]
      : [];
  const ground = byVeto ? record.policy.vetoOn : (decision?.groundCode ?? commonGround(votes));
  const facts = {
    opinion,
    groundCode: opinion === 'FAIL' ? ground : null,
    reasons: said.join('\n\n'),
    conditions: unlike(wanted),
    tally: tallyOf(votes),
    present: votes.length,
    byVeto,
    byChair: decision !== null,
    decidedAt: now.toISOString(),
  };
  const person = (expertId: string) => ({ expertId, name: names.get(expertId)?.name ?? null });
  const document = canonicalJson({
    kind: 'databourse/committee-resolution/v1',
    caseId: record.id,
    applicationId: record.applicationId,
    applicantId: record.applicantId,
    registrarId: record.registrarId,
    resourceId: record.resourceId,
    rulePack: record.rulePack,
    triggers: [...record.triggers],
    draw: { round: record.draw!.round, seed: record.draw!.seed },
    panel: record.seats.map(({ expertId }) => ({
      ...person(expertId),
      disciplines: [...(names.get(expertId)?.disciplines ?? [])],
      chair: expertId === chair.expertId,
    })),
    quorum: record.policy.quorum,
    majorityAbove: record.policy.majorityAbove,
    ballot: record.ballot,
    ...facts,
    dissent: dissenting.map(({ expertId, opinion: held, reasons }) => ({
      ...person(expertId),
      opinion: held,
      reasons,
    })),
  });
  const dissent = dissenting.map(({ opinion: held, reasons }) => ({ opinion: held, reasons }));
  return { resolution: { ...facts, dissent, resolutionHash: sha256Hex(document) }, document };
}

/** Of the same condition the earlier date counts. */
function unlike(conditions: readonly Condition[]): Condition[] {
  const byText = new Map<string, string>();
  for (const { text, dueAt } of conditions) {
    const known = byText.get(text);
    if (known === undefined || new Date(dueAt) < new Date(known)) byText.set(text, dueAt);
  }
  return Array.from(byText, ([text, dueAt]) => ({ text, dueAt }));
}
