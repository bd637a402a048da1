import { completeUscc, formFields, rulePack, rulePacks, type RulePack } from '@app/rulepacks';
import {
  applicationTypes,
  type ApplicantBlock,
  type ApplicationType,
  type DeclareResourceBody,
  type FiledContent,
} from '@app/sdk';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import { blockOf } from '../../scripts/job/applicant-block.js';
import { asked, at as now, declaration, fileId, holder, resource } from '../../test/support/application-states.js';
import { mustBeComplete, type SubmissionFacts } from './application-rules.js';
import { missingFields } from './field-rules.js';
import { findingsOf } from './findings.js';

const applicantId = holder.actor.orgId;
const filers = ['甲', '乙', '丙'].map((name, i) => ({
  name: `演示${name}`,
  uscc: completeUscc(`91440101DEM00000${i}`),
}));
const blocks = filers.map(blockOf);

interface Filing {
  content: FiledContent;
  data: Partial<DeclareResourceBody>;
}
type Wrong = readonly [pointer: string, damage: (filing: Filing) => unknown];

/** Everything that the pack asks for, of one who applies; of a transfer, of two. */
const complete = (pack: RulePack, type: ApplicationType): Filing => {
  const materials = pack.types.find(({ id }) => id === type)!.materials ?? [];
  const required = materials.filter((code) => pack.materials[code]!.required === 'ALWAYS');
  const content: FiledContent = {
    resourceId: resource.id,
    rights: pack.rights === null ? [] : [{ right: 'HOLD', termYears: null, limits: '' }],
    scenario: '演示',
    materials: required.map((code) => ({ code, fileId })),
    validityYears: 3,
    proofs: { contractRights: [], consentOfOthers: false, publicPlatformRegistration: false },
    ...(type !== 'INITIAL' && { particulars: asked[type] }),
    applicants: type === 'TRANSFER' ? blocks.slice(0, 2) : blocks.slice(0, 1),
  };
  return structuredClone({ content, data: declaration });
};
const faultsOf = (pack: RulePack, type: ApplicationType, { content, data }: Filing) => {
  const facts: SubmissionFacts = {
    resource: { declaration: data as DeclareResourceBody },
    owners: new Map([[fileId, applicantId]]),
    applicantId,
    filers,
    now,
  };
  try {
    mustBeComplete(pack, type, content, facts, []);
  } catch (error) {
    if (error instanceof Refusal && error.code === 'registration/incomplete') return error.faults;
    throw error;
  }
  return [];
};
const damaged = (pack: RulePack, type: ApplicationType, damage: Wrong[1]) => {
  const filing = complete(pack, type);
  damage(filing);
  return faultsOf(pack, type, filing);
};

const block = (i: number, damage: (one: ApplicantBlock) => unknown, ...place: string[]): Wrong => [
  ['/content/applicants', i, ...place].join('/'),
  ({ content }) => damage(content.applicants![i]!),
];
/** The block of a party with one part of it left out, each in turn. */
const party = (i: number): Record<string, Wrong[]> => ({
  name: [block(i, (one) => (one.name = ''), 'name')],
  kind: [block(i, (one) => delete (one as Partial<ApplicantBlock>).kind, 'kind')],
  idNumber: [block(i, (one) => (one.idNumber = ''), 'idNumber')],
  contact: [block(i, (one) => (one.contact = ''), 'contact')],
  phone: [block(i, (one) => (one.phone = ''), 'phone')],
  address: [block(i, (one) => (one.address = ''), 'address')],
  operatingStatus: [
    ...(['legalRepresentative', 'registeredAddress', 'term', 'scope', 'existence'] as const).map((part) =>
      block(i, (one) => (one.operatingStatus![part] = ''), 'operatingStatus', part),
    ),
    block(i, (one) => (one.operatingStatus!.registeredOn = null), 'operatingStatus', 'registeredOn'),
  ],
});
const data = (field: string, ...parts: (keyof DeclareResourceBody)[]): Wrong[] =>
  parts.map((part) => [`/resource/${field}`, (filing) => delete filing.data[part]]);
const request = (...parts: string[]): Wrong[] =>
  parts.map((part) => [
    `/content/${part}`,
    ({ content }) => delete (content.particulars as unknown as Record<string, unknown>)[part],
  ]);
const prefixed = (prefix: string, parts: Record<string, Wrong[]>) =>
  Object.fromEntries(Object.entries(parts).map(([part, wrong]) => [`${prefix}.${part}`, wrong]));

/** How each field of domain.md §3.3 is left out, and where it is then missing. */
const leaving: Record<string, Wrong[]> = {
  ...prefixed('applicant', party(0)),
  ...prefixed('transferor', party(0)),
  ...prefixed('transferee', party(1)),
  'data.name': data('name', 'name'),
  'data.abstract': data('abstract', 'abstract'),
  'data.industry': data('industry', 'industry'),
  'data.source': data('source', 'sourceKind'),
  'data.region': data('region', 'regionLevel', 'regionText'),
  'data.timeRange': data('timeRange', 'timeFrom', 'timeTo'),
  'data.updateFrequency': data('updateFrequency', 'updateFrequency'),
  'data.volume': data('volume', 'fileId'),
  'data.media': data('media', 'form'),
  'data.structure': data('structure', 'form'),
  'data.restrictions': data('restrictions', 'restriction'),
  'rights.configuration': [['/content/rights', ({ content }) => (content.rights = [])]],
  certificateNumber: request('certificateNumber'),
  'transfer.content': request('rights', 'dataScope', 'useScope'),
  'change.items': request('items'),
  'renewal.request': request('years', 'rights'),
  'cancellation.reason': request('groundCode', 'reason'),
};

