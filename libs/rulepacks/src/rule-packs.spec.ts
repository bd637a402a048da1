import { cnProperty2026 } from './cn-property-2026/index.js';
import {
  addRulePack,
  compareVersions,
  fitnessFaults,
  packInForce,
  rightsAllowed,
  rulePack,
  RulePack,
  rulePackJsonSchema,
  rulePacks,
  workingDays,
  type RulePackError,
  type RulePackErrorCode,
  type RulePackSource,
} from './index.js';

const pack = rulePack('CN-PROPERTY-2026');
const code = (act: () => unknown): RulePackErrorCode | undefined => {
  try {
    act();
  } catch (error) {
    return (error as RulePackError).code;
  }
  return undefined;
};
const without = (change: (source: RulePackSource) => void) => {
  const copy = structuredClone(cnProperty2026);
  change(copy);
  return RulePack.safeParse(copy);
};

describe('the packs', () => {
  it('are found by id and version, and cannot be changed', () => {
    expect(rulePack('CN-PROPERTY-2026', pack.version)).toBe(pack);
    expect(code(() => rulePack('CN-PROPERTY-2026', '0.0.1'))).toBe('unknown-pack');
    expect(code(() => rulePack('NO-SUCH'))).toBe('unknown-pack');
    expect(rulePacks.map(({ id }) => id)).toContain('CN-PROPERTY-2026');
    expect(() => Object.assign(pack.deadlines['A-ACCEPT']!, { source: 'x' })).toThrow(TypeError);
  });

  it.each<[string, (source: RulePackSource) => void, string]>([
    ['an unknown material', (p) => p.types[0]!.materials!.push('blood'), 'blood is not defined'],
    ['an unknown field', (p) => p.types[0]!.fields!.push('data.smell'), 'data.smell is not defined'],
    [
      'an unknown ground of the checklist',
      (p) => p.reviewChecklist[0]!.onFail.grounds.push('A-Q1'),
      'A-Q1 is not defined',
    ],
    ['an unknown ground of a right', (p) => (p.rights![0]!.ground = 'A-Q1'), 'A-Q1 is not defined'],
    [
      'a bar without ground',
      (p) => delete p.rights!.find((row) => row.registrable === false)!.ground,
      'a bar to registration needs a ground',
    ],
    ['an unknown deadline', (p) => (p.noticePolicy.deadline = 'A-Q1'), 'A-Q1 is not defined'],
    ['an unknown window', (p) => (p.validityPolicy.renewal.window = 'A-Q1'), 'A-Q1 is not defined'],
    ['an unknown committee deadline', (p) => (p.committeePolicy.deadline = 'A-Q1'), 'A-Q1 is not defined'],
    [
      'an extension of nothing',
      (p) => Object.assign(p.deadlines['A-EXTEND']!, { extends: 'A-Q1' }),
      'A-Q1 is not defined',
    ],
    ['an unknown ground of the notice', (p) => (p.noticePolicy.objection.ifUpheld = 'A-Q1'), 'A-Q1 is not defined'],
    ['an unknown ground of lapse', (p) => (p.validityPolicy.renewal.ifMissed = 'A-Q1'), 'A-Q1 is not defined'],
    ['an unknown ground of veto', (p) => (p.committeePolicy.panel!.vetoOn = 'A-Q1'), 'A-Q1 is not defined'],
    ['a ground twice', (p) => p.grounds.push(p.grounds[0]!), 'A-R1 is there twice'],
    ['a source that is not listed', (p) => (p.nature.source = 'N7 §1'), 'N7 §1 is not among the sources'],
    [
      'one of two sources not listed',
      (p) => (p.grounds[0]!.source = 'N1 §22; N9 §1'),
      'N9 §1 is not among the sources',
    ],
    [
      'a second clock that starts with the submission',
      (p) => Object.assign(p.deadlines['A-NOTICE']!, { start: 'SUBMISSION' }),
      'A-ACCEPT starts with SUBMISSION already',
    ],
    ['a remark twice', (p) => p.remarks.push(p.remarks[0]!), 'AGREED_LIMIT is there twice'],
    ['a pattern that is none', (p) => (p.numbering.pattern = '('), 'is no regular expression'],
    ['an end before the beginning', (p) => (p.effectiveTo = '2026-06-30'), 'is before effectiveFrom'],
    ['one in force without a day of effect', (p) => (p.effectiveFrom = null), 'only a draft has no day of effect'],
    [
      'a duty without its deadline',
      (p) => (p.duties = [{ id: 'X', name: p.name, text: p.name, deadline: 'A-Q1', source: 'PROP' }]),
      'A-Q1 is not defined',
    ],
    ['a renewal of unknown length', (p) => (p.validityPolicy.renewal.validity = 'A-Q1'), 'A-Q1 is not defined'],
  ])('refuse %s', (_name, change, message) => {
    expect(without(change).error?.issues.map((issue) => issue.message)).toContain(message);
  });

  it('refuse a rule without source and a text in one language', () => {
    expect(without((p) => Reflect.deleteProperty(p.grounds[0]!, 'source')).success).toBe(false);
    expect(without((p) => Reflect.deleteProperty(p.name, 'en')).success).toBe(false);
  });

  it('promise no policy of numbers that the platform does not follow', () => {
    const same = without((p) => Object.assign(p.numbering.newVersion, { policy: 'SAME_NUMBER' }));
    expect(same.error?.issues.map(({ path }) => path.join('.'))).toEqual(['numbering.newVersion.policy']);
  });

  it('can carry another regime: other lengths, a query code, and what is not published', () => {
    const other = without((p) => {
      Object.assign(p, {
        id: 'TEST-OTHER',
        regime: 'B',
        version: '0.1.0',
        effectiveFrom: null,
        status: 'DRAFT',
        rights: null,
      });
      const wd = (count: number | null) => ({ ...p.deadlines['A-NOTICE']!, length: { count, unit: 'wd' } });
      Object.assign(p.deadlines, { 'A-NOTICE': wd(10), 'A-REVIEW': wd(20), 'A-ACCEPT': wd(null) });
      p.types[0]!.materials = null;
      p.noticePolicy.contents = null;
      p.noticePolicy.waiver.allowed = null;
      p.validityPolicy = { ...p.validityPolicy, from: 'CODING', cappedByAgreement: true };
      Object.assign(p.numbering, {
        kind: 'QUERY_CODE',
        length: null,
        pattern: null,
        capacityPerMonth: null,
        example: null,
      });
      p.committeePolicy = { mode: 'NEVER', triggers: [], deadline: null, panel: null, source: 'PROP' };
      p.retention.registrationYears = null;
    });
    expect(other.error).toBeUndefined();
    expect(workingDays(other.data!, 'A-NOTICE')).toBe(10);
    expect(code(() => workingDays(other.data!, 'A-ACCEPT'))).toBe('not-published');
    expect(code(() => rightsAllowed(other.data!, 'DERIVED'))).toBe('not-published');
  });

  it('have a JSON Schema', () => {
    const schema = rulePackJsonSchema();
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      additionalProperties: false,
    });
    expect(schema.required).toEqual(
      expect.arrayContaining(['deadlines', 'grounds', 'noticePolicy', 'numbering', 'retention']),
    );
  });
});

