import { rulePack } from '@app/rulepacks';
import { rightKinds, sourceKinds } from '@app/sdk';
import fc from 'fast-check';
import { questionsFor } from './application-rules.js';
import { takenOverMaterials, upgradeFaults } from './upgrade-rules.js';
import { content as filed } from '../../test/support/application-states.js';

const pack = rulePack('CN-PROPERTY-2026');
const now = new Date('2026-08-03T02:00:00Z');
const content = { ...filed, upgradeOf: 'fct_1', resourceId: 'res_1' };
const upgraded = {
  state: 'RECORDED',
  holderId: 'org_1',
  resourceId: 'res_1',
  rights: ['HOLD', 'USE'],
  validFrom: '2026-01-01T00:00:00.000Z',
  validTo: '2027-01-01T00:00:00.000Z',
  verification: null,
} as Parameters<typeof upgradeFaults>[3];
const faults = (changes: object, of = content, type = 'INITIAL', when = now) =>
  upgradeFaults(of, type, 'org_1', { ...upgraded!, ...changes }, when).map(({ en }) => en);
const examined = (reviewItems: readonly string[]) =>
  ({ ...upgraded!, verification: { reviewItems } }) as Parameters<typeof takenOverMaterials>[2];

describe('a simplified upgrade (N1 §41)', () => {
  it('rests on a recorded certificate in force, of the same holder and data', () => {
    expect(faults({})).toEqual([]);
    for (const state of ['SUBMITTED', 'VERIFIED', 'REJECTED', 'ENDED', 'LAPSED'] as const)
      expect(faults({ state })).toEqual(['it is not recorded, or not in force']);
    expect(faults({ holderId: 'org_2' })).toEqual(['the applicant does not hold it']);
    expect(faults({ resourceId: 'res_2' })).toEqual(['it is of other data']);
    expect(faults({}, content, 'CHANGE')).toEqual(['only an initial registration upgrades']);
    expect(upgradeFaults(content, 'INITIAL', 'org_1', null, now).map(({ en }) => en)).toEqual([
      'there is no such certificate',
    ]);
  });

  it('is in force from its first to its last moment, or without an end', () => {
    const [from, to] = [new Date(upgraded!.validFrom), new Date(upgraded!.validTo!)];
    const moved = (time: Date, ms: number) => new Date(time.getTime() + ms);
    expect(faults({}, content, 'INITIAL', from)).toEqual([]);
    expect(faults({}, content, 'INITIAL', to)).toEqual([]);
    expect(faults({}, content, 'INITIAL', moved(from, -1))).toHaveLength(1);
    expect(faults({}, content, 'INITIAL', moved(to, 1))).toHaveLength(1);
    expect(faults({ validTo: null }, content, 'INITIAL', new Date('2099-01-01'))).toEqual([]);
  });

  it('claims no right that is not certified', () => {
    fc.assert(
      fc.property(fc.subarray([...rightKinds]), fc.subarray([...rightKinds]), (claimed, certified) => {
        const rights = claimed.map((right) => ({ right, termYears: null, limits: '' }));
        const exceeds = claimed.some((right) => !certified.includes(right));
        const expected = exceeds ? ['more rights are claimed than it certifies'] : [];
        expect(faults({ rights: certified }, { ...content, rights })).toEqual(expected);
      }),
    );
  });

  it('is none where none is asked for', () => {
    const { upgradeOf: _, ...plain } = content;
    expect(upgradeFaults(plain, 'CHANGE', 'org_1', null, now)).toEqual([]);
  });
});

describe('what an examination elsewhere takes the place of', () => {
  it.each(sourceKinds)('is the material of an area of which every question was examined: %s', (source) => {
    const asked = questionsFor(pack, source);
    const of = (area: string) => asked.filter((question) => question.area === area).map(({ id }) => id);
    const [description, origin] = [of('DESCRIPTION'), of('SOURCE')];
    const taken = (items: readonly string[]) => takenOverMaterials(pack, source, examined(items)).toSorted();
    expect(taken([])).toEqual([]);
    expect(taken(description)).toEqual(['description', 'sample']);
    expect(taken(origin)).toEqual(['acquisition']);
    expect(taken(asked.map(({ id }) => id))).toEqual(['acquisition', 'description', 'sample']);
    for (const id of description) expect(taken(description.filter((one) => one !== id))).toEqual([]);
    for (const id of origin) expect(taken(origin.filter((one) => one !== id))).toEqual([]);
  });

  it('is nothing where nothing was examined, or nothing is asked', () => {
    expect(takenOverMaterials(pack, 'COLLECTED', null)).toEqual([]);
    expect(takenOverMaterials(pack, 'COLLECTED', upgraded)).toEqual([]);
    expect(takenOverMaterials({ ...pack, reviewChecklist: [] }, 'COLLECTED', examined([]))).toEqual([]);
  });
});
