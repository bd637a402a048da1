import { shanghaiDate } from '@app/calendar';
import { field, rulePack, wordsOfRight, type RulePack } from '@app/rulepacks';
import type { CertificateView, ClaimedRight, DeclareResourceBody, Language, RegisteredHolder, Remark } from '@app/sdk';

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}
/** Words that follow each other; plain text is the same in both languages. */
export type Wording = readonly (string | Bilingual)[];

/** One row of what a certificate says (N1 §26). */
export interface CertificateLine {
  readonly name: Bilingual;
  readonly value: Wording;
}

type Data = Partial<DeclareResourceBody> & { readonly name: string; readonly abstract: string } & {
  readonly rows: number;
  readonly bytes: number;
};
interface Party {
  readonly name: string;
  readonly uscc: string;
}
/** What is certified, as the credential says it. */
export interface CertifiedSubject {
  readonly holder: Party;
  /** Where several hold it jointly: all of them. */
  readonly holders?: readonly Party[];
  readonly data: Data;
  readonly rights: readonly ClaimedRight[];
  /** Everybody who holds a right in the data, one row for each right (权利配置). */
  readonly rightHolders?: readonly RegisteredHolder[];
  /** The certificate of another body in whose place it stands. */
  readonly upgradedFrom?: { readonly id: string; readonly number: string; readonly issuer: string };
  readonly restriction: string;
  readonly scenario: string;
  readonly remarks: readonly Remark[];
  readonly evidence: { readonly at: string; readonly sha256: string };
}
export const subjectOf = ({ subject }: Pick<CertificateView, 'subject'>): CertifiedSubject =>
  subject as unknown as CertifiedSubject;

export const holdersOf = (certificate: Pick<CertificateView, 'subject'>): readonly Party[] => {
  const { holder, holders = [holder] } = subjectOf(certificate);
  return holders;
};

const NONE: Bilingual = { zh: '无', en: 'none' };
const ROWS: Bilingual = { zh: '行', en: 'rows' };
const BYTES: Bilingual = { zh: '字节', en: 'bytes' };

/** The names of fields and of their values are those of the form that every regime's declaration follows (N1 annex 1). */
const form: RulePack = rulePack('CN-PROPERTY-2026');

/** What a certificate of this pack is called. */
export const titleOf = ({ name }: RulePack): Bilingual => ({ zh: `${name.zh}凭证`, en: `${name.en} certificate` });

/** What a certificate says, row by row: the sealed document and the register show the same. */
export function linesOf(certificate: Pick<CertificateView, 'subject' | 'validFrom' | 'validTo'>): CertificateLine[] {
  const { data, rights, rightHolders = [], upgradedFrom, scenario, restriction, evidence } = subjectOf(certificate);
  const { industry, sourceKind, regionLevel, regionText, timeFrom, timeTo, updateFrequency, form: shape } = data;
  return [
    line('权利人', 'Holder', list(holdersOf(certificate).map(({ name, uscc }) => [`${name} (${uscc})`]))),
    ofForm('data.name', [data.name]),
    ofForm('data.abstract', [data.abstract]),
    ofForm('data.industry', industry && [`${industry.section} ${industry.text}`]),
    ofForm('data.source', sourceKind && [chosen('data.source', sourceKind)]),
    ofForm('data.region', [...(regionLevel ? [chosen('data.region', regionLevel), ' · '] : []), regionText ?? '']),
    ofForm('data.timeRange', [`${timeFrom} – ${timeTo}`]),
    ofForm('data.updateFrequency', updateFrequency && [chosen('data.updateFrequency', updateFrequency)]),
    ofForm('data.volume', [`${data.rows} `, ROWS, `; ${data.bytes} `, BYTES]),
    ofForm('data.media', shape && list(shape.media.map((medium) => [chosen('data.media', medium)]))),
    ofForm('data.structure', shape && [chosen('data.structure', shape.structure)]),
    line('权利', 'Rights', rights.length > 0 ? list(rights.map(rightOf)) : [NONE]),
    ...rightHolders.map((row) => line('权利配置', 'Holder of right', holderOfRight(row))),
    ...(upgradedFrom ? [line('升级自', 'Upgraded from', [`${upgradedFrom.number} (${upgradedFrom.issuer})`])] : []),
    line('应用场景', 'Scenario', [scenario]),
    line('限制范围', 'Restriction', [restriction]),
    line('有效期', 'In force', [`${day(certificate.validFrom)} – ${day(certificate.validTo)}`]),
    line('存证值', 'Evidence (SHA-256)', [evidence.sha256]),
  ];
}

/** In one language. */
export const say = (value: Wording, language: Language): string =>
  value.map((part) => (typeof part === 'string' ? part : language === 'en' ? part.en : part.zh)).join('');

/** For a document that is in both languages. */
export const sayBoth = (value: Wording): string =>
  value.map((part) => (typeof part === 'string' ? part : `${part.zh} ${part.en}`)).join('');

/** In Asia/Shanghai. */
export const day = (instant: string): string => shanghaiDate(new Date(instant));

const line = (zh: string, en: string, value: Wording): CertificateLine => ({ name: { zh, en }, value });
const ofForm = (id: string, value: Wording | undefined): CertificateLine => {
  const { name } = field(form, id);
  return { name, value: value ?? [NONE] };
};
const list = (items: readonly Wording[]): Wording => items.flatMap((item, i) => (i === 0 ? item : ['; ', ...item]));

function chosen(id: string, value: string): Bilingual | string {
  const { options } = field(form, id);
  return options?.find((option) => option.value === value)?.name ?? value;
}

const rightOf = ({ right, termYears, limits }: ClaimedRight): Wording => wordsOfRight(right, termYears, limits);

const holderOfRight = ({ name, idNumber, right, termYears, restriction }: RegisteredHolder): Wording => [
  idNumber ? `${name} (${idNumber}): ` : `${name}: `,
  ...wordsOfRight(right, termYears, restriction),
];
