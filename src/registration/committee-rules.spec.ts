import { rulePack, RiskFlag, type RulePack } from '@app/rulepacks';
import {
  committeeTriggers,
  conditionRemarks,
  mustBeHeard,
  opinionDue,
  requestOf,
  type RiskFacts,
} from './committee-rules.js';
import type { SealedResolution } from './application-record.js';

const pack = rulePack('CN-PROPERTY-2026');
const quiet: RiskFacts = {
  personalInfo: 'NONE',
  grade: 'GENERAL_4',
  isPublicData: false,
  rightsSituation: 'SELF_GENERATED',
};
const content = {} as Parameters<typeof committeeTriggers>[2];
const now = new Date('2026-07-06T02:00:00Z');
const withMode = (mode: RulePack['committeePolicy']['mode']) => ({
  ...pack,
  committeePolicy: { ...pack.committeePolicy, mode },
});
const opinion = (changes: Partial<SealedResolution>): SealedResolution => ({
  caseId: 'case_1',
  opinion: 'PASS',
  groundCode: null,
  reasons: 'why',
  conditions: [],
  resolutionHash: 'a'.repeat(64),
  at: now.toISOString(),
  triggers: ['PERSONAL_INFORMATION'],
  ...changes,
});

describe('what the committee is asked about', () => {
  it.each<[string, Partial<RiskFacts>, object, boolean]>([
    ['PERSONAL_INFORMATION', { personalInfo: 'PI' }, {}, false],
    ['PERSONAL_INFORMATION', { personalInfo: 'SENSITIVE' }, {}, false],
    ['IMPORTANT_DATA_SUSPECTED', { grade: 'IMPORTANT' }, {}, false],
    ['IMPORTANT_DATA_SUSPECTED', { grade: 'CORE' }, {}, false],
    ['PUBLIC_DATA', { isPublicData: true }, {}, false],
    ['PUBLIC_DATA', { rightsSituation: 'AUTHORISED_OPERATION_PRODUCT' }, {}, false],
    ['FUSED_WITHOUT_CONTRACT', { rightsSituation: 'FUSED_SILENT' }, {}, false],
    ['CROSS_BORDER', {}, { crossBorder: true }, false],
    ['OBJECTION_PARTLY_UPHELD', {}, {}, true],
  ])('%s: %j %j', (trigger, facts, told, partly) => {
    expect(committeeTriggers(pack, { ...quiet, ...facts }, { ...content, ...told }, partly)).toEqual([trigger]);
    expect(committeeTriggers(withMode('NEVER'), { ...quiet, ...facts }, { ...content, ...told }, partly)).toEqual([]);
    const fewer = { ...pack, committeePolicy: { ...pack.committeePolicy, triggers: [] } };
    expect(committeeTriggers(fewer, { ...quiet, ...facts }, { ...content, ...told }, partly)).toEqual([]);
  });

  it('is nothing where there is no risk, unless the regime wants it always', () => {
    expect(committeeTriggers(pack, { ...quiet, personalInfo: 'ANONYMISED' }, content, false)).toEqual([]);
    expect(committeeTriggers(withMode('ALWAYS'), quiet, content, false)).toEqual(['ALWAYS']);
  });

  it('covers every risk that a pack may name', () => {
    expect([...pack.committeePolicy.triggers].toSorted()).toEqual([...RiskFlag.options].toSorted());
  });
});

describe('a review does not pass', () => {
  const code = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return (error as { code?: string }).code;
    }
    return undefined;
  };
  const triggers = ['PERSONAL_INFORMATION'];

  it.each<[string, SealedResolution | null, string | undefined]>([
    ['without an opinion', null, 'registration/committee-needed'],
    ['with a return', opinion({ opinion: 'RETURN_FOR_SUPPLEMENT' }), 'registration/committee-needed'],
    ['with an opinion on something else', opinion({ triggers: ['PUBLIC_DATA'] }), 'registration/committee-needed'],
    ['unless it was favourable', opinion({}), undefined],
    ['or favourable with conditions', opinion({ opinion: 'PASS_WITH_CONDITIONS' }), undefined],
  ])('%s', (_name, resolution, expected) => {
    expect(code(() => mustBeHeard(triggers, resolution))).toBe(expected);
    expect(code(() => mustBeHeard([], resolution))).toBeUndefined();
  });
});

describe('the opinion', () => {
  it('is due within five working days, and never after the review', () => {
    expect(opinionDue(pack, now, new Date('2026-07-20T15:59:59.999Z'))).toBe('2026-07-13T15:59:59.999Z');
    expect(opinionDue(pack, now, new Date('2026-07-08T15:59:59.999Z'))).toBe('2026-07-08T15:59:59.999Z');
  });

  it('has no date where none is published', () => {
    expect(opinionDue({ ...pack, committeePolicy: { ...pack.committeePolicy, deadline: null } }, now, now)).toBeNull();
    const rule = pack.deadlines['A-COMMITTEE']!;
    const unknown = { ...pack, deadlines: { 'A-COMMITTEE': { ...rule, length: { count: null, unit: 'wd' } } } };
    expect(opinionDue(unknown as RulePack, now, now)).toBeNull();
  });

  it('asks for its conditions when it returns the application, by the last of their dates, or for its reasons', () => {
    const conditions = [
      { text: 'a', dueAt: '2026-07-09T16:00:00.000Z' },
      { text: 'b', dueAt: '2026-07-08T16:00:00.000Z' },
    ];
    expect(requestOf(opinion({ conditions }), now)).toEqual({
      items: ['a', 'b'],
      dueAt: '2026-07-09T16:00:00.000Z',
    });
    expect(requestOf(opinion({}), now)).toEqual({ items: ['why'], dueAt: '2026-07-13T15:59:59.999Z' });
  });

  it('leaves its conditions on the register', () => {
    const conditions = [{ text: '脱敏', dueAt: '2026-08-01T15:59:59.999Z' }];
    const remarks = conditionRemarks(pack, opinion({ opinion: 'PASS_WITH_CONDITIONS', conditions }));
    expect(remarks).toEqual([{ kind: 'OTHER', text: '脱敏 (期限 due 2026-08-01)' }]);
    expect(conditionRemarks(pack, opinion({ conditions }))).toEqual([]);
    expect(conditionRemarks(pack, null)).toEqual([]);
  });
});
