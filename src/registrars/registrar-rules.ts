import { addMonths, endOfDay, shanghaiDate, workingDaysBetween } from '@app/calendar';
import { deadline, months, registrarAdmission, rulePack, workingDays, type RulePack } from '@app/rulepacks';
import { type OrganisationView, type RegistrarDuty, type RegistrarProfile, SERVING } from '@app/sdk';
import type { Fault } from '../platform/refusal.js';
import type { RegistrarRecord } from './registrar-record.js';

/** The regime under which registrars are admitted and supervised (N1 §7–§13, §38). */
export const registrarPack = (): RulePack => rulePack('CN-PROPERTY-2026');

export const exitNoticeMonths = (): number => months(registrarPack(), 'A-EXIT');
export const daysOf = (id: 'A-REG-CHANGE' | 'A-REG-CHANGE-UPDATE' | 'A-EXIT-DECISION' | 'A-EXIT-REPORT'): number =>
  workingDays(registrarPack(), id);

/** The end of the day until which the year's report, or its assessment, is owed. */
export function annualDue(duty: 'ANNUAL_REPORT' | 'ANNUAL_ASSESSMENT', year: number): Date {
  const rule = deadline(registrarPack(), duty === 'ANNUAL_REPORT' ? 'A-ANNUAL' : 'A-ANNUAL-ASSESSMENT');
  if (rule.kind !== 'ANNUAL') throw new Error(`${duty} is no yearly duty`);
  const two = (n: number) => String(n).padStart(2, '0');
  return endOfDay(`${year + 1}-${two(rule.month)}-${two(rule.day)}`);
}

export interface Duty {
  readonly duty: RegistrarDuty;
  readonly due: Date;
}

/** What the registrar or its authority still owes, and whose end nobody has noted yet. */
export function dutiesOf(registrar: RegistrarRecord): Duty[] {
  if (!SERVING.includes(registrar.state)) return [];
  const { change, exit, state, reports } = registrar;
  const open: Duty[] = [];
  const owe = (duty: RegistrarDuty, due: string | null | undefined) => {
    if (due && !isNoted(registrar, duty, new Date(due))) open.push({ duty, due: new Date(due) });
  };
  if (change?.state === 'CONFIRMED') owe('CHANGE_UPDATE', change.updateDue);
  if (state === 'EXIT_NOTICED') owe('EXIT_DECISION', exit?.decisionDue);
  if (state === 'EXIT_APPROVED' && exit?.reportedAt === null) owe('EXIT_REPORT', exit.reportDue);
  for (const duty of ['ANNUAL_REPORT', 'ANNUAL_ASSESSMENT'] as const) {
    const done = new Set(reports.filter((r) => duty === 'ANNUAL_REPORT' || r.assessment).map(({ year }) => year));
    let year = registrar.firstYear!;
    while (done.has(year) || isNoted(registrar, duty, annualDue(duty, year))) year += 1;
    open.push({ duty, due: annualDue(duty, year) });
  }
  return open;
}

const isNoted = ({ overdue }: RegistrarRecord, duty: RegistrarDuty, due: Date): boolean =>
  overdue.some((noted) => noted.duty === duty && noted.due === due.toISOString());

/** The first instant after a legal time. */
export const after = (due: Date): Date => new Date(due.getTime() + 1);

/** Whether less time than N1 §12 wants lies between now and the day on which a change takes effect. */
export const isLateNotice = (now: Date, effectiveOn: string): boolean =>
  workingDaysBetween(now, effectiveOn) < daysOf('A-REG-CHANGE');

export interface CheckedRequirement {
  readonly code: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly source: string;
  readonly ok: boolean;
  readonly fileId: string | null;
}

/** The requirements of admission, each held against what the registrar states and proves. */
export function admissionOf(
  profile: RegistrarProfile,
  { kind, status }: Pick<OrganisationView, 'kind' | 'status'>,
  reviewers: number,
  now: Date,
): CheckedRequirement[] {
  const { paidInCapitalFen, serviceYears, cleanYears, mlpsLevel, rules } = registrarAdmission;
  const lasts = (since: string, years: number) => since <= shanghaiDate(addMonths(now, -12 * years));
  const capital = BigInt(profile.paidInCapital?.amount ?? 0);
  const met: Record<string, boolean> = {
    LEGAL_PERSON: status === 'ACTIVE' && ['ENTERPRISE', 'PUBLIC_INSTITUTION'].includes(kind),
    FUNDS: kind === 'ENTERPRISE' ? capital >= paidInCapitalFen : profile.assuredFunds,
    PREMISES: true,
    SERVICE: lasts(profile.servingSince, serviceYears),
    GOVERNANCE: true,
    REVIEW_TEAM: reviewers > 0,
    SYSTEM: profile.mlpsLevel >= mlpsLevel,
    RECORD: lasts(profile.cleanSince, cleanYears),
  };
  return rules.map(({ code, name, source, document }) => {
    const fileId = profile.documents.find(({ requirement }) => requirement === code)?.fileId ?? null;
    return { code, name, source, ok: met[code] === true && (!document || fileId !== null), fileId };
  });
}

export const admissionFaults = (checked: readonly CheckedRequirement[]): Fault[] =>
  checked
    .filter(({ ok }) => !ok)
    .map(({ code, name: { zh, en }, source }) => ({
      pointer: `/profile/${code}`,
      zh: `${zh}(${source})`,
      en: `${en} (${source})`,
    }));

/** Documents of no requirement, of files that do not exist, or of another organisation. */
export function documentFaults(
  { documents }: RegistrarProfile,
  owners: ReadonlyMap<string, string | null>,
  organisationId: string,
): Fault[] {
  const known = registrarAdmission.rules.filter(({ document }) => document).map(({ code }) => code);
  return documents.flatMap(({ requirement, fileId }, i) => {
    const at = `/profile/documents/${i}`;
    if (!known.includes(requirement))
      return [{ pointer: `${at}/requirement`, zh: '没有此项条件', en: 'no such requirement' }];
    if (owners.get(fileId) !== organisationId)
      return [{ pointer: `${at}/fileId`, zh: '没有该文件,或不属于本机构', en: 'no such file of the registrar' }];
    return [];
  });
}

/** Whether somebody has worked as long as a reviewer must (N1 §7). */
export const isExperienced = (since: string, now: Date): boolean =>
  since <= shanghaiDate(addMonths(now, -12 * registrarAdmission.reviewerYears));
