import { isUscc, type RulePack } from '@app/rulepacks';
import type { ApplicantBlock, ApplicationContent, DeclareResourceBody, Findings } from '@app/sdk';
import type { Fault } from '../platform/refusal.js';

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
  const { applicants, holders } = content;
  const wrongHolders = (holders ?? []).flatMap(({ right }, i) =>
    content.rights.some((claimed) => claimed.right === right)
      ? []
      : [at(`/content/holders/${i}/right`, '没有申请该项权利', 'a right that is not claimed')],
  );
  if (applicants === undefined) return wrongHolders;
  const missing = missingFields(pack, type, content, {}).filter(({ pointer }) =>
    pointer.startsWith('/content/applicants/'),
  );
  return [
    ...missing.map(({ pointer, name }) => at(pointer, `缺少:${name.zh}`, `missing: ${name.en}`)),
    ...applicants.flatMap(({ kind, idNumber }, i) =>
      kind === 'NATURAL_PERSON' || idNumber.length !== 18 || isUscc(idNumber)
        ? []
        : [at(`/content/applicants/${i}/idNumber`, '统一社会信用代码有误', 'no unified social credit code')],
    ),
    ...(applicant && applicants[0] && applicants[0].idNumber !== '' && applicants[0].idNumber !== applicant.uscc
      ? [at('/content/applicants/0/idNumber', '与申请人的登记信息不符', 'not that of the applicant')]
      : []),
    ...wrongHolders,
  ];
}

const at = (pointer: string, zh: string, en: string): Fault => ({ pointer, zh, en });
