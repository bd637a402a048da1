import { addMonths, addWorkingDays, nextWorkingDay, shanghaiDate, startOfDay } from '@app/calendar';
import {
  checkRights,
  months,
  packInForce,
  rulePack,
  workingDays,
  type GroundKind,
  type RulePack,
} from '@app/rulepacks';
import type { CheckedItem, FiledContent, ForeignCertificateView, Material, Remark } from '@app/sdk';
import { fault, Refusal, type Fault } from '../platform/refusal.js';
import type { DataResource } from './data-resource.js';
import type { Prior } from './prior-certificate.js';
import { isOf } from './right-holders.js';
import { takenOverMaterials, upgradeFaults } from './upgrade-rules.js';
import { blockFaults, holderFaults, missingFaults, type Filer } from './field-rules.js';

/** `CN-PROPERTY-2026@1.0.0` → the pack, of exactly that version. */
export function packOf(reference: string): RulePack {
  const [id, version] = reference.split('@') as [string, string];
  return rulePack(id, version);
}

/** The version of a regime that is in force, for a new application. */
export function newestPack(regime: string, now: Date): RulePack {
  const pack = packInForce(regime, shanghaiDate(now));
  if (!pack) throw fault('/regime', '没有该登记制度,或其尚未施行', 'there is no such regime in force');
  return pack;
}

/** @throws Refusal when the pack has no such ground for this kind of decision */
export function mustBeGround(pack: RulePack, code: string, kind: GroundKind): void {
  const found = pack.grounds.find((ground) => ground.code === code && ground.kinds.includes(kind));
  if (!found) throw fault('/groundCode', `该决定不能以 ${code} 为由`, `${code} is no ground for this decision`);
}

/** The working days of the deadline that begins with `start`. */
export function daysFrom(pack: RulePack, start: 'SUBMISSION' | 'ACCEPTANCE' | 'REVIEW_DUE'): number {
  const found = Object.entries(pack.deadlines).find(([, rule]) => rule.kind === 'PERIOD' && rule.start === start);
  if (!found) throw new Refusal('not-published', { what: `${pack.id} ${start}` });
  return workingDays(pack, found[0]);
}

/** Whether the registrar's silence is acceptance; where it is not, the registrar may still answer late. */
export const isAcceptedBySilence = (pack: RulePack): boolean =>
  Object.values(pack.deadlines).some(
    (rule) => rule.kind === 'PERIOD' && rule.start === 'SUBMISSION' && rule.onExpiry === 'ACCEPT',
  );

/** Null: the regime has not published how long the registrar has. */
export function objectionDue(pack: RulePack, now: Date): string | null {
  const rule = pack.deadlines[pack.noticePolicy.objection.deadline]!;
  const known = rule.kind === 'PERIOD' && rule.length.unit === 'wd' ? rule.length.count : null;
  return known === null ? null : addWorkingDays(now, known).toISOString();
}

/** Whether an objection that is upheld ends the registration by termination, not by refusal: as its ground has it. */
export const isTerminatedOnObjection = ({ grounds, noticePolicy: { objection } }: RulePack): boolean =>
  grounds.some(({ code, kinds }) => code === objection.ifUpheld && kinds.includes('TERMINATE'));

/** The working days of the review, by the type where the pack gives it its own. */
export function reviewDays(pack: RulePack, type: string): number {
  const own = `${type}_ACCEPTANCE`;
  const [id] = Object.entries(pack.deadlines).find(([, rule]) => rule.kind === 'PERIOD' && rule.start === own) ?? [];
  return id === undefined ? daysFrom(pack, 'ACCEPTANCE') : workingDays(pack, id);
}

/** 期满后的第一个工作日视为受理之日 (N1 §17). */
export const silenceAcceptsAt = (acceptDue: Date): Date => startOfDay(nextWorkingDay(acceptDue));

/** INV-04: from the evidence time, the same clock time so many years later, never beyond what the regime allows. */
export function validity(pack: RulePack, evidenceAt: Date, years: number): { validFrom: Date; validTo: Date } {
  const longest = months(pack, pack.validityPolicy.deadline);
  return { validFrom: evidenceAt, validTo: addMonths(evidenceAt, Math.min(12 * years, longest)) };
}

