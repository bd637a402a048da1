import { addMonths } from '@app/calendar';
import { rulePack } from '@app/rulepacks';
import {
  applicationTypes,
  certificateStates,
  changeableFields,
  ChangeItem,
  rightKinds,
  type ClaimedRight,
  type Particulars,
} from '@app/sdk';
import fc from 'fast-check';
import { outcomeOf, renewalWindow, standsAgainst, typeRules, type Stage, type TypeFacts } from './application-types.js';
import type { RegisteredResource } from './application-events.js';
import type { Prior } from './prior-certificate.js';

const [A, B] = [rulePack('CN-PROPERTY-2026'), rulePack('CN-PUBLIC-2025')];
const at = (local: string) => new Date(`${local}+08:00`);
const now = at('2026-08-03T10:00');
const data = {
  name: '演示数据',
  abstract: '演示',
  sourceKind: 'COLLECTED',
  timeFrom: '2025-01-01',
  timeTo: '2025-12-31',
} as RegisteredResource;
const right = (kind: ClaimedRight['right']): ClaimedRight => ({ right: kind, termYears: null, limits: '' });
const prior = (changes: Partial<Prior> = {}, held: readonly ClaimedRight[] = rightKinds.map(right)): Prior => ({
  id: 'cert_1',
  number: 'SJ4412026070001',
  status: 'ACTIVE',
  holderId: 'org_1',
  registrarId: 'org_9',
  resourceId: 'res_1',
  validFrom: at('2026-07-14T00:00'),
  validTo: at('2027-01-31T12:00'),
  ended: null,
  replacedBy: null,
  transferee: { id: 'org_2', name: '受让方', uscc: '', status: 'ACTIVE' },
  subject: {
    holder: { name: '转让方', uscc: '' },
    data,
    rights: held,
    restriction: '无',
    scenario: '交通规划',
    remarks: [],
    rulePack: 'CN-PROPERTY-2026@1.0.0',
  },
  ...changes,
});
const certificateNumber = prior().number;
const asked: { readonly [T in Particulars['type']]: Extract<Particulars, { type: T }> } = {
  TRANSFER: {
    type: 'TRANSFER',
    certificateNumber,
    transfereeId: 'org_2',
    rights: ['USE'],
    dataScope: '全部',
    useScope: '境内',
  },
  CHANGE: {
    type: 'CHANGE',
    certificateNumber,
    items: [{ field: 'scenario', before: '交通规划', after: '信贷', reason: '变化' }],
  },
  CORRECTION: {
    type: 'CORRECTION',
    certificateNumber,
    items: [{ field: 'name', before: '演示数据', after: '更正', reason: '有误' }],
  },
  RENEWAL: { type: 'RENEWAL', certificateNumber, years: 1, rights: ['HOLD'] },
  CANCELLATION: { type: 'CANCELLATION', certificateNumber, groundCode: 'A-C1', reason: '申请' },
};
const followUps = Object.keys(asked) as Particulars['type'][];
const facts = (particulars: Particulars, changes: Partial<TypeFacts> = {}): TypeFacts => ({
  rulePack: 'CN-PROPERTY-2026@1.0.0',
  content: {
    resourceId: 'res_1',
    rights: [],
    scenario: '',
    materials: [],
    validityYears: 1,
    proofs: { contractRights: [], consentOfOthers: false, publicPlatformRegistration: false },
    particulars,
  },
  applicantId: 'org_1',
  registrarId: 'org_9',
  submittedAt: null,
  joined: {},
  ...changes,
});
const against = (given: TypeFacts, before: Prior, stage: Stage = 'REGISTRATION', when = now) =>
  standsAgainst(given, before, when, stage).map(({ pointer }) => pointer);

