import { addDays, addMonths, endOfDay, shanghaiDate, type LegalDate } from '@app/calendar';
import { deadline, months, type RulePack } from '@app/rulepacks';
import {
  changeableFields,
  inForce,
  type ClaimedRight,
  type FiledContent,
  type Particulars,
  type Remark,
} from '@app/sdk';
import { canonicalJson } from '@app/signing';
import type { Fault } from '../platform/refusal.js';
import type { RegisteredResource } from './application-events.js';
import { packOf } from './application-rules.js';
import type { Prior } from './prior-certificate.js';

/** When the rules of a type are asked: they hold at the submission, and again at the very moment of the registration. */
export type Stage = 'SUBMISSION' | 'REGISTRATION';

/** What the rules of a type look at, beside what is asked for. */
export interface TypeFacts {
  readonly rulePack: string;
  readonly content: FiledContent;
  readonly applicantId: string;
  readonly registrarId: string;
  readonly submittedAt: Date | null;
  readonly joined: object | null;
}
type FollowUp = TypeFacts & {
  readonly pack: RulePack;
  readonly prior: Prior;
  readonly now: Date;
  readonly stage: Stage;
};

/** What is on the register when it succeeds. `kept` stays with the applicant, in a certificate of its own. */
export interface Outcome {
  readonly holder: 'APPLICANT' | 'TRANSFEREE';
  readonly rights: readonly ClaimedRight[];
  readonly kept: readonly ClaimedRight[];
  readonly data: RegisteredResource;
  readonly restriction: string;
  readonly scenario: string;
  readonly remarks: readonly Remark[];
  readonly validTo: Date;
}

type Of<T extends Particulars['type']> = Extract<Particulars, { type: T }>;
interface TypeRule<P extends Particulars> {
  readonly against: (asked: P, facts: FollowUp) => Fault[];
  /** null: nothing new is certified. */
  readonly outcome: ((asked: P, facts: FollowUp) => Partial<Outcome>) | null;
}

const change: TypeRule<Of<'CHANGE'> | Of<'CORRECTION'>> = {
  against: ({ items }, { prior: { subject } }) => {
    const register = registerOf(subject);
    const faults = items.flatMap(({ field, before, after }, i) => {
      const at = `/content/items/${i}`;
      // INV-08, whatever wrote the request.
      if (!(changeableFields as readonly string[]).includes(field))
        return [fault(`${at}/field`, '不得变更权利主体、数据来源及权利', 'the holder, the source and the rights stay')];
      if (!same(before, register[field]))
        return [fault(`${at}/before`, '与登记簿记载不一致', 'not what the register says')];
      return same(before, after) ? [fault(`${at}/after`, '与变更前相同', 'the same as before')] : [];
    });
    if (items.length === 0) faults.push(fault('/content/items', '至少变更一项', 'change at least one thing'));
    const { timeFrom, timeTo } = changed(subject, items);
    if (timeFrom! > timeTo!) faults.push(fault('/content/items', '截止日期早于起始日期', 'timeTo is before timeFrom'));
    return faults;
  },
  outcome: ({ items }, { prior: { subject } }) => {
    const { restriction, scenario, ...data } = changed(subject, items);
    const texts = { restriction: restriction as string, scenario: scenario as string };
    return { ...texts, data: data as unknown as RegisteredResource };
  },
};

