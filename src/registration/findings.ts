import { checkRights, rights, riskNames, type Deadline, type RulePack, type Text } from '@app/rulepacks';
import type { ApplicationContent, DeclareResourceBody, Findings } from '@app/sdk';
import { committeeTriggers } from './committee-rules.js';
import { missingFields } from './field-rules.js';

/** What is known of the data; before it is declared, only what the table of rights and the committee ask for. */
export type Known = Partial<DeclareResourceBody> &
  Pick<
    DeclareResourceBody,
    'rightsSituation' | 'sourceKind' | 'personalInfo' | 'grade' | 'isPublicData' | 'isGovernmentDutyData'
  >;
type Content = Omit<ApplicationContent, 'resourceId'>;

/** What the rules say about a filing, each finding beside its source (预检, and the context of the review). */
export function findingsOf(
  pack: RulePack,
  type: string,
  content: Content,
  data: Known,
  partlyUpheld = false,
): Findings {
  const durations = steps.flatMap((start) => duration(pack, start));
  const triggers = committeeTriggers(pack, data, content, partlyUpheld);
  const needed = ['SUBMISSION', 'ACCEPTANCE', 'PUBLICATION'].map((start) => lengthOf(pack, start));
  return {
    rulePack: `${pack.id}@${pack.version}`,
    type,
    ...rightsFindings(pack, content, data),
    materials: materialFindings(pack, type, content),
    missingFields: missingFields(pack, type, content, data),
    committee: {
      needed: triggers.length > 0,
      triggers: triggers.map((code) => ({ code, text: triggerTexts[code]! })),
      source: pack.committeePolicy.source,
    },
    durations,
    workingDaysAtMost: needed.includes(null) ? null : needed.reduce<number>((sum, days) => sum + days!, 0),
  };
}

const triggerTexts: Record<string, Text> = {
  ALWAYS: { zh: '该制度一律须经会审', en: 'The regime wants its opinion on every application' },
  ...riskNames,
};

function rightsFindings(pack: RulePack, content: Content, data: Known): Pick<Findings, 'rights' | 'bar'> {
  const duty = pack.rights?.find(({ registrable }) => !registrable);
  const situation = data.isGovernmentDutyData && duty ? duty.situation : data.rightsSituation;
  if (!pack.rights?.some((row) => row.situation === situation)) return { rights: [], bar: null };
  const { ground, findings } = checkRights(pack, { situation, rights, ...content.proofs });
  const bar = pack.grounds.find(({ code }) => code === ground);
  const claimed = new Set(content.rights.map(({ right }) => right));
  return {
    bar: bar ? { groundCode: bar.code, text: bar.text, source: bar.source } : null,
    rights: findings.map((finding) => ({ ...finding, claimed: claimed.has(finding.right) })),
  };
}

function materialFindings(pack: RulePack, type: string, content: Content): Findings['materials'] {
  const published = pack.types.find(({ id }) => id === type)?.materials ?? null;
  const given = new Set(content.materials.map(({ code }) => code));
  return (
    published?.map((code) => {
      const { name, required, source } = pack.materials[code]!;
      return { code, name, required: required === 'ALWAYS', given: given.has(code), source };
    }) ?? null
  );
}

/** The deadlines that an application meets, in their order. */
const steps = [
  'SUBMISSION',
  'CORRECTION_REQUEST',
  'ACCEPTANCE',
  'SUPPLEMENT_REQUEST',
  'REFERRAL',
  'REVIEW_DUE',
  'PUBLICATION',
] as const;

const startingWith = (pack: RulePack, start: string): [string, Deadline & { kind: 'PERIOD' }][] =>
  Object.entries(pack.deadlines).flatMap(([id, rule]) =>
    rule.kind === 'PERIOD' && rule.start === start && rule.direction === 'AFTER' ? [[id, rule]] : [],
  );

const workingDaysOf = ({ length }: Deadline & { kind: 'PERIOD' }) => (length.unit === 'wd' ? length.count : null);

const duration = (pack: RulePack, start: string): Findings['durations'] =>
  startingWith(pack, start).map(([id, rule]) => ({
    id,
    name: rule.name,
    workingDays: workingDaysOf(rule),
    pausedBy: [...rule.pausedBy],
    note: rule.note ?? null,
    source: rule.source,
  }));

function lengthOf(pack: RulePack, start: string): number | null {
  const [found] = startingWith(pack, start);
  return found ? workingDaysOf(found[1]) : null;
}
