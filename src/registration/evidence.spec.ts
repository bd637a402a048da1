import { canonicalJson, sha256Hex } from '@app/signing';
import type { ClaimedRight, FileInitialBody, OrganisationView, Particulars, Remark } from '@app/sdk';
import { at, body, bring, registered as facts, resource } from '../../test/support/application-states.js';
import type { ApplicationRecord } from './application-record.js';
import { ApplicationRegistered, evidenceOf } from './application-registered.js';
import { closureOf, noticeOf, registrationOf, type RegisteredFacts } from './evidence.js';
import type { Prior, RegisteredSubject } from './prior-certificate.js';

type Party = Pick<OrganisationView, 'id' | 'name' | 'uscc'>;
const party = (n: number): Party => ({ id: `org_${n}`, name: `机构${n}`, uscc: `9144010100000000${n}` });
const [A, B, C] = [party(1), party(2), party(3)] as [Party, Party, Party];
const named = ({ name, uscc }: Party) => ({ name, uscc });
const right = (kind: ClaimedRight['right'], changes: Partial<ClaimedRight> = {}): ClaimedRight => ({
  right: kind,
  termYears: null,
  limits: '',
  ...changes,
});
const limit = (text: string): Remark => ({ kind: 'AGREED_LIMIT', text });
const held = [right('HOLD', { termYears: 3 }), right('USE', { limits: '省内' })];

const application = (
  changes: object = {},
  content: Partial<FileInitialBody> & { particulars?: Particulars; operatingAgreementEnd?: string } = {},
) => {
  const app = bring('NOTICE_DONE');
  return Object.assign(app, { content: { ...app.content, ...content }, ...changes }) as ApplicationRecord;
};
const priorOf = (subject: Partial<RegisteredSubject> = {}, changes: Partial<Prior> = {}): Prior => ({
  id: 'cert_1',
  number: 'SJ4412026070001',
  status: 'ACTIVE',
  holderId: A.id,
  registrarId: body.registrarId,
  resourceId: resource.id,
  validFrom: at,
  validTo: new Date('2029-07-06T02:00:00Z'),
  ended: null,
  replacedBy: null,
  transferee: null,
  subject: {
    holder: named(A),
    data: { id: resource.id, name: '旧名', abstract: '旧概述' } as RegisteredSubject['data'],
    rights: held,
    restriction: '无',
    scenario: '旧场景',
    remarks: [],
    rulePack: 'CN-PROPERTY-2026@1.0.0',
    ...subject,
  },
  ...changes,
});
const certificateNumber = 'SJ4412026070001';
const transfer: Particulars = { type: 'TRANSFER', certificateNumber, transfereeId: C.id, rights: ['USE'], dataScope: '全部', useScope: '境内' }; // prettier-ignore
const cancellation: Particulars = { type: 'CANCELLATION', certificateNumber, groundCode: 'A-C1', reason: '不再持有' };
const change: Particulars = { type: 'CHANGE', certificateNumber, items: [{ field: 'name', before: '旧名', after: '新名', reason: '更名' }] }; // prettier-ignore
const registered = (app: ApplicationRecord, more: Partial<RegisteredFacts> = {}) =>
  registrationOf(app, { ...facts, holder: A, ...more }, at);

