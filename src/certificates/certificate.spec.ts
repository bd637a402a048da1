import { Refusal } from '../platform/refusal.js';
import { Certificate, certificateMachine, type CertificateFacts, type CertificateState } from './certificate.js';

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
const prepared = () => Certificate.prepare(facts);
const inState = (status: CertificateState) => Object.assign(prepared(), { status });
const acts = {
  issue: (c: Certificate) => c.issue({ ES256: 'a.b.c', EdDSA: 'd.e.f' }),
  expire: (c: Certificate) => c.expire(now),
  cancel: (c: Certificate) => c.cancel('A-C1', '权利人申请', now),
};

describe.each(certificateMachine.states)('a certificate that is %s', (state) => {
  it.each(Object.entries(certificateMachine.transitions))('%s', (action, { from, to }) => {
    const certificate = inState(state);
    const act = () => acts[action as keyof typeof acts](certificate);
    if ((from as readonly string[]).includes(state)) {
      act();
      expect(certificate.status).toBe(to);
    } else {
      expect(act).toThrow(Refusal);
      expect([certificate.status, certificate.version]).toEqual([state, 1]);
    }
  });
});

it('lasts at most five years (INV-04)', () => {
  const longer = new Date(Date.parse(facts.validTo) + 1).toISOString();
  expect(() => Certificate.prepare({ ...facts, validTo: longer })).toThrow('five years');
});

it('is cancelled on a ground of its rule pack only', () => {
  for (const code of ['A-R1', 'B-C1', 'none']) {
    const certificate = inState('ACTIVE');
    expect(() => certificate.cancel(code, 'x', now)).toThrow(Refusal);
  }
});

it('has one document: the first that is recorded', () => {
  const certificate = inState('ACTIVE');
  certificate.sealDocument('a'.repeat(64));
  certificate.sealDocument('b'.repeat(64));
  expect([certificate.documentSha256, certificate.version]).toEqual(['a'.repeat(64), 2]);
});