describe('the table of types', () => {
  it('has a row for everything that may be filed upon a certificate', () => {
    expect(new Set(['INITIAL', ...Object.keys(typeRules)])).toEqual(new Set(applicationTypes));
  });

  it.each(followUps)('%s: nothing stands against what fits', (type) => {
    expect(against(facts(asked[type]), prior())).toEqual([]);
  });

  it.each(followUps.flatMap((type) => certificateStates.map((status) => [type, status] as const)))(
    '%s of a certificate that is %s',
    (type, status) => {
      const fits = ['ACTIVE', 'OBJECTED'].includes(status);
      for (const stage of ['SUBMISSION', 'REGISTRATION'] as const) {
        const inWindow = at('2027-01-04T10:00');
        const found = against(facts(asked[type]), prior({ status }), stage, inWindow);
        expect(found).toEqual(fits ? [] : ['/content/certificateNumber']);
      }
    },
  );

  it.each(followUps)('%s: of another holder, replaced already, or past its term (INV-07)', (type) => {
    for (const changes of [{ holderId: 'org_3' }, { replacedBy: 'app_2' }, { validTo: now }])
      expect(against(facts(asked[type]), prior(changes))).toContain('/content/certificateNumber');
  });

  it('only a renewal that was submitted in time outlives the end of the term', () => {
    const lapsed = prior({ status: 'EXPIRED', ended: { at: now.toISOString(), groundCode: 'A-X1', text: '' } });
    const byRegistrar = prior({ status: 'CANCELLED', ended: { at: now.toISOString(), groundCode: 'B-C5', text: '' } });
    const submitted = { submittedAt: at('2026-08-01T10:00') };
    const publicData = { ...submitted, rulePack: 'CN-PUBLIC-2025@1.0.0' };
    expect(against(facts(asked.RENEWAL, submitted), lapsed)).toEqual([]);
    expect(against(facts(asked.RENEWAL, publicData), byRegistrar)).toEqual([]);
    expect(against(facts(asked.RENEWAL, submitted), byRegistrar)).not.toEqual([]);
    expect(against(facts(asked.RENEWAL), lapsed)).not.toEqual([]);
    for (const type of followUps.filter((one) => one !== 'RENEWAL'))
      expect(against(facts(asked[type], submitted), lapsed)).not.toEqual([]);
  });
});

describe('a transfer (INV-07)', () => {
  const held = fc
    .uniqueArray(
      fc.record({
        right: fc.constantFrom(...rightKinds),
        termYears: fc.option(fc.integer({ min: 1, max: 100 })),
        limits: fc.string(),
      }),
      { selector: ({ right: kind }) => kind, minLength: 1 },
    )
    .map((rights) => rights as ClaimedRight[]);
  const wanted = fc.uniqueArray(fc.constantFrom(...rightKinds), { minLength: 1 });

  it('passes on what is held and nothing else; nothing is created, divided or lost', () => {
    fc.assert(
      fc.property(held, wanted, (rights, kinds) => {
        const request = facts({ ...asked.TRANSFER, rights: kinds });
        const before = prior({}, rights);
        const covered = kinds.every((kind) => rights.some((one) => one.right === kind));
        expect(against(request, before).length === 0).toBe(covered);
        if (!covered) return;
        const outcome = outcomeOf(request, before, now)!;
        expect(outcome.holder).toBe('TRANSFEREE');
        expect(new Set(outcome.rights.map((one) => one.right))).toEqual(new Set(kinds));
        expect(outcome.kept.filter((one) => kinds.includes(one.right))).toEqual([]);
        expect(new Set([...outcome.rights, ...outcome.kept])).toEqual(new Set(rights));
        expect(outcome.rights.length + outcome.kept.length).toBe(rights.length);
        expect(outcome.validTo).toEqual(before.validTo);
      }),
    );
  });

  it('is between two parties, neither of them the registrar, and both of them apply', () => {
    const to = '/content/transfereeId';
    const request = (transfereeId: string) => facts({ ...asked.TRANSFER, transfereeId });
    expect(against(request('org_1'), prior())).toEqual([to]);
    expect(against(request('org_9'), prior())).toEqual([to]);
    expect(against(facts(asked.TRANSFER, { joined: null }), prior())).toEqual([to]);
    expect(against(facts(asked.TRANSFER), prior({ transferee: null }))).toEqual([to]);
    const suspended = { ...prior().transferee!, status: 'SUSPENDED' as const };
    expect(against(facts(asked.TRANSFER), prior({ transferee: suspended }))).toEqual([to]);
  });
});

describe('a change (INV-08)', () => {
  it('knows no field for the holder, the source or the rights', () => {
    const register = Object.keys({ ...data, holder: 0, rights: 0, id: 0, sha256: 0, grade: 0, personalInfo: 0 });
    const barred = register.filter((field) => !(changeableFields as readonly string[]).includes(field));
    expect(barred).toEqual(expect.arrayContaining(['sourceKind', 'holder', 'rights', 'id', 'grade']));
    for (const field of barred) {
      const item = { field, before: 'COLLECTED', after: 'DERIVED', reason: 'x' };
      expect(ChangeItem.safeParse(item).success).toBe(false);
      const forged = { ...asked.CHANGE, items: [item] } as unknown as Particulars;
      expect(against(facts(forged), prior())).toEqual(['/content/items/0/field']);
      expect(outcomeOf(facts(forged), prior(), now)!.data).toEqual(data);
    }
  });

  it('begins with what the register says, ends with something else, and leaves the rest', () => {
    const change = (before: string, after: string) =>
      facts({ ...asked.CHANGE, items: [{ field: 'timeTo', before, after, reason: 'x' }] });
    expect(against(change('2025-12-30', '2026-06-30'), prior())).toEqual(['/content/items/0/before']);
    expect(against(change('2025-12-31', '2025-12-31'), prior())).toEqual(['/content/items/0/after']);
    expect(against(change('2025-12-31', '2024-12-31'), prior())).toEqual(['/content/items']);
    const outcome = outcomeOf(change('2025-12-31', '2026-06-30'), prior(), now)!;
    const { restriction, scenario, rights } = prior().subject;
    expect(outcome).toEqual({
      holder: 'APPLICANT',
      rights,
      kept: [],
      data: { ...data, timeTo: '2026-06-30' },
      restriction,
      scenario,
      remarks: [],
      validTo: prior().validTo,
    });
  });
});