describe('the evidence of a registration, from whose time it is in force (INV-04)', () => {
  it('is the canonical form of what is on the register, with the materials by their hashes, and its hash', () => {
    const found = registered(application());
    const { evidenceHash, ...rest } = found;
    expect(evidenceHash).toBe(sha256Hex(evidenceOf(found)));
    expect(evidenceOf(found)).toBe(canonicalJson(rest));
    const materials = body.materials.map(({ code }) => ({ code, sha256: 'b'.repeat(64) }));
    expect(rest).toMatchObject({ registrarName: facts.registrar.name, materials });
    expect(rest).toMatchObject({ holder: { organisationId: A.id, ...named(A) }, prior: null, remainder: null, registrarDigit: '1' }); // prettier-ignore
    expect([rest.validFrom, rest.validTo]).toEqual([at.toISOString(), '2031-07-06T02:00:00.000Z']);
    expect(Object.keys(rest)).not.toEqual(expect.arrayContaining(['holders', 'operatingAgreementEnd', 'upgradedFrom']));
  });

  it('stays as it is where an event has kept it beside the rest', () => {
    const before = Object.assign({}, registered(application()), { evidence: '{"kept":"as it was"}' });
    expect(evidenceOf(before)).toBe(before.evidence);
    const app = bring('NOTICE_DONE');
    app.apply(new ApplicationRegistered(before));
    expect(app).toMatchObject({ evidence: before.evidence, evidenceHash: before.evidenceHash });
  });

  it('names joint holders, agents, the agreement and what it upgrades where there are such', () => {
    const agents = [{ agentId: 'org_5', name: '代理', uscc: '', authorityId: 'auth_1' }] as never;
    const upgrade = { id: 'fct_1', number: 'SZ1', issuer: '深圳' };
    const found = registered(application({}, { operatingAgreementEnd: '2027-12-31' } as never), { joint: [B], agents, upgrade }); // prettier-ignore
    expect(found.holders).toEqual([named(A), named(B)]);
    expect(found).toMatchObject({ operatingAgreementEnd: '2027-12-31', upgradedFrom: upgrade });
    expect(JSON.parse(evidenceOf(found))).toMatchObject({ agents, upgradedFrom: upgrade });
    expect(evidenceOf(registered(application(), { agents: [] }))).not.toContain('agents');
    expect(found.rightHolders!.map(({ name }) => name)).toEqual([A.name, B.name]);
  });

  it('records terms and limits of the rights as remarks, and no empty ones', () => {
    const rights = [right('HOLD'), right('USE', { termYears: 3 }), right('OPERATE', { termYears: 2, limits: '省内' })];
    const reviewed = [{ kind: 'OTHER', text: '会审条件' }] as Remark[];
    const { remarks } = registered(application({ remarks: reviewed }, { rights }));
    expect(remarks).toEqual([
      limit('使用权 use: 期限 3 年 term 3 years'),
      limit('经营权 operate: 期限 2 年 term 2 years; 省内'),
      ...reviewed,
    ]);
  });
});