describe('versions', () => {
  const version = (number: string, changes: Partial<RulePackSource> = {}): RulePack =>
    RulePack.parse({ ...structuredClone(cnProperty2026), id: 'TEST-VERSIONS', version: number, ...changes });

  it('are compared as numbers', () => {
    const sorted = ['1.10.0', '1.9.9', '2.0.0', '1.9.10', '0.0.1'].toSorted(compareVersions);
    expect(sorted).toEqual(['0.0.1', '1.9.9', '1.9.10', '1.10.0', '2.0.0']);
    expect(compareVersions('1.0.0', '1.0.0')).toBe(0);
  });

  it('stand newest first, each once, whatever the order in which they come; none disturbs another regime', () => {
    const before = rulePacks.map(({ id, version: v }) => `${id}@${v}`);
    for (const number of ['1.9.0', '1.10.0', '1.2.0', '1.9.0']) addRulePack(version(number));
    const mine = rulePacks.filter(({ id }) => id === 'TEST-VERSIONS').map(({ version: v }) => v);
    expect(mine).toEqual(['1.10.0', '1.9.0', '1.2.0']);
    expect(rulePacks.map(({ id, version: v }) => `${id}@${v}`).slice(0, before.length)).toEqual(before);
    expect(rulePack('TEST-VERSIONS').version).toBe('1.10.0');
    expect(() => Object.assign(rulePack('TEST-VERSIONS').name, { zh: 'x' })).toThrow(TypeError);
  });

  it('take effect on their day, and none that was replaced comes back', () => {
    const id = 'TEST-EFFECT';
    const on = (day: string) => packInForce(id, day)?.version;
    addRulePack(version('1.0.0', { id, effectiveFrom: '2027-01-01' }));
    addRulePack(version('1.1.0', { id, effectiveFrom: '2027-03-01', effectiveTo: '2027-06-30' }));
    addRulePack(version('1.2.0', { id, effectiveFrom: null, status: 'DRAFT' }));
    expect(['2026-12-31', '2027-01-01', '2027-02-28'].map(on)).toEqual([undefined, '1.0.0', '1.0.0']);
    expect(['2027-03-01', '2027-06-30', '2027-07-01'].map(on)).toEqual(['1.1.0', '1.1.0', undefined]);
    addRulePack(version('2.0.0', { id, effectiveFrom: '2027-05-01', status: 'LAPSED' }));
    expect(['2027-04-30', '2027-05-01'].map(on)).toEqual(['1.1.0', undefined]);
    expect(packInForce('TEST-NONE', '2027-01-01')).toBeUndefined();
  });

  it('in force need the numbers and grounds by which an application runs', () => {
    const told = (changes: (source: RulePackSource) => void) => {
      const source = structuredClone(cnProperty2026);
      changes(source);
      return fitnessFaults(RulePack.parse(source)).map(({ path, message }) => `${path.join('/')} ${message}`);
    };
    expect(told(() => undefined)).toEqual([]);
    const unknown = { kind: 'UNPUBLISHED' as const, name: pack.name, source: 'N1' };
    expect(
      told((p) => {
        for (const id of ['A-ACCEPT', 'A-REVIEW', 'A-EXTEND', 'A-NOTICE', 'A-VALID']) p.deadlines[id] = unknown;
        p.types.shift();
      }),
    ).toEqual([
      'deadlines a pack in force gives the working days after SUBMISSION',
      'deadlines a pack in force gives the working days after ACCEPTANCE',
      'noticePolicy/deadline a pack in force gives working days',
      'validityPolicy/deadline a pack in force gives months or years',
      'types a pack in force has the type INITIAL',
    ]);
    for (const [code, kind] of [
      ['A-N1', 'CORRECTION'],
      ['A-T1', 'TERMINATE'],
    ])
      expect(
        told((p) => {
          p.grounds.find((ground) => ground.code === code)!.kinds = ['RECTIFY'];
        }),
      ).toContain(`grounds a pack in force has a ground to ${kind}`);
    expect(
      told((p) => {
        p.fields['data.colour'] = p.fields['data.name']!;
        p.types[0]!.fields!.push('data.colour');
      }),
    ).toEqual([`types/0/fields/${pack.types[0]!.fields!.length} no form of this platform has the field data.colour`]);
    expect(
      told((p) => {
        p.deadlines['A-NOTICE'] = unknown;
        p.status = 'LAPSED';
      }),
    ).toEqual([]);
  });
});