describe('a renewal', () => {
  it.each([
    [A, '2027-07-14T00:00', '2027-01-14', '2027-07-13'],
    [A, '2027-08-31T09:00', '2027-02-28', '2027-08-30'],
    [A, '2028-08-31T09:00', '2028-02-29', '2028-08-30'],
    [A, '2027-03-01T00:00', '2026-09-01', '2027-02-28'],
    [A, '2027-01-01T00:00', '2026-07-01', '2026-12-31'],
    [B, '2027-03-31T23:59:59.999', '2027-01-30', '2027-03-31'],
    [B, '2028-03-01T00:00', '2028-01-01', '2028-03-01'],
  ])('$id: of a term that ends at %s from %s to %s', (pack, end, opensOn, closesOn) => {
    const validTo = at(end);
    expect(renewalWindow(pack, validTo)).toEqual({ opensOn, closesOn });
    const request = facts({ ...asked.RENEWAL, rights: ['HOLD'] }, { rulePack: `${pack.id}@${pack.version}` });
    const submitted = (when: Date) => against(request, prior({ validTo }), 'SUBMISSION', when);
    expect(submitted(new Date(at(`${opensOn}T00:00`).getTime() - 1))).toEqual(['/content/certificateNumber']);
    expect(submitted(at(`${opensOn}T00:00`))).toEqual([]);
    const last = new Date(Math.min(at(`${closesOn}T23:59:59.999`).getTime(), validTo.getTime() - 1));
    expect(submitted(last)).toEqual([]);
    expect(submitted(new Date(at(`${closesOn}T23:59:59.999`).getTime() + 1))).toContain('/content/certificateNumber');
  });

  it('lasts as long as the pack allows and no longer (INV-04), and no longer than the operating agreement', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 59 }), (years, days) => {
        const validTo = new Date(now.getTime() + days * 86_400_000);
        const before = prior({ validTo });
        const renewal = { ...asked.RENEWAL, years };
        const wanted = addMonths(validTo, 12 * years);
        const earliest = (...dates: Date[]) => new Date(Math.min(...dates.map(Number)));
        const of = (given: TypeFacts) => outcomeOf(given, before, now)!.validTo;
        expect(of(facts(renewal))).toEqual(earliest(wanted, addMonths(now, 60)));
        const underB = facts(renewal, { rulePack: 'CN-PUBLIC-2025@1.0.0' });
        expect(of(underB)).toEqual(earliest(wanted, addMonths(validTo, 36)));
        const content = { ...underB.content, operatingAgreementEnd: '2027-02-28' };
        expect(of({ ...underB, content })).toEqual(earliest(wanted, at('2027-02-28T23:59:59.999')));
      }),
    );
  });

  it('names a right where there are any, and only rights that are held', () => {
    const of = (rights: ClaimedRight['right'][], held: ClaimedRight[]) =>
      against(facts({ ...asked.RENEWAL, rights }), prior({}, held));
    expect(of([], [right('HOLD')])).toEqual(['/content/rights']);
    expect(of([], [])).toEqual([]);
    expect(of(['HOLD', 'USE'], [right('HOLD')])).toEqual(['/content/rights/1']);
  });

  it('of an operating agreement that is over is none', () => {
    const given = facts(asked.RENEWAL);
    const until = (operatingAgreementEnd: string) => ({
      ...given,
      content: { ...given.content, operatingAgreementEnd },
    });
    expect(against(until('2026-08-02'), prior())).toEqual(['/content/operatingAgreementEnd']);
    expect(against(until('2026-08-03'), prior())).toEqual([]);
  });
});

it.each([A, B])('$id: a cancellation on request has a ground of the regime, never that of a missed renewal', (pack) => {
  const given = { rulePack: `${pack.id}@${pack.version}` };
  for (const { code, kinds } of pack.grounds) {
    const fits = kinds.includes('CANCEL') && code !== pack.validityPolicy.renewal.ifMissed;
    const found = against(facts({ ...asked.CANCELLATION, groundCode: code }, given), prior());
    expect([code, found]).toEqual([code, fits ? [] : ['/content/groundCode']]);
  }
  expect(against(facts({ ...asked.CANCELLATION, groundCode: 'none' }, given), prior())).toEqual([
    '/content/groundCode',
  ]);
  expect(outcomeOf(facts(asked.CANCELLATION), prior(), now)).toBeNull();
});