describe('the evidence of what follows upon a certificate', () => {
  const joint = { holders: [named(A), named(B)] };
  const court = { kind: 'OTHER', text: '另行记载' } as Remark;
  const remarks = [limit('持有权 hold: 期限 3 年 term 3 years'), limit('USE: 省内'), limit('数据范围 data scope: 全部'), court]; // prettier-ignore
  const passing = application({ type: 'TRANSFER' }, { particulars: transfer });

  it('of a transfer of a part: the transferee has it alone, the transferors keep the rest together', () => {
    const found = registered(passing, {
      prior: priorOf({ ...joint, remarks }, { transferee: { ...C, status: 'ACTIVE' } }),
    });
    expect(found.prior).toEqual({ certificateId: 'cert_1', number: certificateNumber });
    expect(found).toMatchObject({ holder: { organisationId: C.id, ...named(C) }, rights: [held[1]] });
    expect(found.holders).toBeUndefined();
    expect(found.remainder).toMatchObject({
      holder: { organisationId: A.id },
      holders: joint.holders,
      rights: [held[0]],
    });
    // What stood there stands on both; the limits of the rights are told anew with the rights that remain.
    expect(found.remarks.slice(0, 3)).toEqual([limit('使用权 use: 省内'), remarks[2], court]);
    expect(found.remainder!.remarks).toEqual([limit('持有权 hold: 期限 3 年 term 3 years'), remarks[2], court]);
    expect(found.rightHolders!.map(({ name, right: of }) => [name, of])).toEqual([[C.name, 'USE']]);
    expect(found.remainder!.rightHolders!.map(({ name, right: of }) => [name, of])).toEqual([[A.name, 'HOLD'], [B.name, 'HOLD']]); // prettier-ignore
  });

  it('of a transfer of everything: nothing is kept', () => {
    const all = application({ type: 'TRANSFER' }, { particulars: { ...transfer, rights: ['HOLD', 'USE'] } });
    expect(registered(all, { prior: priorOf({}, { transferee: { ...C, status: 'ACTIVE' } }) }).remainder).toBeNull();
  });

  it('of a change: the same holders, the same rights, other data', () => {
    const found = registered(application({ type: 'CHANGE' }, { particulars: change }), {
      prior: priorOf({ ...joint, remarks }),
    });
    expect(found).toMatchObject({
      holder: { organisationId: A.id },
      holders: joint.holders,
      rights: held,
      remainder: null,
    });
    expect([found.resource.name, found.scenario]).toEqual(['新名', '旧场景']);
    const alone = registered(application({ type: 'CHANGE' }, { particulars: change }), {
      prior: priorOf(),
      joint: [B],
    });
    expect(alone.holders).toBeUndefined();
  });

  it('of a cancellation: which certificate, on which ground and why', () => {
    const app = application({ type: 'CANCELLATION' }, { particulars: cancellation });
    const agents = [{ agentId: 'org_5', name: '代理', uscc: '', authorityId: 'auth_1' }] as never;
    const { evidence, evidenceHash, ...told } = closureOf(app, { ...facts, holder: A, prior: priorOf(), agents }, at);
    expect(told).toEqual({ certificateId: 'cert_1', certificateNumber, groundCode: 'A-C1', text: '不再持有' });
    expect(evidenceHash).toBe(sha256Hex(evidence));
    expect(JSON.parse(evidence)).toMatchObject({ ...told, type: 'CANCELLATION', agents, evidenceAt: at.toISOString(), holder: { organisationId: A.id } }); // prettier-ignore
    expect(JSON.parse(evidence).materials).toEqual(app.content.materials.map(({ code }) => ({ code, sha256: 'b'.repeat(64) }))); // prettier-ignore
  });
});

describe('the public notice', () => {
  const noticed = (app: ApplicationRecord, more: Partial<RegisteredFacts> = {}) =>
    noticeOf(app, { ...facts, holder: A, ...more }, at);

  it('tells the data and who applies; what does not limit is not shown', () => {
    const found = noticed(application({}, { rights: [right('HOLD')] }));
    expect(found).toEqual({ applicant: named(A), dataName: resource.declaration.name, dataAbstract: resource.declaration.abstract, restrictions: [] }); // prettier-ignore
    expect(noticed(application(), { joint: [B] }).jointApplicants).toEqual([named(B)]);
    for (const restriction of ['', ' 无 ', '仅限科研']) {
      const { id, declaration, report } = resource;
      const limited = { id, report, declaration: { ...declaration, restriction } };
      const { restrictions } = noticed(application({}, { rights: [right('HOLD')] }), { resource: limited });
      expect(restrictions).toEqual(restriction === '仅限科研' ? ['仅限科研'] : []);
    }
  });

  it('tells of a transfer to whom, of which certificate, and under which limits', () => {
    const prior = priorOf({}, { transferee: { ...C, status: 'ACTIVE' } });
    const found = noticed(application({ type: 'TRANSFER' }, { particulars: transfer }), { prior });
    expect(found).toMatchObject({ type: 'TRANSFER', certificateNumber, transferee: named(C), dataName: '旧名' });
    expect(found.restrictions).toEqual([
      { zh: '使用权 (省内)', en: 'use (省内)' },
      '数据范围 data scope: 全部',
      '使用范围 use scope: 境内',
    ]);
  });

  it('tells of a cancellation what the register says of the data', () => {
    const found = noticed(application({ type: 'CANCELLATION' }, { particulars: cancellation, rights: [] }), { prior: priorOf({ restriction: '仅限科研' }) }); // prettier-ignore
    expect(found).toMatchObject({ dataName: '旧名', dataAbstract: '旧概述', restrictions: ['仅限科研'] });
  });
});
