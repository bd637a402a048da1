import { applicationTypes, DeclareResourceBody, FileApplicationBody, type ApplicationType } from '@app/sdk';
import { asked, body, declaration } from '../../test/support/application-states.js';

describe('what can be no value of a field is refused at once, in a draft too', () => {
  const filing = (type: ApplicationType) => {
    const { regime, registrarId, materials, applicants } = body;
    return type === 'INITIAL' ? body : { ...asked[type], regime, registrarId, materials, applicants };
  };
  const refusedAt = (parsed: { error?: { issues: { path: PropertyKey[] }[] } | undefined }) =>
    parsed.error?.issues.map(({ path }) => path.join('.')) ?? [];
  const longer = (n: number) => '长'.repeat(n + 1);

  it.each<[string, unknown]>([
    ['name', longer(200)],
    ['name', '甲\u0000'],
    ['kind', 'ROBOT'],
    ['kind', undefined],
    ['idNumber', longer(60)],
    ['contact', longer(120)],
    ['phone', '12345678'],
    ['phone', '电话'],
    ['address', longer(400)],
    ['operatingStatus.legalRepresentative', longer(120)],
    ['operatingStatus.registeredOn', '2026-13-01'],
    ['operatingStatus.registeredAddress', longer(400)],
    ['operatingStatus.term', longer(120)],
    ['operatingStatus.scope', longer(2000)],
    ['operatingStatus.existence', 7],
    ['fax', '020-00000000'],
  ])('in a block: %s', (field, value) => {
    for (const type of applicationTypes) {
      const given = structuredClone(filing(type)) as { applicants: object[] };
      expect(FileApplicationBody.safeParse(given).success).toBe(true);
      const [key, part] = field.split('.') as [string, string?];
      const one = given.applicants[0] as Record<string, unknown>;
      if (part) Object.assign(one[key] as object, { [part]: value });
      else one[key] = value;
      const [at] = refusedAt(FileApplicationBody.safeParse(given));
      expect(at).toBe(field === 'fax' ? 'applicants.0' : `applicants.0.${field}`);
    }
  });

  it.each<[string, object]>([
    ['name', { name: longer(40) }],
    ['name', { name: '' }],
    ['abstract', { abstract: longer(400) }],
    ['industry.section', { industry: { section: 'Z', text: '演示' } }],
    ['industry.text', { industry: { section: 'I', text: '' } }],
    ['sourceKind', { sourceKind: 'FOUND' }],
    ['regionLevel', { regionLevel: 'MOON' }],
    ['regionText', { regionText: '' }],
    ['timeFrom', { timeFrom: '2026-02-30' }],
    ['timeTo', { timeTo: '2024-12-31' }],
    ['updateFrequency', { updateFrequency: 'NEVER' }],
    ['form.media', { form: { media: [], structure: 'STRUCTURED' } }],
    ['form.structure', { form: { media: ['TABLE'], structure: 'ROUND' } }],
    ['restriction', { restriction: '' }],
    ['fileId', { fileId: 'data.csv' }],
  ])('of the data: %s', (field, changes) => {
    expect(refusedAt(DeclareResourceBody.safeParse(declaration))).toEqual([]);
    expect(refusedAt(DeclareResourceBody.safeParse({ ...declaration, ...changes }))).toContain(field);
  });

  it.each<[ApplicationType, string, unknown]>([
    ['INITIAL', 'rights', [{ right: 'SELL' }]],
    ['TRANSFER', 'rights', []],
    ['TRANSFER', 'dataScope', ''],
    ['TRANSFER', 'useScope', longer(400)],
    ['TRANSFER', 'transfereeId', '乙'],
    ['CHANGE', 'items', []],
    ['CHANGE', 'certificateNumber', ''],
    ['RENEWAL', 'years', 0],
    ['RENEWAL', 'rights', ['HOLD', 'HOLD']],
    ['CANCELLATION', 'groundCode', ''],
    ['CANCELLATION', 'reason', longer(1000)],
  ])('%s: %s', (type, field, value) => {
    const [at] = refusedAt(FileApplicationBody.safeParse({ ...filing(type), [field]: value }));
    expect(at?.startsWith(field)).toBe(true);
  });
});
