import { certificateStates } from '@app/sdk';
import fc from 'fast-check';
import { Refusal } from '../platform/refusal.js';
import {
  Certificate,
  certificateMachine,
  type CertificateFacts,
  type CertificateState,
  type PlacedRemark,
} from './certificate.js';
import type { Signed } from './prepared-certificate.js';

const facts: CertificateFacts = {
  number: 'SJ4412026080001',
  applicationId: 'app_1',
  holderId: 'org_1',
  registrarId: 'org_2',
  resourceId: 'res_1',
  rights: ['HOLD', 'OPERATE'],
  validFrom: '2026-08-03T16:00:00.000Z',
  validTo: '2031-08-03T16:00:00.000Z',
  statusListIndex: 0,
  rulePack: 'CN-PROPERTY-2026@1.0.0',
  credential: { credentialSubject: {} },
};
const now = new Date('2026-08-04T00:00:00.000Z');
const later = (days: number) => new Date(now.getTime() + days * 86_400_000);
const prepared = (changes: Partial<CertificateFacts> = {}) => Certificate.prepare({ ...facts, ...changes });
const signed: Signed = { subject: {}, credentials: { ES256: 'a..c', EdDSA: 'd..f' } };
const active = (changes: Partial<CertificateFacts> = {}) => {
  const certificate = prepared(changes);
  certificate.issue({ ...signed, subject: { ...facts, ...changes }.credential.credentialSubject });
  return certificate;
};
const remark = (id: string, changes: Partial<PlacedRemark> = {}): PlacedRemark => ({
  id,
  kind: 'JUDICIAL_PRESERVATION',
  text: '财产保全',
  authority: '演示人民法院',
  documentSha256: 'a'.repeat(64),
  from: now.toISOString(),
  to: null,
  ...changes,
});
/** By what brings it there, so that remarks and objections are as they would be. */
const ways: Record<CertificateState, (c: Certificate) => void> = {
  PREPARED: () => undefined,
  ACTIVE: (c) => c.issue(signed),
  RESTRICTED: (c) => (c.issue(signed), c.placeRemark(remark('rmk_1'), now)),
  OBJECTED: (c) => (c.issue(signed), c.openObjection('obj_1', now)),
  SUPERSEDED: (c) => (c.issue(signed), c.supersede('SJ4412026080002', 'app_2', now)),
  EXPIRED: (c) => (c.issue(signed), c.expire(now)),
  CANCELLED: (c) => (c.issue(signed), c.cancel('A-C1', '权利人申请', now)),
  REVOKED: (c) => (c.issue(signed), c.revoke('B-V1', '隐瞒事实', now)),
};
const inState = (state: CertificateState) => {
  const certificate = prepared({ rulePack: state === 'REVOKED' ? PUBLIC : facts.rulePack });
  ways[state](certificate);
  return certificate;
};
const PUBLIC = 'CN-PUBLIC-2025@1.0.0';

const acts: Record<keyof typeof certificateMachine.transitions, (c: Certificate) => void> = {
  issue: (c) => c.issue(signed),
  restrict: (c) => c.placeRemark(remark('rmk_9'), now),
  release: (c) => c.liftRemark('rmk_1', 'DECISION', '解除保全', now),
  object: (c) => c.openObjection('obj_9', now),
  clearObjection: (c) => c.closeObjection('obj_1', now),
  supersede: (c) => c.supersede('SJ4412026080002', 'app_2', now),
  expire: (c) => c.expire(now),
  cancel: (c) => c.cancel('A-C1', '权利人申请', now),
  cancelByRegistrar: (c) => c.cancelByRegistrar('A-C3', '异议成立', now),
  revoke: (c) => c.revoke('B-V1', '隐瞒事实', now),
};

describe.each(certificateMachine.states)('a certificate that is %s', (state) => {
  it.each(Object.entries(certificateMachine.transitions))('%s', (action, { from, to }) => {
    const certificate = inState(state);
    if (action === 'revoke') Object.assign(certificate, { rulePack: PUBLIC });
    const { version } = certificate;
    const refused = () => {
      try {
        acts[action as keyof typeof acts](certificate);
      } catch (error) {
        expect(error).toBeInstanceOf(Refusal);
      }
    };
    refused();
    if ((from as readonly string[]).includes(state)) expect(certificate.status).toBe(to);
    else expect(certificate.status).toBe(state);
    // What leaves the state alone may note something, but only while the certificate lasts.
    if (!(from as readonly string[]).includes(state) && !certificate.isLasting)
      expect(certificate.version).toBe(version);
  });
});

it('has the states that the interface names', () => {
  expect(certificateMachine.states.toSorted()).toEqual([...certificateStates].toSorted());
});

it('lasts at most five years (INV-04)', () => {
  const longer = new Date(Date.parse(facts.validTo) + 1).toISOString();
  expect(() => Certificate.prepare({ ...facts, validTo: longer })).toThrow('five years');
});

it('ends on a ground of its rule pack only, and of that kind', () => {
  for (const code of ['A-R1', 'B-C1', 'B-V1', 'none']) {
    const certificate = inState('ACTIVE');
    expect(() => certificate.cancel(code, 'x', now)).toThrow(Refusal);
    expect(() => certificate.cancelByRegistrar(code, 'x', now)).toThrow(Refusal);
    expect(() => certificate.revoke('A-C1', 'x', now)).toThrow(Refusal);
  }
});