/** One row for each type that concerns a certificate. */
export const typeRules: { readonly [T in Particulars['type']]: TypeRule<Of<T>> } = {
  TRANSFER: {
    against: ({ transfereeId, rights }, { applicantId, registrarId, joined, prior: { subject, transferee } }) => {
      const to = '/content/transfereeId';
      return [
        ...when(transfereeId === applicantId, to, '受让方不得为转让方', 'the transferee is the transferor'),
        // SOD-1 holds for both parties.
        ...when(transfereeId === registrarId, to, '登记机构不得为自身登记', 'a registrar does not register its own'),
        ...when(transferee?.status !== 'ACTIVE', to, '受让方不存在或未处于有效状态', 'no active organisation'),
        ...when(joined === null, to, '受让方尚未共同申请', 'the transferee has not joined the application'),
        ...notHeld(rights, subject.rights),
      ];
    },
    outcome: ({ rights, dataScope, useScope }, { prior: { subject } }) => ({
      holder: 'TRANSFEREE',
      rights: subject.rights.filter(({ right }) => rights.includes(right)),
      kept: subject.rights.filter(({ right }) => !rights.includes(right)),
      remarks: [
        { kind: 'AGREED_LIMIT', text: `数据范围 data scope: ${dataScope}` },
        { kind: 'AGREED_LIMIT', text: `使用范围 use scope: ${useScope}` },
      ],
    }),
  },
  CHANGE: change,
  CORRECTION: change,
  RENEWAL: {
    against: ({ rights }, { pack, submittedAt, now, stage, prior }) => {
      const { opensOn, closesOn } = renewalWindow(pack, prior.validTo);
      const day = shanghaiDate(submittedAt ?? now);
      const outside = stage === 'SUBMISSION' && (day < opensOn || day > closesOn);
      const [zh, en] = [`续期申请窗口为 ${opensOn} 至 ${closesOn}`, `renewed from ${opensOn} to ${closesOn} only`];
      const none = rights.length === 0 && prior.subject.rights.length > 0;
      return [
        ...when(outside, '/content/certificateNumber', zh, en),
        ...when(none, '/content/rights', '至少续期一项权利', 'renew at least one right'),
        ...notHeld(rights, prior.subject.rights),
      ];
    },
    outcome: ({ rights, years }, { pack, prior, content, now }) => {
      const { renewal, deadline: term } = pack.validityPolicy;
      // Where a renewal has its own longest term, that counts from the expiry.
      const longest = renewal.validity
        ? addMonths(prior.validTo, months(pack, renewal.validity))
        : addMonths(now, months(pack, term));
      const asked = addMonths(prior.validTo, 12 * years);
      const validTo = upToAgreement(content, asked < longest ? asked : longest);
      return { rights: prior.subject.rights.filter(({ right }) => rights.includes(right)), validTo };
    },
  },
  CANCELLATION: {
    against: ({ groundCode }, { pack }) => {
      const ground = pack.grounds.find(({ code }) => code === groundCode);
      // What happens by itself when a renewal is missed is nobody's request.
      const fits = ground?.kinds.includes('CANCEL') && groundCode !== pack.validityPolicy.renewal.ifMissed;
      return when(!fits, '/content/groundCode', '不是该制度的注销依据', 'no ground for a cancellation on request');
    },
    outcome: null,
  },
};

const ruleOf = (asked: Particulars) => typeRules[asked.type] as TypeRule<Particulars>;

/** Everything that stands against an application because of its type, at this moment. */
export function standsAgainst(facts: TypeFacts, prior: Prior | null, now: Date, stage: Stage): Fault[] {
  const { operatingAgreementEnd: end, particulars } = facts.content;
  const over = end !== undefined && endOfDay(end) <= now;
  const faults = when(over, '/content/operatingAgreementEnd', '运营协议已届满', 'the operating agreement has ended');
  if (!particulars || !prior) return faults;
  const followUp = { ...facts, pack: packOf(facts.rulePack), prior, now, stage };
  return [...faults, ...standing(particulars, followUp), ...ruleOf(particulars).against(particulars, followUp)];
}

/** What is registered upon a certificate; null when it ends without another. */
export function outcomeOf(facts: TypeFacts, prior: Prior, now: Date): Outcome | null {
  const asked = facts.content.particulars!;
  const { outcome } = ruleOf(asked);
  if (!outcome) return null;
  const { rights, restriction, scenario, data } = prior.subject;
  const as = { holder: 'APPLICANT', rights, kept: [], data, restriction, scenario, remarks: [] } as const;
  const followUp = { ...facts, pack: packOf(facts.rulePack), prior, now, stage: 'REGISTRATION' } as const;
  return { ...as, validTo: prior.validTo, ...outcome(asked, followUp) };
}

