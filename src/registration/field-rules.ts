import { shanghaiDate } from '@app/calendar';
import { isUscc, type RulePack, type Text } from '@app/rulepacks';
import type { ApplicantBlock, DeclareResourceBody, FiledContent, Findings } from '@app/sdk';
import type { Fault } from '../platform/refusal.js';
import { isOf } from './right-holders.js';

type Content = Pick<FiledContent, 'rights' | 'applicants' | 'holders' | 'jointApplicants' | 'particulars'>;
type Data = Partial<DeclareResourceBody>;
type Block = Partial<ApplicantBlock>;

/** Somebody who applies, as the platform knows it. */
export interface Filer {
  readonly name: string;
  readonly uscc: string;
}

/** Where the platform keeps the fields of the pack's forms. */
const dataFields: Record<string, (data: Data) => unknown> = {
  'data.name': ({ name }) => name,
  'data.abstract': ({ abstract }) => abstract,
  'data.industry': ({ industry }) => industry?.text,
  'data.source': ({ sourceKind }) => sourceKind,
  'data.region': ({ regionLevel, regionText }) => regionLevel && regionText,
  'data.timeRange': ({ timeFrom, timeTo }) => timeFrom && timeTo,
  'data.updateFrequency': ({ updateFrequency }) => updateFrequency,
  // Rows and bytes are measured from the file.
  'data.volume': ({ fileId }) => fileId,
  'data.media': ({ form }) => form?.media.length,
  'data.structure': ({ form }) => form?.structure,
  'data.restrictions': ({ restriction }) => restriction,
};

/** What a follow-up asks for, by what its form calls it. */
const requestFields: Record<string, readonly string[]> = {
  certificateNumber: ['certificateNumber'],
  'transfer.content': ['rights', 'dataScope', 'useScope'],
  'change.items': ['items'],
  'renewal.request': ['years', 'rights'],
  'cancellation.reason': ['groundCode', 'reason'],
};

const blockFields = ['name', 'kind', 'idNumber', 'contact', 'phone', 'address', 'operatingStatus'] as const;

/** What 经营情况 consists of. */
const statusParts = {
  legalRepresentative: { zh: '法定代表人', en: 'legal representative' },
  registeredOn: { zh: '注册时间', en: 'date of registration' },
  registeredAddress: { zh: '注册地址', en: 'address of registration' },
  term: { zh: '营业期限', en: 'term' },
  scope: { zh: '经营范围', en: 'scope' },
  existence: { zh: '存续情况', en: 'existence' },
} as const satisfies Record<keyof NonNullable<ApplicantBlock['operatingStatus']>, Text>;

/** Whose block it is: of all who apply, of the one who gives or of the one who takes (N1 annex 2). */
const sides: Record<string, (applying: number) => number[]> = {
  applicant: (applying) => Array.from({ length: applying }, (_, i) => i),
  transferor: () => [0],
  transferee: () => [1],
};

interface Gap {
  readonly pointer: string;
  /** What of the field it is. */
  readonly part?: Text;
  /** In whose block; 0 is the applicant's own. */
  readonly block?: number;
}

/** How many apply: the applicant, those who apply jointly with it, and the transferee. */
const applying = ({ jointApplicants = [], particulars }: Content): number =>
  1 + jointApplicants.length + (particulars?.type === 'TRANSFER' ? 1 : 0);

/** The required fields of the form that are still empty, by the name that the pack gives them. */
export function missingFields(pack: RulePack, type: string, content: Content, data: Data): Findings['missingFields'] {
  const ids = pack.types.find(({ id }) => id === type)?.fields ?? [];
  const found = ids
    .filter((id) => pack.fields[id]!.required)
    .flatMap((id) => gaps(id, content, data).map((gap) => ({ ...gap, id })));
  // One party after the other.
  return found
    .toSorted((a, b) => (a.block ?? 0) - (b.block ?? 0))
    .map(({ id, pointer, ...gap }) => {
      const { name, hint, source } = pack.fields[id]!;
      return { id, pointer, name: named(name, gap), hint, source };
    });
}

const named = ({ zh, en }: Text, { part, block = 0 }: Omit<Gap, 'pointer'>): Text => ({
  zh: [zh, part && `:${part.zh}`, block > 0 && `(第 ${block + 1} 方)`].filter(Boolean).join(''),
  en: [en, part && `: ${part.en}`, block > 0 && ` (party ${block + 1})`].filter(Boolean).join(''),
});

