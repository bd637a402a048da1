import { registerActStates } from '@app/sdk';
import type { Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Certificate } from './certificate.js';
import { RegisterAct, registerActMachine, type ProposedAct, type RegisterActState } from './register-act.js';

const now = new Date('2026-08-04T00:00:00.000Z');
const person = (id: string): Actor => ({ id, orgId: 'org_2', roles: ['registrarApprover'] });
const [maker, checker] = [person('per_1'), person('per_2')];
const certificate = (rulePack = 'CN-PROPERTY-2026@1.0.0') => {
  const made = Certificate.prepare({
    number: 'SJ4412026080001',
    applicationId: 'app_1',
    holderId: 'org_1',
    registrarId: 'org_2',
    resourceId: 'res_1',
    rights: ['HOLD'],
    validFrom: '2026-08-03T16:00:00.000Z',
    validTo: '2031-08-03T16:00:00.000Z',
    statusListIndex: 0,
    rulePack,
    credential: { credentialSubject: {} },
  });
  made.issue({ subject: {}, credentials: { ES256: 'a..c', EdDSA: 'd..f' } });
  return made;
};
const remark = {
  id: 'rmk_1',
  kind: 'JUDICIAL_PRESERVATION',
  text: '财产保全',
  authority: '演示人民法院',
  documentSha256: 'a'.repeat(64),
  from: now.toISOString(),
  to: null,
} as const;
const placing = (kind: 'JUDICIAL_PRESERVATION' | 'ADMIN_CONTROL'): ProposedAct => ({
  kind: 'PLACE_REMARK',
  groundCode: null,
  text: '依法记载',
  remark: { ...remark, kind },
});
const cancelling: ProposedAct = { kind: 'CANCEL', groundCode: 'A-C2', text: '数据已销毁', remark: null };

describe.each(registerActMachine.states)('an act that is %s', (state) => {
  const inState = (c: Certificate): RegisterAct => {
    const act = RegisterAct.propose(
      c,
      c.registrarId,
      placing(state === 'PROPOSED' ? 'ADMIN_CONTROL' : 'JUDICIAL_PRESERVATION'),
      maker,
      now,
    );
    return Object.assign(act, { state });
  };
  const acts = {
    approve: (act: RegisterAct, c: Certificate) => act.approve(c, '同意', checker, now),
    reject: (act: RegisterAct, c: Certificate) => act.reject(c, '不同意', checker, now),
    withdraw: (act: RegisterAct) => act.withdraw('撤回', maker, now),
  };
  const expected: Record<keyof typeof acts, Partial<Record<RegisterActState, RegisterActState>>> = {
    approve: { PROPOSED: 'DONE', UNCONFIRMED: 'DONE' },
    reject: { PROPOSED: 'REJECTED', UNCONFIRMED: 'UNDONE' },
    withdraw: { PROPOSED: 'WITHDRAWN' },
  };
  it.each(Object.keys(acts) as (keyof typeof acts)[])('%s', (action) => {
    const c = certificate();
    const act = inState(c);
    const to = expected[action][state];
    if (to === undefined) expect(() => acts[action](act, c)).toThrow(Refusal);
    else acts[action](act, c);
    expect(act.state).toBe(to ?? state);
  });
});

it('has the states that the interface names', () => {
  expect(registerActMachine.states.toSorted()).toEqual([...registerActStates].toSorted());
});

it('takes effect with the second person, who is another one (SOD-7)', () => {
  const c = certificate();
  const act = RegisterAct.propose(c, c.registrarId, cancelling, maker, now);
  expect(c.status).toBe('ACTIVE');
  expect(() => act.approve(c, '同意', maker, now)).toThrow(expect.objectContaining({ code: 'same-person' }));
  act.approve(c, '同意', checker, now);
  expect(c).toMatchObject({ status: 'CANCELLED', ended: { groundCode: 'A-C2', text: '数据已销毁' } });
});

it('of a court is in effect at once, stays so when confirmed, and is lifted when it is not', () => {
  for (const [confirmed, status] of [
    [true, 'RESTRICTED'],
    [false, 'ACTIVE'],
  ] as const) {
    const c = certificate();
    const act = RegisterAct.propose(c, c.registrarId, placing('JUDICIAL_PRESERVATION'), maker, now);
    expect([act.state, c.status]).toEqual(['UNCONFIRMED', 'RESTRICTED']);
    expect(() => act.approve(c, '同意', maker, now)).toThrow(Refusal);
    if (confirmed) act.approve(c, '属实', checker, now);
    else act.reject(c, '文书不实', checker, now);
    expect(c.status).toBe(status);
  }
});

