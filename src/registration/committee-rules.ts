import { workingDays, type RiskFlag, type RulePack } from '@app/rulepacks';
import { addWorkingDays } from '@app/calendar';
import type { ApplicationContent, DeclareResourceBody, Remark } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import type { Resolution } from './application-events.js';
import type { SealedResolution } from './application-record.js';

export type RiskFacts = Pick<DeclareResourceBody, 'personalInfo' | 'grade' | 'isPublicData' | 'rightsSituation'>;
type Risk = (typeof RiskFlag.options)[number];

/** What each risk of a rule pack means here (PROP); `partlyUpheld`: an objection of the notice was upheld in part. */
const risks: Record<
  Risk,
  (facts: RiskFacts, content: Pick<ApplicationContent, 'crossBorder'>, partlyUpheld: boolean) => boolean
> = {
  PERSONAL_INFORMATION: ({ personalInfo }) => personalInfo === 'PI' || personalInfo === 'SENSITIVE',
  IMPORTANT_DATA_SUSPECTED: ({ grade }) => grade === 'CORE' || grade === 'IMPORTANT',
  PUBLIC_DATA: ({ isPublicData, rightsSituation }) =>
    isPublicData || rightsSituation === 'AUTHORISED_OPERATION_PRODUCT',
  FUSED_WITHOUT_CONTRACT: ({ rightsSituation }) => rightsSituation === 'FUSED_SILENT',
  CROSS_BORDER: (_facts, { crossBorder }) => crossBorder === true,
  OBJECTION_PARTLY_UPHELD: (_facts, _content, partlyUpheld) => partlyUpheld,
};

/** Why the committee has to be heard before the review may pass; empty: it need not be. */
export function committeeTriggers(
  pack: RulePack,
  facts: RiskFacts,
  content: Pick<ApplicationContent, 'crossBorder'>,
  partlyUpheld: boolean,
): string[] {
  const { mode, triggers } = pack.committeePolicy;
  if (mode === 'NEVER') return [];
  const found = triggers.filter((risk) => risks[risk](facts, content, partlyUpheld));
  return mode === 'ALWAYS' ? ['ALWAYS', ...found] : found;
}

/** @throws Refusal registration/committee-needed unless a favourable opinion on all of `triggers` is on file */
export function mustBeHeard(triggers: readonly string[], resolution: SealedResolution | null): void {
  const favourable = resolution?.opinion === 'PASS' || resolution?.opinion === 'PASS_WITH_CONDITIONS';
  const heard = favourable ? resolution.triggers : [];
  const open = triggers.filter((trigger) => !heard.includes(trigger));
  if (open.length > 0) throw new Refusal('registration/committee-needed', { triggers: open.join(', ') });
}

/** The committee works within the time of the review (§3.8); null when the regime has published no time for it. */
export function opinionDue(pack: RulePack, now: Date, reviewDue: Date): string | null {
  const { deadline: id } = pack.committeePolicy;
  const rule = id === null ? undefined : pack.deadlines[id];
  if (rule?.kind !== 'PERIOD' || rule.length.count === null) return null;
  const due = addWorkingDays(now, workingDays(pack, id!));
  return (due < reviewDue ? due : reviewDue).toISOString();
}

/** Working days to supply what the committee misses, when it names no date (PROP; N1 §18 leaves it to the registrar). */
const SUPPLEMENT_DAYS = 5;

/** What a returned application has to supply, and by when: the committee's conditions, or else its reasons. */
export function requestOf({ conditions, reasons }: Resolution, now: Date) {
  const last = conditions
    .map(({ dueAt }) => dueAt)
    .toSorted()
    .at(-1);
  const items = conditions.length > 0 ? conditions.map(({ text }) => text) : [reasons];
  return { items, dueAt: last ?? addWorkingDays(now, SUPPLEMENT_DAYS).toISOString() };
}

/** The committee's conditions stand on the register beside the right (§3.8). */
export function conditionRemarks(pack: RulePack, resolution: SealedResolution | null): Remark[] {
  const kind = pack.remarks.find((remark) => remark.kind === 'OTHER')?.kind ?? pack.remarks.at(-1)?.kind ?? 'OTHER';
  const conditions = resolution?.opinion === 'PASS_WITH_CONDITIONS' ? resolution.conditions : [];
  return conditions.map(({ text, dueAt }) => ({ kind, text: `${text} (期限 due ${dueAt.slice(0, 10)})` }));
}