const forms = rulePacks.flatMap((pack) =>
  applicationTypes.flatMap((type) => {
    const rule = pack.types.find(({ id }) => id === type);
    return rule ? [{ of: `${pack.id} ${type}`, pack, type, rule }] : [];
  }),
);

describe.each(forms)('$of', ({ pack, type, rule }) => {
  it('takes what is complete, and says of it that nothing is missing', () => {
    const filing = complete(pack, type);
    expect(faultsOf(pack, type, filing)).toEqual([]);
    expect(findingsOf(pack, type, filing.content, filing.data as DeclareResourceBody).missingFields).toEqual([]);
  });

  it.each(rule.fields ?? ['未公布'])('refuses a filing without %s, where it is missing and why', (id) => {
    if (rule.fields === null) {
      // Nobody asks for what the regime has not published.
      expect(damaged(pack, type, ({ content }) => delete content.applicants)).toEqual([]);
      return;
    }
    const { name, required } = pack.fields[id]!;
    expect([id, required, id in leaving]).toEqual([id, true, true]);
    for (const [pointer, damage] of leaving[id]!) {
      const found = damaged(pack, type, damage).filter((fault) => fault.pointer === pointer);
      expect([pointer, found.length]).toEqual([pointer, 1]);
      const filing = complete(pack, type);
      damage(filing);
      // The registrar reads the same in the findings.
      const { missingFields } = findingsOf(pack, type, filing.content, filing.data as DeclareResourceBody);
      expect(missingFields.map((one) => `${one.id} ${one.pointer}`)).toContain(`${id} ${pointer}`);
      if (pointer === '/content/rights' && type === 'INITIAL') continue;
      expect(found[0]!.zh.startsWith(`缺少:${name.zh}`)).toBe(true);
      expect(found[0]!.en.startsWith(`missing: ${name.en}`)).toBe(true);
    }
  });

  it('refuses a filing without each of its materials, and without a scenario', () => {
    const codes = complete(pack, type).content.materials.map(({ code }) => code);
    for (const code of codes) {
      const without = ({ content }: Filing) =>
        (content.materials = content.materials.filter((material) => material.code !== code));
      expect(damaged(pack, type, without)).toMatchObject([
        { pointer: '/content/materials', en: expect.stringContaining(`(${code})`) },
      ]);
    }
    expect(damaged(pack, type, ({ content }) => (content.scenario = ''))).toMatchObject([
      { pointer: '/content/scenario' },
    ]);
  });

  const wrong: [string, ...Wrong][] = [
    ['another name', ...block(0, (one) => (one.name = '另一机构'), 'name')],
    ["another's number", ...block(0, (one) => (one.idNumber = filers[2]!.uscc), 'idNumber')],
    ['no credit code', ...block(0, (one) => (one.idNumber = '91440101MA5XXXXX00'), 'idNumber')],
    ['a person', ...block(0, (one) => (one.kind = 'NATURAL_PERSON'), 'kind')],
    [
      'a day to come',
      ...block(0, (one) => (one.operatingStatus!.registeredOn = '2026-07-07'), 'operatingStatus', 'registeredOn'),
    ],
  ];
  it.each(wrong)('refuses a block with %s', (_, pointer, damage) => {
    const found = damaged(pack, type, damage).map((fault) => fault.pointer);
    expect(found).toContain(pointer);
    expect(found.every((one) => one === pointer)).toBe(true);
  });

  it('refuses a block of nobody who applies', () => {
    const found = damaged(pack, type, ({ content }) => content.applicants!.push(blocks[2]!));
    expect(found).toMatchObject([{ pointer: `/content/applicants/${type === 'TRANSFER' ? 2 : 1}` }]);
  });
});

describe('joint applicants', () => {
  const pack = rulePack('CN-PROPERTY-2026');
  const jointly = (applicants: FiledContent['applicants']) => {
    const { content, data: of } = complete(pack, 'INITIAL');
    const jointApplicants = [newId('org'), newId('org')].map((organisationId) => ({ organisationId }));
    return faultsOf(pack, 'INITIAL', { content: { ...content, jointApplicants, applicants }, data: of });
  };
  it('have a block each, in their order', () => {
    expect(jointly(blocks)).toEqual([]);
    const missing = jointly(blocks.slice(0, 2));
    expect(missing).toHaveLength(12);
    expect(missing[0]).toEqual({
      pointer: '/content/applicants/2/name',
      zh: '缺少:申请人名称(第 3 方)',
      en: 'missing: Applicant: name (party 3)',
    });
    expect(missing.every(({ pointer }) => pointer.startsWith('/content/applicants/2/'))).toBe(true);
    const turned = jointly([blocks[0]!, blocks[2]!, blocks[1]!]).map(({ pointer }) => pointer);
    expect(turned).toEqual(
      [1, 2].flatMap((i) => ['name', 'idNumber'].map((field) => `/content/applicants/${i}/${field}`)),
    );
    // One party after the other.
    const parties = jointly(undefined).map(({ pointer }) => Number(pointer.split('/')[3]));
    expect(parties).toEqual([0, 1, 2].flatMap((i) => Array.from({ length: 12 }, () => i)));
  });
});

it('every field that a pack can ask for has a place, and is missed there', () => {
  const name = { zh: '栏目', en: 'field' };
  const fields = Object.fromEntries(
    [...formFields].map((id) => [id, { name, required: true, hint: name, source: 'N1' }]),
  );
  const pack = { types: [{ id: 'TRANSFER', fields: [...formFields] }], fields } as unknown as RulePack;
  const particulars = { type: 'TRANSFER' } as FiledContent['particulars'];
  const missing = missingFields(pack, 'TRANSFER', { rights: [], jointApplicants: [], particulars }, {});
  expect(new Set(missing.map(({ id }) => id))).toEqual(formFields);
});