it('has one document: the first that is recorded', () => {
  const certificate = inState('ACTIVE');
  certificate.sealDocument('a'.repeat(64));
  certificate.sealDocument('b'.repeat(64));
  expect([certificate.documentSha256, certificate.version]).toEqual(['a'.repeat(64), 3]);
});

describe('a remark', () => {
  it.each(['AGREED_LIMIT', 'STATUTORY', 'OTHER'] as const)('of kind %s is shown and bars nothing', (kind) => {
    const certificate = active();
    certificate.placeRemark(remark('rmk_1', { kind }), now);
    expect(certificate).toMatchObject({ status: 'ACTIVE', remarks: [{ id: 'rmk_1', lifted: null }] });
    certificate.supersede('SJ4412026080002', 'app_2', now);
  });

  it.each(['JUDICIAL_PRESERVATION', 'ADMIN_CONTROL'] as const)(
    'of kind %s bars transfer and cancellation by the holder, until it is lifted (INV-10)',
    (kind) => {
      const certificate = active();
      certificate.placeRemark(remark('rmk_1', { kind }), now);
      const barred = { code: 'certificates/restricted' };
      expect(() => certificate.supersede('SJ4412026080002', 'app_2', now)).toThrow(expect.objectContaining(barred));
      expect(() => certificate.cancel('A-C1', '权利人申请', now)).toThrow(expect.objectContaining(barred));
      certificate.liftRemark('rmk_1', 'DECISION', '解除', now);
      certificate.cancel('A-C1', '权利人申请', now);
      expect(certificate.status).toBe('CANCELLED');
    },
  );

  it('that blocks is lifted before the certificate is free: the last one counts', () => {
    const certificate = active();
    for (const id of ['rmk_1', 'rmk_2']) certificate.placeRemark(remark(id), now);
    certificate.liftRemark('rmk_1', 'DECISION', '解除', now);
    expect(certificate.status).toBe('RESTRICTED');
    expect(() => certificate.liftRemark('rmk_1', 'DECISION', '解除', now)).toThrow(Refusal);
    certificate.liftRemark('rmk_2', 'DECISION', '解除', now);
    expect(certificate.status).toBe('ACTIVE');
  });

  it('with an end lifts itself then, not before', () => {
    const certificate = active();
    certificate.placeRemark(remark('rmk_1', { to: later(30).toISOString() }), now);
    certificate.placeRemark(remark('rmk_2', { to: later(10).toISOString(), kind: 'OTHER' }), now);
    expect(certificate.nextLifting).toEqual(later(10));
    certificate.liftExpired(later(10));
    expect([certificate.status, certificate.nextLifting]).toEqual(['RESTRICTED', later(30)]);
    certificate.liftExpired(later(30));
    expect([certificate.status, certificate.nextLifting]).toEqual(['ACTIVE', null]);
    expect(certificate.remarks.map(({ lifted }) => lifted?.because)).toEqual(['EXPIRED', 'EXPIRED']);
  });

  it('of a court in the review restricts the certificate from its first moment', () => {
    const remarks = [{ kind: 'ADMIN_CONTROL', text: '临时管制' }];
    const certificate = active({ credential: { credentialSubject: { remarks } } });
    expect(certificate).toMatchObject({ status: 'RESTRICTED', remarks: [{ kind: 'ADMIN_CONTROL', to: null }] });
  });
});

it('is flagged while an objection is open; a restriction outranks the flag and gives it back', () => {
  const certificate = active();
  certificate.openObjection('obj_1', now);
  certificate.openObjection('obj_1', now);
  certificate.openObjection('obj_2', now);
  expect(certificate).toMatchObject({ status: 'OBJECTED', objections: ['obj_1', 'obj_2'] });
  certificate.placeRemark(remark('rmk_1'), now);
  certificate.closeObjection('obj_2', now);
  expect(certificate.status).toBe('RESTRICTED');
  certificate.liftRemark('rmk_1', 'DECISION', '解除', now);
  expect(certificate.status).toBe('OBJECTED');
  certificate.closeObjection('obj_1', now);
  expect(certificate.status).toBe('ACTIVE');
});

it('has the status that its open remarks and objections say, whatever came before', () => {
  const step = fc.tuple(fc.constantFrom('place', 'lift', 'open', 'close'), fc.integer({ min: 0, max: 4 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const certificate = active();
      for (const [what, n] of steps) {
        const open = certificate.openRemarks.some(({ id }) => id === `rmk_${n}`);
        const kind = n === 4 ? 'OTHER' : n % 2 === 0 ? 'JUDICIAL_PRESERVATION' : 'ADMIN_CONTROL';
        if (what === 'place' && !open) certificate.placeRemark(remark(`rmk_${n}`, { kind }), now);
        if (what === 'lift' && open) certificate.liftRemark(`rmk_${n}`, 'DECISION', '解除', now);
        if (what === 'open') certificate.openObjection(`obj_${n}`, now);
        if (what === 'close') certificate.closeObjection(`obj_${n}`, now);
        const blocked = certificate.openRemarks.some((r) => r.kind !== 'OTHER');
        const expected = blocked ? 'RESTRICTED' : certificate.objections.length > 0 ? 'OBJECTED' : 'ACTIVE';
        if (certificate.status !== expected) return false;
      }
      return true;
    }),
  );
});