export function mustFitRegime(
  pack: RulePack,
  type: string,
  { validityYears, operatingAgreementEnd, particulars }: FiledContent,
): void {
  const longest = months(pack, pack.validityPolicy.deadline) / 12;
  if (!pack.types.some(({ id }) => id === type)) throw fault('/type', '该制度没有此登记类型', 'no type of this regime');
  if (validityYears > longest)
    throw fault(
      particulars ? '/years' : '/validityYears',
      `有效期最长 ${longest} 年`,
      `the validity is at most ${longest} years`,
    );
  if (operatingAgreementEnd !== undefined && !pack.validityPolicy.cappedByAgreement) {
    const en = 'the regime ends no registration with an operating agreement';
    throw fault('/operatingAgreementEnd', '该制度的有效期与运营协议无关', en);
  }
}

export interface SubmissionFacts {
  readonly resource: Pick<DataResource, 'declaration'>;
  /** The owner of each file of the materials; null when there is no such file. */
  readonly owners: ReadonlyMap<string, string | null>;
  readonly applicantId: string;
  /** Whose files may stand among the materials: the applicant and its agents; absent: the applicant alone. */
  readonly submitters?: readonly string[];
  /** The certificate that the application upgrades, as it is now. */
  readonly upgrade?: ForeignCertificateView | null;
  readonly now?: Date;
  /** SHA-256 of the files of the materials, as they were stored. */
  readonly hashes?: ReadonlyMap<string, string>;
  /** The applicant and all who apply jointly with it. */
  readonly parties?: readonly Filer[];
  /** Whose blocks the form has, in their order: the same, or transferor and transferee; null: no such organisation. */
  readonly filers?: readonly (Filer | null)[];
  /** The status of each joint applicant that there is. */
  readonly jointApplicants?: ReadonlyMap<string, string>;
  /** Of an application that concerns a certificate. */
  readonly prior?: Prior | null;
}

/**
 * Everything that keeps an application from being submitted, at once.
 * @throws Refusal registration/not-registrable, when no correction could help (INV-01); registration/incomplete
 */
export function mustBeComplete(
  pack: RulePack,
  type: string,
  content: FiledContent,
  facts: SubmissionFacts,
  against: readonly Fault[],
): void {
  // What is on the register already has been judged; a follow-up answers for what it changes.
  const own = content.particulars ? [] : rightsFaults(pack, content, facts);
  const now = facts.now ?? new Date();
  const faults = [
    ...own,
    ...against,
    ...materialFaults(pack, type, content, facts),
    ...blockFaults(content, facts.filers ?? [], now),
    ...holderFaults(content, facts.parties ?? []),
    ...upgradeFaults(content, type, facts.applicantId, facts.upgrade ?? null, now),
  ];
  const said = new Set(faults.map(({ pointer }) => pointer));
  const missing = missingFaults(pack, type, content, facts.resource.declaration);
  faults.push(...missing.filter(({ pointer }) => !said.has(pointer)));
  if (content.scenario === '')
    faults.push(at('/content/scenario', '无场景不登记:须说明应用场景', 'no registration without a scenario of use'));
  if (faults.length > 0) throw new Refusal('registration/incomplete', {}, faults);
}

const at = (pointer: string, zh: string, en: string): Fault => ({ pointer, zh, en });

function rightsFaults(pack: RulePack, { rights, proofs }: FiledContent, { resource }: SubmissionFacts): Fault[] {
  if (pack.rights === null)
    return rights.length === 0 ? [] : [at('/content/rights', '该制度不登记数据产权', 'the regime registers no rights')];
  const { isGovernmentDutyData, rightsSituation } = resource.declaration;
  const duty = pack.rights.find(({ registrable }) => !registrable);
  const situation = isGovernmentDutyData && duty ? duty.situation : rightsSituation;
  if (!pack.rights.some((row) => row.situation === situation))
    return [at('/content/resourceId', '该制度不含此取得情形', 'the regime knows no such way of obtaining the data')];
  const claim = { situation, rights: rights.map(({ right }) => right), ...proofs };
  const { ground: code, findings } = checkRights(pack, claim);
  if (code !== null) {
    const { text } = pack.grounds.find((ground) => ground.code === code)!;
    const why = at('/content/resourceId', text.zh, text.en);
    throw new Refusal('registration/not-registrable', { groundCode: code }, [why, ...toFaults(findings)]);
  }
  if (findings.length === 0) return [at('/content/rights', '至少申请一项权利', 'claim at least one right')];
  return toFaults(findings.filter(({ allowed }) => !allowed));
}

const toFaults = (findings: ReturnType<typeof checkRights>['findings']): Fault[] =>
  findings.map(({ right, text }) => at(`/content/rights/${right}`, text.zh, text.en));