function gaps(id: string, content: Content, data: Data): Gap[] {
  const [group, key] = id.split('.') as [string, string | undefined];
  if (Object.hasOwn(dataFields, id)) return dataFields[id]!(data) ? [] : [{ pointer: `/resource/${key}` }];
  if (id === 'rights.configuration') return content.rights.length > 0 ? [] : [{ pointer: '/content/rights' }];
  if (Object.hasOwn(requestFields, id)) {
    const asked = (content.particulars ?? {}) as Record<string, unknown>;
    return requestFields[id]!.filter((name) => isEmpty(asked[name])).map((name) => ({ pointer: `/content/${name}` }));
  }
  const field = blockFields.find((one) => one === key);
  if (!Object.hasOwn(sides, group) || !field) return [];
  return sides[group]!(applying(content)).flatMap((i) =>
    blockGaps(content.applicants?.[i] ?? {}, field, `/content/applicants/${i}/${field}`).map((gap) => ({
      ...gap,
      block: i,
    })),
  );
}

function blockGaps(block: Block, field: keyof ApplicantBlock, pointer: string): Gap[] {
  if (field !== 'operatingStatus') return isEmpty(block[field]) ? [{ pointer }] : [];
  if (block.kind === 'NATURAL_PERSON') return [];
  return Object.entries(statusParts)
    .filter(([part]) => isEmpty(block.operatingStatus?.[part as keyof typeof statusParts]))
    .map(([part, name]) => ({ pointer: `${pointer}/${part}`, part: name }));
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** What keeps a form from being submitted because the pack requires it. */
export const missingFaults = (pack: RulePack, type: string, content: Content, data: Data): Fault[] =>
  missingFields(pack, type, content, data).map(({ pointer, name }) =>
    at(pointer, `缺少:${name.zh}`, `missing: ${name.en}`),
  );

/**
 * What is wrong in the blocks of those who apply: each states who the platform knows it to be.
 * @param filers in the order of their blocks; null: there is no such organisation
 */
export const blockFaults = (content: Content, filers: readonly (Filer | null)[], now: Date): Fault[] =>
  (content.applicants ?? []).flatMap((block, i) => {
    const pointer = `/content/applicants/${i}`;
    if (i >= applying(content)) return [at(pointer, '没有与此对应的申请方', 'nobody of those who apply')];
    const registeredOn = block.operatingStatus?.registeredOn ?? null;
    return [
      ...numberFaults(block, pointer),
      ...strangeFaults(block, filers[i] ?? null, pointer),
      ...(registeredOn !== null && registeredOn > shanghaiDate(now)
        ? [at(`${pointer}/operatingStatus/registeredOn`, '注册时间晚于今日', 'registered after today')]
        : []),
    ];
  });

/** Who applies is an organisation of the platform: its block says no other name, number or nature. */
function strangeFaults({ name, idNumber, kind }: ApplicantBlock, filer: Filer | null, pointer: string): Fault[] {
  if (!filer) return [];
  const other = (field: string): Fault =>
    at(`${pointer}/${field}`, '与该申请方的登记信息不符', 'not what the platform knows of this party');
  return [
    ...(name !== '' && name !== filer.name ? [other('name')] : []),
    ...(idNumber !== '' && idNumber !== filer.uscc ? [other('idNumber')] : []),
    ...(kind === 'NATURAL_PERSON' ? [other('kind')] : []),
  ];
}

/**
 * What keeps the rows of the rights' configuration (权利配置说明) from being submitted. Those who apply need not stand in them: they hold
 * what they claim, and a row of theirs says the same.
 */
export function holderFaults(
  { rights, holders = [] }: Content,
  parties: readonly { readonly name: string; readonly uscc: string }[],
): Fault[] {
  return holders.flatMap((row, i) => {
    const pointer = `/content/holders/${i}`;
    const claimed = rights.find(({ right }) => right === row.right);
    if (!claimed) return [at(`${pointer}/right`, '没有申请该项权利', 'a right that is not claimed')];
    if (row.idNumber === '') return [at(`${pointer}/idNumber`, '缺少证件号码', 'missing: the number')];
    const twice = holders.findIndex(({ idNumber, right }) => idNumber === row.idNumber && right === row.right) < i;
    if (twice) return [at(pointer, '同一权利主体的同一权利重复', 'the same right of the same holder again')];
    const own = parties.some((party) => isOf(party, row));
    const says = row.termYears === claimed.termYears && row.restriction === claimed.limits;
    if (own && !says) return [at(pointer, '与所申请权利的期限或限制不一致', 'not the term and limits of the claim')];
    return numberFaults(row, pointer);
  });
}

const numberFaults = ({ kind, idNumber }: Pick<ApplicantBlock, 'kind' | 'idNumber'>, pointer: string): Fault[] =>
  kind === 'NATURAL_PERSON' || idNumber.length !== 18 || isUscc(idNumber)
    ? []
    : [at(`${pointer}/idNumber`, '统一社会信用代码有误', 'no unified social credit code')];

const at = (pointer: string, zh: string, en: string): Fault => ({ pointer, zh, en });