/** The days, in Asia/Shanghai, on which a renewal may be applied for. */
export function renewalWindow(pack: RulePack, validTo: Date): { opensOn: LegalDate; closesOn: LegalDate } {
  const window = deadline(pack, pack.validityPolicy.renewal.window);
  if (window.kind !== 'WINDOW') throw new Error(`${pack.id}: ${pack.validityPolicy.renewal.window} is no window`);
  const before = ({ count, unit }: typeof window.opens): LegalDate => {
    if (count === null || unit === 'wd' || unit === 'hour') throw new Error(`${pack.id}: a window in ${unit}`);
    if (unit === 'day') return addDays(shanghaiDate(validTo), -count);
    return shanghaiDate(addMonths(validTo, unit === 'year' ? -12 * count : -count));
  };
  return { opensOn: before(window.opens), closesOn: before(window.closes) };
}

/** 登记结果有效期短于授权运营期限 (N2 §15): where the agreement ends first, so does the registration. */
export function upToAgreement({ operatingAgreementEnd: end }: FiledContent, validTo: Date): Date {
  return end !== undefined && endOfDay(end) < validTo ? endOfDay(end) : validTo;
}

/** The certificate must be the applicant's, in force, free of restrictions, and not replaced already (INV-07, INV-10). */
function standing({ type }: Particulars, { pack, applicantId, submittedAt, now, prior }: FollowUp): Fault[] {
  const at = '/content/certificateNumber';
  const { status, validTo, holderId, replacedBy, ended } = prior;
  // A renewal that was asked for in time is not lost by the end of the term during its review.
  const lapsed = status === 'EXPIRED' || ended?.groundCode === pack.validityPolicy.renewal.ifMissed;
  const lasts = inForce(status) && validTo > now;
  const stands = lasts || (type === 'RENEWAL' && submittedAt !== null && (lapsed || inForce(status)));
  const restricted = status === 'RESTRICTED';
  return [
    ...when(holderId !== applicantId, at, '凭证的权利人不是申请人', 'the applicant does not hold the certificate'),
    ...when(replacedBy !== null, at, `凭证已因申请 ${replacedBy} 而更替`, `replaced by application ${replacedBy}`),
    ...when(restricted, at, '凭证受司法保全或行政管制等限制', 'the certificate is restricted by a remark'),
    ...when(!restricted && !stands, at, `凭证当前无效(${status})`, `the certificate is not in force (${status})`),
  ];
}

const notHeld = (asked: readonly string[], held: readonly ClaimedRight[]): Fault[] =>
  asked.flatMap((right, i) =>
    when(
      !held.some((one) => one.right === right),
      `/content/rights/${i}`,
      `凭证不含该项权利 ${right}`,
      `the certificate does not cover ${right}`,
    ),
  );

const registerOf = ({ data, restriction, scenario }: Prior['subject']): Record<string, unknown> => ({
  ...data,
  restriction,
  scenario,
});

const changed = (
  subject: Prior['subject'],
  items: readonly { field: string; after: unknown }[],
): Record<string, unknown> & { timeFrom?: string; timeTo?: string } => ({
  ...registerOf(subject),
  ...Object.fromEntries(
    items
      .filter(({ field }) => (changeableFields as readonly string[]).includes(field))
      .map(({ field, after }) => [field, after]),
  ),
});

const same = (a: unknown, b: unknown): boolean => canonicalJson(a ?? null) === canonicalJson(b ?? null);
const fault = (pointer: string, zh: string, en: string): Fault => ({ pointer, zh, en });
const when = (wrong: boolean, pointer: string, zh: string, en: string): Fault[] =>
  wrong ? [fault(pointer, zh, en)] : [];