function materialFaults(pack: RulePack, type: string, content: FiledContent, facts: SubmissionFacts): Fault[] {
  const published = pack.types.find(({ id }) => id === type)?.materials ?? null;
  const known = published ?? [];
  const { materials, proofs, holders = [] } = content;
  const given = new Set(materials.map(({ code }) => code));
  const takenOver = takenOverMaterials(pack, facts.resource.declaration.sourceKind, facts.upgrade ?? null);
  const stated = proofs.contractRights.length > 0 || proofs.consentOfOthers || proofs.publicPlatformRegistration;
  const ofOthers = holders.some((row) => !(facts.parties ?? []).some((party) => isOf(party, row)));
  const proven = stated || ofOthers;
  const missing = known.filter((code) => {
    const wanted = pack.materials[code]!.required === 'ALWAYS' || (code === 'rights-proof' && proven);
    return wanted && !given.has(code) && !takenOver.includes(code);
  });
  return [
    ...missing.map((code) => {
      const { zh, en } = pack.materials[code]!.name;
      return at('/content/materials', `缺少材料:${zh}(${code})`, `missing: ${en} (${code})`);
    }),
    ...materials.flatMap(({ code }, i) =>
      published === null || known.includes(code)
        ? []
        : [at(`/content/materials/${i}/code`, '该登记类型没有此材料', 'not a material of this type')],
    ),
    ...fileFaults(materials, facts.owners, facts.submitters ?? [facts.applicantId]),
    ...hashFaults(materials, facts.hashes),
  ];
}

/** Files that are not what the applicant states them to be. */
export const hashFaults = (materials: readonly Material[], hashes: ReadonlyMap<string, string> = new Map()): Fault[] =>
  materials.flatMap(({ fileId, sha256 }, i) => {
    const stored = hashes.get(fileId);
    return sha256 === undefined || stored === undefined || stored === sha256
      ? []
      : [at(`/content/materials/${i}/sha256`, `文件的哈希值为 ${stored}`, `the file hashes to ${stored}`)];
  });

/** Files that do not exist or are another's than the applicant's and its agents'. */
export const fileFaults = (
  materials: readonly Pick<Material, 'fileId'>[],
  owners: ReadonlyMap<string, string | null>,
  submitters: readonly string[],
): Fault[] =>
  materials.flatMap(({ fileId }, i) =>
    submitters.includes(owners.get(fileId) ?? '')
      ? []
      : [at(`/content/materials/${i}/fileId`, '没有该文件,或不属于申请人', 'no such file of the applicant')],
  );

/** The questions that this kind of source is asked. */
export const questionsFor = (pack: RulePack, sourceKind: string) =>
  pack.reviewChecklist.filter(({ appliesTo }) => appliesTo === null || appliesTo.includes(sourceKind));

/** @throws Refusal registration/checklist unless every question is answered, and with yes */
export function mustPassChecklist(pack: RulePack, sourceKind: string, answers: readonly CheckedItem[]): void {
  const questions = questionsFor(pack, sourceKind);
  const faults = questions.flatMap(({ id, question }) => {
    const answer = answers.find(({ code }) => code === id);
    if (answer?.ok) return [];
    const [zh, en] = answer ? ['不符合', 'not met'] : ['未作答', 'not answered'];
    return [at(`/checklist/${id}`, `${zh}:${question.zh}`, `${en}: ${question.en}`)];
  });
  const foreign = answers.findIndex(({ code }) => !questions.some(({ id }) => id === code));
  if (foreign >= 0) faults.push(at(`/checklist/${foreign}/code`, '审查清单没有此项', 'not a question of this review'));
  if (faults.length > 0) throw new Refusal('registration/checklist', {}, faults);
}

/** N1 §24: on the applicant's justified request, and only where the regime knows it. */
export function mustAllowWaiver(pack: RulePack, { noticeWaiver }: FiledContent): void {
  if (pack.noticePolicy.waiver.allowed !== true)
    throw new Refusal('registration/no-waiver', {}, [at('', '该制度不允许免予公示', 'the regime knows no waiver')]);
  if (noticeWaiver === undefined)
    throw new Refusal('registration/no-waiver', {}, [
      at('/content/noticeWaiver', '申请人没有申请免予公示', 'the applicant did not ask for it'),
    ]);
}
export const waiverNotProposed = at('', '审查人员没有提出免予公示', 'the reviewer did not propose it');

export function mustBeRemarks(pack: RulePack, remarks: readonly Remark[]): void {
  const wrong = remarks.findIndex(({ kind }) => !pack.remarks.some((remark) => remark.kind === kind));
  if (wrong >= 0) throw fault(`/remarks/${wrong}/kind`, '没有此类备注', 'no such kind of remark');
}
