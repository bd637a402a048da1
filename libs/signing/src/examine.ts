import { canonicalJson, sha256Hex } from './canonical.js';
import { verifyCredential, type Verdict } from './credential.js';
import { isObject } from './data-model.js';
import { detached } from './detached.js';
import type { CertificateFile, DocumentKind } from './document.js';
import { checkInclusion, issuanceOf, type Issuance } from './evidence.js';
import { parseJson } from './json.js';
import { rejection, type Rejection } from './rejections.js';
import { verifySdJwt, type SdVerifyOptions } from './sd-jwt.js';
import { verifySealedPdf, type SealVerdict } from './sealed-pdf.js';
import { contextsOf, NO_TRUST, resolverOf, type Trust } from './trust.js';

/** What is checked, in this order. */
export const CHECKS = {
  trust: ['信任来源', 'Whom is trusted'],
  seal: ['签章与证书链', 'Seal and its certificates'],
  timestamp: ['时间戳', 'Time stamp'],
  credential: ['凭证签名与数据模型', 'Signature and data model'],
  binding: ['持有人签名', 'Signature of the holder'],
  validity: ['有效期', 'Term'],
  status: ['状态', 'Status'],
  register: ['登记簿记载', 'Register'],
  inclusion: ['账本包含证明', 'Inclusion in the ledger'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;
export type CheckName = keyof typeof CHECKS;

export interface Check {
  name: CheckName;
  zh: string;
  en: string;
  outcome: 'PASSED' | 'FAILED' | 'UNKNOWN';
  /** Why it failed. */
  reasons: Rejection[];
  /** What was found, or why it could not be checked. */
  note?: { zh: string; en: string };
}

export interface Examination {
  ok: boolean;
  kind: DocumentKind;
  number: string | null;
  checks: Check[];
  /** Every reason of every check. */
  reasons: Rejection[];
  /** What the credential says, when its signature holds. */
  subject: Record<string, unknown> | null;
}

export interface ExamineOptions {
  /** Null: nobody; then what the file itself suggests is used, and the examination fails for that. */
  trust: Trust | null;
  now: Date;
  /** The status list at a URL; without it those in the file are used. */
  statusList?: (url: string, now: Date) => Promise<string | undefined>;
  /** What the register has under a number, null for nothing; without it only the ledger's event is asked. */
  register?: (number: string) => Promise<Registered | null>;
  binding?: SdVerifyOptions['binding'];
}

export interface Registered {
  /** Of the sealed document, when there is one. */
  documentSha256: string | null;
  /** Of the credential in each of its suites. */
  credentialSha256: readonly string[];
  credential: unknown;
}

const TERM = ['NOT_YET_VALID', 'EXPIRED'];
const STATUS = /^(STATUS_|REVOKED$|SUSPENDED$)/;
const BINDING = /^KB_/;

/** Whether a certificate in any of its forms may be relied on. Never throws for anything in the file, which may be whatever somebody brings. */
export async function examine(file: CertificateFile, options: ExamineOptions): Promise<Examination> {
  const trust = options.trust ?? file.hint ?? NO_TRUST;
  const checks = new Map<CheckName, Check>();
  const put = (name: CheckName, reasons: Rejection[], note?: Check['note'], unknown = false): void => {
    const outcome = reasons.length > 0 ? 'FAILED' : unknown ? 'UNKNOWN' : 'PASSED';
    const [zh, en] = CHECKS[name];
    checks.set(name, { name, zh, en, outcome, reasons, ...(note && { note }) });
  };
  put('trust', options.trust ? [] : [rejection('TRUST_MISSING')]);
  if (file.pdf) putSeal(verifySealedPdf(file.pdf, trust.roots, trust.timestampRoots), put);

  const verdicts = await verifyAll(file, trust, options);
  const all = unique(verdicts.flatMap(({ reasons }) => reasons));
  const term = all.filter(({ code }) => TERM.includes(code));
  const status = all.filter(({ code }) => STATUS.test(code));
  const binding = all.filter(({ code }) => BINDING.test(code));
  const rest = all.filter((reason) => ![...term, ...status, ...binding].includes(reason));
  if (verdicts.length === 0) rest.push(rejection('PDF_ATTACHMENT_MISSING'));
  const number = numberOf(verdicts);
  rest.push(...contradictions(verdicts));
  if (file.number !== undefined && number !== null && file.number !== number)
    rest.push(rejection('BUNDLE_CONTRADICTS', `${file.number} / ${number}`));
  put('credential', rest);

  const credential = verdicts[0]?.credential ?? null;
  const bound = verdicts.some((verdict) => 'bound' in verdict && verdict.bound);
  if (bound || binding.length > 0) put('binding', binding);
  if (credential) {
    put('validity', term, termOf(credential));
    // Without a network a list that is not at hand is no reason; whoever could ask and got none has one.
    const missing = options.statusList ? [] : status.filter(({ code }) => code === 'STATUS_LIST_UNAVAILABLE');
    const unknown = missing.length > 0 || verdicts.some(({ statusChecked }) => !statusChecked);
    put('status', without(status, missing), unknown ? statusUnknown(credential, options.now) : undefined, unknown);
  }
  const issuance = file.evidence && issuanceOf(file.evidence);
  await putRegister(file, verdicts, issuance, number, options, put);
  putInclusion(file, issuance, trust, put);

  const list = (Object.keys(CHECKS) as CheckName[]).flatMap((name) => checks.get(name) ?? []);
  const reasons = list.flatMap((check) => check.reasons);
  const subject = isObject(credential?.credentialSubject) ? credential.credentialSubject : null;
  return { ok: reasons.length === 0 && credential !== null, kind: file.kind, number, checks: list, reasons, subject };
}

type Put = (name: CheckName, reasons: Rejection[], note?: Check['note'], unknown?: boolean) => void;

function putSeal({ reasons, signer, claimedAt, timestamp }: SealVerdict, put: Put): void {
  const ofStamp = reasons.filter(({ code }) => code.startsWith('PDF_TIMESTAMP_'));
  const name = signer?.subject.replaceAll('\n', ', ');
  put('seal', without(reasons, ofStamp), name === undefined ? undefined : { zh: name, en: name });
  const when = timestamp && `${timestamp.at.toISOString()}, ${timestamp.authority}`;
  const claimed = claimedAt?.toISOString() ?? '?';
  const note = when
    ? { zh: when, en: when }
    : { zh: `没有时间戳;自称盖章时间 ${claimed}`, en: `none; sealed at ${claimed} by its own account` };
  put('timestamp', ofStamp, note, !timestamp);
}

function verifyAll(file: CertificateFile, trust: Trust, options: ExamineOptions): Promise<Verdict[]> {
  const lists = new Map(file.statusLists.map((jwt) => [listId(jwt), jwt]));
  const atHand = lists.size > 0 ? (url: string) => Promise.resolve(lists.get(url)) : undefined;
  const statusList = options.statusList ?? atHand;
  const { now, binding } = options;
  const common = { resolveKey: resolverOf(trust), contexts: contextsOf(trust), now, ...(statusList && { statusList }) };
  return Promise.all(
    file.credentials.map((text) =>
      text.includes('~')
        ? verifySdJwt(text, { ...common, ...(binding && file.kind === 'SD_JWT' && { binding }) })
        : verifyCredential(text, common),
    ),
  );
}

/** The file's credentials are several forms of one: what is shown twice must be the same. */
function contradictions(verdicts: readonly Verdict[]): Rejection[] {
  const [first, ...others] = verdicts.flatMap(({ credential }) => credential ?? []);
  return others.every((other) => isPart(shown(other), shown(first!))) ? [] : [rejection('BUNDLE_CONTRADICTS')];
}

const shown = (credential: Record<string, unknown>): unknown =>
  Object.fromEntries(Object.entries(credential).filter(([name]) => name !== 'cnf'));

/** Whether everything in `part` stands in `whole`, with the same value; of a list every row, with or without all its members. */
function isPart(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part) && Array.isArray(whole))
    return part.length === whole.length && part.every((row, i) => isPart(row, whole[i]));
  if (!isObject(part) || !isObject(whole)) return canonicalJson(part ?? null) === canonicalJson(whole ?? null);
  return Object.entries(part).every(([name, member]) => Object.hasOwn(whole, name) && isPart(member, whole[name]));
}

