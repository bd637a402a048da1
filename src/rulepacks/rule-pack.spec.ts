import { rulePack, type RulePack as Pack } from '@app/rulepacks';
import { rulePackStates } from '@app/sdk';
import type { Actor } from '../platform/context.js';
import { eventType, revive } from '../platform/event.js';
import { Refusal } from '../platform/refusal.js';
import { mustBeRulePack } from './proposed-pack.js';
import { RulePack, rulePackMachine, type RulePackAction, type RulePackState } from './rule-pack.js';

const now = new Date('2026-11-02T02:00:00.000Z');
const today = '2026-11-02';
const person = (id: string, orgId = 'org_authority'): Actor => ({ id, orgId, roles: [] });
const maker = person('per_maker', 'org_registrar');
const checker = person('per_checker');

const shipped = rulePack('CN-PROPERTY-2026');
const next = (changes: object = {}): Pack => ({
  ...structuredClone(shipped),
  version: '1.1.0',
  effectiveFrom: '2026-12-01',
  ...changes,
});
const propose = (document = next()): RulePack =>
  RulePack.propose({ document, documentSha256: 'a'.repeat(64) }, '修订', maker, now);
const acts: Record<RulePackAction, (pack: RulePack, actor?: Actor) => void> = {
  approve: (pack, actor = checker) => pack.approve('一致', actor, now),
  reject: (pack, actor = checker) => pack.reject('不一致', actor, now),
  publish: (pack, actor = checker) => pack.bringIntoForce('公布', actor, now, today),
  withdraw: (pack, actor = maker) => pack.withdraw('撤回', actor, now),
};
const paths: Record<RulePackState, RulePackAction[]> = {
  PROPOSED: [],
  REVIEWED: ['approve'],
  REJECTED: ['reject'],
  PUBLISHED: ['approve', 'publish'],
  WITHDRAWN: ['withdraw'],
};
const into = (state: RulePackState): RulePack => {
  const pack = propose();
  for (const action of paths[state]) acts[action](pack);
  return pack;
};
const codeOf = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    return error instanceof Refusal ? error.code : error;
  }
  return 'done';
};

const actions = Object.keys(rulePackMachine.transitions) as RulePackAction[];
it.each(rulePackMachine.states.flatMap((state) => actions.map((action) => ({ state, action }))))(
  '$state: $action',
  ({ state, action }) => {
    const pack = into(state);
    const { from, to } = rulePackMachine.transitions[action];
    const allowed = (from as readonly string[]).includes(state);
    expect(codeOf(() => acts[action](pack))).toBe(allowed ? 'done' : 'illegal-transition');
    expect(pack.state).toBe(allowed ? to : state);
  },
);

it.each(rulePackMachine.states)('%s is what its events fold to', (state) => {
  const pack = into(state);
  const folded = new RulePack();
  for (const event of pack.getUncommittedEvents()) folded.apply(revive(eventType(event), JSON.stringify(event)), true);
  pack.uncommit();
  expect(folded).toEqual(pack);
});

it('has the states of its interface', () => {
  expect([...rulePackMachine.states].toSorted()).toEqual([...rulePackStates].toSorted());
});

it('is reviewed and published by another person than its proposer, and withdrawn only by the organisation that proposed it', () => {
  for (const action of ['approve', 'reject', 'publish'] as const)
    expect(codeOf(() => acts[action](into(action === 'publish' ? 'REVIEWED' : 'PROPOSED'), maker))).toBe('same-person');
  expect(codeOf(() => acts.withdraw(propose(), checker))).toBe('not-your-organisation');
});

it('takes effect today or later', () => {
  const told = (effectiveFrom: string | null) => {
    const pack = propose(next({ effectiveFrom }));
    acts.approve(pack);
    return codeOf(() => acts.publish(pack));
  };
  expect(['2026-11-01', '2026-11-02', '2026-11-03', null].map(told)).toEqual([
    'rule-packs/too-late',
    'done',
    'done',
    'done',
  ]);
});

describe('what is handed in', () => {
  const refused = (given: unknown): unknown => {
    try {
      mustBeRulePack(given, today);
    } catch (error) {
      const { code, faults } = error as Refusal;
      return code === 'invalid-request' ? faults.map(({ pointer }) => pointer) : code;
    }
    return 'taken';
  };

  it('is taken when it is a higher version of its regime, or a new regime', () => {
    expect(refused(next())).toBe('taken');
    expect(refused(next({ effectiveFrom: today }))).toBe('taken');
    expect(refused(next({ id: 'TEST-NEW', version: '0.0.1', regime: 'E' }))).toBe('taken');
    expect(mustBeRulePack(next(), today).documentSha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, object, unknown]>([
    ['an unknown member', { surprise: 1 }, ['/pack/surprise']],
    ['a version that is none', { version: '1.1' }, ['/pack/version']],
    ['a day that is past', { effectiveFrom: '2026-11-01' }, ['/pack/effectiveFrom']],
    ['a day that is none', { effectiveFrom: '2026-13-01' }, ['/pack/effectiveFrom']],
    [
      'another regime under the same id',
      { regime: 'B', jurisdiction: 'CN-GD' },
      ['/pack/regime', '/pack/jurisdiction'],
    ],
    ['no ground to refuse', { grounds: [] }, expect.arrayContaining(['/pack/reviewChecklist/0/onFail'])],
    [
      'no time of notice',
      { noticePolicy: { ...shipped.noticePolicy, deadline: 'A-CORRECT' } },
      ['/pack/noticePolicy/deadline'],
    ],
    ['the version that is there', { version: '1.0.0' }, 'rule-packs/version-not-higher'],
    ['an earlier version', { version: '0.9.9' }, 'rule-packs/version-not-higher'],
    ['too much', { name: { zh: '名'.repeat(100_000), en: 'x' } }, ['/pack']],
  ])('is refused with %s', (_name, changes, expected) => {
    expect(refused(next(changes))).toEqual(expected);
  });

  it('is refused with both languages at each place', () => {
    try {
      mustBeRulePack(next({ nature: { ...shipped.nature, source: 'N9 §1' }, types: [] }), today);
      throw new Error('taken');
    } catch (error) {
      const { faults } = error as Refusal;
      expect(faults.length).toBeGreaterThan(0);
      for (const { zh, en } of faults) expect([/[\u4e00-\u9fff]/.test(zh), en.length > 3]).toEqual([true, true]);
    }
  });
});