it('of an authority waits for the second person', () => {
  const c = certificate();
  const act = RegisterAct.propose(c, c.registrarId, placing('ADMIN_CONTROL'), maker, now);
  expect([act.state, c.status]).toEqual(['PROPOSED', 'ACTIVE']);
  act.approve(c, '同意', checker, now);
  expect(c.status).toBe('RESTRICTED');
});

it('is withdrawn by who proposed it only', () => {
  const act = RegisterAct.propose(certificate(), maker.orgId, cancelling, maker, now);
  expect(() => act.withdraw('撤回', checker, now)).toThrow(
    expect.objectContaining({ code: 'certificates/not-the-proposer' }),
  );
});

describe('a decision about an act', () => {
  const propose = (c: Certificate, proposed: ProposedAct) =>
    RegisterAct.propose(c, c.registrarId, proposed, maker, now);
  const lifting: ProposedAct = { kind: 'LIFT_REMARK', groundCode: null, text: '解除', remark };
  const other = { ...remark, id: 'rmk_2' };

  it('against it is a second person’s, too; taking it back is the proposer’s', () => {
    const c = certificate();
    for (const proposed of [cancelling, placing('JUDICIAL_PRESERVATION')]) {
      const act = propose(c, proposed);
      expect(() => act.reject(c, '不同意', maker, now)).toThrow(expect.objectContaining({ code: 'same-person' }));
    }
    const act = propose(c, cancelling);
    expect(() => act.withdraw('撤回', checker, now)).toThrow(
      expect.objectContaining({ code: 'certificates/not-the-proposer' }),
    );
    act.withdraw('撤回', maker, now);
    expect(act).toMatchObject({ state: 'WITHDRAWN', decided: { by: 'per_1', at: now.toISOString(), text: '撤回' } });
  });

  it('does each kind of act, and only that', () => {
    const revoked = certificate('CN-PUBLIC-2025@1.0.0');
    propose(revoked, { kind: 'REVOKE', groundCode: 'B-V1', text: '骗取登记', remark: null }).approve(revoked, '属实', checker, now); // prettier-ignore
    expect(revoked).toMatchObject({ status: 'REVOKED', ended: { groundCode: 'B-V1', text: '骗取登记' } });
    const c = certificate();
    c.placeRemark({ ...remark, kind: 'ADMIN_CONTROL' }, now);
    c.placeRemark({ ...other, kind: 'ADMIN_CONTROL' }, now);
    propose(c, lifting).approve(c, '同意', checker, now);
    expect(c.openRemarks.map(({ id }) => id)).toEqual(['rmk_2']);
    expect(c.remarks[0]!.lifted).toMatchObject({ because: 'DECISION' });
  });

  it('undoes what a court’s paper did, if that is still there', () => {
    const c = certificate();
    const act = propose(c, placing('JUDICIAL_PRESERVATION'));
    c.placeRemark({ ...other, kind: 'ADMIN_CONTROL' }, now);
    act.reject(c, '文书不实', checker, now);
    expect(c.openRemarks.map(({ id }) => id)).toEqual(['rmk_2']);
    expect(c.remarks[0]!.lifted).toMatchObject({ because: 'NOT_CONFIRMED' });

    const lifted = certificate();
    const late = propose(lifted, placing('JUDICIAL_PRESERVATION'));
    lifted.placeRemark({ ...other, kind: 'ADMIN_CONTROL' }, now);
    lifted.liftRemark('rmk_1', 'DECISION', '解除', now);
    late.reject(lifted, '文书不实', checker, now);
    expect(lifted.remarks[0]!.lifted).toMatchObject({ because: 'DECISION' });

    const over = certificate();
    const last = propose(over, placing('JUDICIAL_PRESERVATION'));
    over.expire(new Date(Date.parse('2031-08-03T16:00:00.001Z')));
    last.reject(over, '文书不实', checker, now);
    expect([last.state, over.status, over.remarks[0]!.lifted]).toEqual(['UNDONE', 'EXPIRED', null]);
  });
});
