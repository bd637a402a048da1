import { isUscc, type RulePack } from '@app/rulepacks';
import type { ApplicantBlock, ApplicationContent, DeclareResourceBody, Findings } from '@app/sdk';
import type { Fault } from '../platform/refusal.js';
import { isOf } from './right-holders.js';

type Content = Pick<ApplicationContent, 'rights' | 'applicants' | 'holders'>;
type Data = Partial<DeclareResourceBody>;

/** Where the platform keeps the fields of the pack's forms. A field that stands in no line belongs to another type's form. */
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

const applicantFields: Record<string, (block: Partial<ApplicantBlock>) => unknown> = {
  'applicant.name': ({ name }) => name,
  'applicant.kind': ({ kind }) => kind,
  'applicant.idNumber': ({ idNumber }) => idNumber,
  'applicant.contact': ({ contact }) => contact,
  'applicant.phone': ({ phone }) => phone,
  'applicant.address': ({ address }) => address,
  'applicant.operatingStatus': ({ kind, operatingStatus: status }) =>
    kind === 'NATURAL_PERSON' ||
    (status?.legalRepresentative &&
      status.registeredOn &&
      status.registeredAddress &&
      status.term &&
      status.scope &&
      status.existence),
};

/** The required fields of the form that are still empty, by the name that the pack gives them. */
export function missingFields(pack: RulePack, type: string, content: Content, data: Data): Findings['missingFields'] {
  const ids = pack.types.find(({ id }) => id === type)?.fields ?? [];
  const blocks = content.applicants?.length ? content.applicants : [{}];
  return ids.flatMap((id) => {
    const { name, hint, required, source } = pack.fields[id]!;
    if (!required) return [];
    return emptyAt(id, content, blocks, data).map((pointer) => ({ id, pointer, name, hint, source }));
  });
}

function emptyAt(id: string, content: Content, blocks: readonly Partial<ApplicantBlock>[], data: Data): string[] {
  const key = id.slice(id.indexOf('.') + 1);
  if (Object.hasOwn(dataFields, id)) return dataFields[id]!(data) ? [] : [`/resource/${key}`];
  if (Object.hasOwn(applicantFields, id))
    return blocks.flatMap((block, i) => (applicantFields[id]!(block) ? [] : [`/content/applicants/${i}/${key}`]));
  if (id === 'rights.configuration') return content.rights.length > 0 ? [] : ['/content/rights'];
  return [];
}

/**
 * What keeps the blocks of the form from being submitted. Without any block the applicant is who the platform knows it to
 * be, and the registrar asks for the rest in its list of corrections.
 */
export function blockFaults(
  pack: RulePack,
  type: string,
  content: Content,
  applicant: { readonly name: string; readonly uscc: string } | undefined,
): Fault[] {
  const { applicants } = content;
  if (applicants === undefined) return [];
  const missing = missingFields(pack, type, content, {}).filter(({ pointer }) =>
    pointer.startsWith('/content/applicants/'),
  );
  return [
    ...missing.map(({ pointer, name }) => at(pointer, `缺少:${name.zh}`, `missing: ${name.en}`)),
    ...applicants.flatMap((block, i) => numberFaults(block, `/content/applicants/${i}`)),
    ...(applicant && applicants[0] && applicants[0].idNumber !== '' && applicants[0].idNumber !== applicant.uscc
      ? [at('/content/applicants/0/idNumber', '与申请人的登记信息不符', 'not that of the applicant')]
      : []),
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