async function putRegister(
  file: CertificateFile,
  verdicts: readonly Verdict[],
  issuance: Issuance | Rejection | null,
  number: string | null,
  { register }: ExamineOptions,
  put: Put,
): Promise<void> {
  const reasons: Rejection[] = [];
  const known = issuance && 'number' in issuance ? issuance : null;
  if (known) {
    const isRegistered = (text: string) => known.credentials.some((one) => one === text || one === detached(text));
    // What the signatures of the event cover, those without their payload too.
    const registered = [...known.credentials, ...file.credentials.filter(isRegistered)].flatMap(payloadOf);
    file.credentials.forEach((text, i) => {
      const credential = verdicts[i]?.credential;
      const same = text.includes('~')
        ? !credential || registered.some((whole) => isPart(shown(credential), whole))
        : isRegistered(text);
      if (!same) reasons.push(rejection('REGISTER_DIFFERS', known.number));
    });
  }
  if (register && number !== null) reasons.push(...differences(file, verdicts, number, await register(number)));
  const unknown = !known && !(register && number !== null);
  const note = {
    zh: '无登记事件可比对;请向登记簿查询',
    en: 'no event of the register to compare with; ask the register',
  };
  put('register', unique(reasons), unknown ? note : undefined, unknown);
}

/** N1 §26: where a certificate and the register differ, the register prevails; so whoever signed it. */
function differences(
  { pdf, credentials }: CertificateFile,
  verdicts: readonly Verdict[],
  number: string,
  registered: Registered | null,
): Rejection[] {
  if (!registered) return [rejection('REGISTER_UNKNOWN', number)];
  const { documentSha256, credentialSha256, credential: whole } = registered;
  const known = (bytes: Buffer | string, hashes: readonly (string | null)[]) => {
    const sha256 = sha256Hex(bytes);
    return hashes.includes(sha256) ? [] : [rejection('DOCUMENT_HASH_DIFFERS', sha256)];
  };
  return [
    ...(pdf ? known(pdf, [documentSha256]) : []),
    ...credentials.flatMap((text, i) => {
      if (!text.includes('~')) return known(text, credentialSha256);
      const shows = verdicts[i]?.credential;
      return !shows || isPart(shown(shows), whole) ? [] : [rejection('REGISTER_DIFFERS', number)];
    }),
  ];
}

