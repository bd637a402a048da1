import { cnProperty2026 } from './cn-property-2026/index.js';
import {
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
  ])('refuse %s', (_name, change, message) => {
    expect(without(change).error?.issues.map((issue) => issue.message)).toContain(message);
  });

  it('refuse a rule without source and a text in one language', () => {
    expect(without((p) => Reflect.deleteProperty(p.grounds[0]!, 'source')).success).toBe(false);
    expect(without((p) => Reflect.deleteProperty(p.name, 'en')).success).toBe(false);
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