function putInclusion(
  { evidence }: CertificateFile,
  issuance: Issuance | Rejection | null,
  { log }: Trust,
  put: Put,
): void {
  if (!evidence) {
    put('inclusion', [], { zh: '文件中没有包含证明', en: 'the file has no proof' }, true);
    return;
  }
  const fault = issuance && !('number' in issuance) && issuance.code !== 'REGISTER_UNKNOWN' ? [issuance] : [];
  const note = { zh: '没有账本的公钥', en: 'the key of the log is not known' };
  put('inclusion', log ? [...fault, ...checkInclusion(evidence, log)] : fault, log ? undefined : note, !log);
}

function termOf({ validFrom, validUntil }: Record<string, unknown>): NonNullable<Check['note']> {
  const [from, until] = [validFrom, validUntil].map((time) => (typeof time === 'string' ? time : '…'));
  const text = `${from} – ${until}`;
  return { zh: text, en: text };
}

function statusUnknown({ credentialStatus }: Record<string, unknown>, now: Date): NonNullable<Check['note']> {
  const entries = [credentialStatus ?? []].flat() as unknown[];
  const urls = [...new Set(entries.map((entry) => isObject(entry) && String(entry['statusListCredential'])))].join(
    ', ',
  );
  const at = now.toISOString();
  return {
    zh: `截至 ${at} 状态未知:没有状态列表;可查 ${urls}`,
    en: `unknown as of ${at}: no status list at hand; see ${urls}`,
  };
}

function numberOf(verdicts: readonly Verdict[]): string | null {
  for (const { credential } of verdicts) {
    const subject = credential?.credentialSubject;
    if (isObject(subject) && typeof subject['certificateNumber'] === 'string') return subject['certificateNumber'];
  }
  return null;
}

function payloadOf(jws: string): unknown[] {
  try {
    return [parseJson(Buffer.from(jws.split('.', 2)[1] ?? '', 'base64url').toString())];
  } catch {
    return [];
  }
}

const listId = (jwt: string): unknown => (payloadOf(jwt)[0] as { id?: unknown } | null | undefined)?.id;
const without = (reasons: readonly Rejection[], some: readonly Rejection[]) =>
  reasons.filter((one) => !some.includes(one));
const unique = (reasons: readonly Rejection[]): Rejection[] => [
  ...new Map(reasons.map((one) => [`${one.code} ${one.detail ?? ''}`, one])).values(),
];
