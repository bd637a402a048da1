import { foreignCertificateStates, type SubmitForeignCertificateBody, type Verification } from '@app/sdk';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import {
  ForeignCertificate,
  foreignCertificateMachine,
  type ForeignCertificateAction,
  type RecognitionAct,
} from './foreign-certificate.js';
import { TrustedIssuer, trustedIssuerMachine, type IssuerDecision } from './trusted-issuer.js';

const [holderId, registrarId, operatorId] = [newId('org'), newId('org'), newId('org')];
const now = new Date('2026-07-06T02:00:00Z');
const by = (orgId: string): RecognitionAct => ({ actor: { id: newId('per'), orgId, roles: [] }, now });
const [verifier, recorder, venueOfficer] = [by(registrarId), by(registrarId), by(operatorId)];
const body: SubmitForeignCertificateBody = {
  kind: 'NATIONAL',
  number: 'SJ4422026010001',
  issuer: 'Demonstration',
  registerUrl: 'https://register.example/',
  registrarId,
  resourceId: newId('res'),
  rights: ['OPERATE'],
  validFrom: '2026-01-01T00:00:00Z',
  validTo: '2028-01-01T00:00:00Z',
  credential: null,
  fileId: newId('file'),
};
const found: Omit<Verification, 'by' | 'at'> = {
  method: 'PUBLIC_REGISTER',
  issuer: null,
  credentialSha256: null,
  statusChecked: false,
  evidenceSha256: 'a'.repeat(64),
  checked: 'x',
  reviewItems: [],
};
const submitted = (changes: Partial<SubmitForeignCertificateBody> = {}) =>
  ForeignCertificate.submit({ ...body, ...changes }, 'a'.repeat(64), 'CN-PROPERTY-2026@1.0.0', by(holderId));
const cause = { venueId: newId('ven'), code: 'DATA_DIFFERS' as const, reason: 'x' };
const acts: Record<ForeignCertificateAction, (it: ForeignCertificate) => void> = {
  verify: (it) => it.verify(found, verifier),
  reject: (it) => it.reject('x', verifier),
  record: (it) => it.record(recorder),
  refuseReliance: (it) => it.refuseReliance(cause, operatorId, venueOfficer),
  end: (it) => it.end('x', 'a'.repeat(64), recorder),
  lapse: (it) => it.lapse(now),
  upgrade: (it) => it.upgrade(newId('cert'), 'SJ4412026080001', now),
};
type State = ForeignCertificate['state'];
const wayTo: Record<State, ForeignCertificateAction[]> = {
  SUBMITTED: [],
  VERIFIED: ['verify'],
  REJECTED: ['reject'],
  RECORDED: ['verify', 'record'],
  ENDED: ['verify', 'record', 'end'],
  LAPSED: ['verify', 'record', 'lapse'],
  UPGRADED: ['verify', 'record', 'upgrade'],
};
const table: Record<State, Partial<Record<ForeignCertificateAction, State>>> = {
  SUBMITTED: { verify: 'VERIFIED', reject: 'REJECTED' },
  VERIFIED: { reject: 'REJECTED', record: 'RECORDED' },
  REJECTED: {},
  RECORDED: { refuseReliance: 'RECORDED', end: 'ENDED', lapse: 'LAPSED', upgrade: 'UPGRADED' },
  ENDED: {},
  LAPSED: {},
  UPGRADED: {},
};

describe('the state machine, whole', () => {
  const actions = Object.keys(acts) as ForeignCertificateAction[];
  const cases = foreignCertificateStates.flatMap((state) =>
    actions.map((action) => [state, action, table[state][action] ?? null] as const),
  );
  it.each(cases)('%s, %s → %s', (state, action, to) => {
    const it = submitted();
    for (const step of wayTo[state]) acts[step](it);
    expect(it.state).toBe(state);
    const { version } = it;
    if (to === null) {
      expect(() => acts[action](it)).toThrow(Refusal);
      expect([it.state, it.version]).toEqual([state, version]);
    } else {
      acts[action](it);
      expect([it.state, it.version]).toEqual([to, version + 1]);
    }
  });

  it('has the states of the contract', () => {
    expect(foreignCertificateMachine.states.toSorted()).toEqual(foreignCertificateStates.toSorted());
  });
});

it('who verified does not record; a registrar verifies nothing of its own; a venue speaks for itself', () => {
  const it = submitted();
  it.verify(found, verifier);
  expect(() => it.record(verifier)).toThrow(Refusal);
  it.record(recorder);
  expect(() => it.refuseReliance(cause, operatorId, recorder)).toThrow(Refusal);
  expect(() => submitted({ registrarId: holderId })).toThrow(Refusal);
});

it('what has ended is not recorded', () => {
  const it = submitted();
  it.verify(found, verifier);
  expect(() => it.record({ ...recorder, now: new Date('2028-01-01T00:00:00Z') })).toThrow(Refusal);
  expect(() => submitted({ validTo: now.toISOString() })).toThrow(Refusal);
});

it('two officers trust an issuer, one is enough to end it', () => {
  const [maker, checker] = [verifier.actor, recorder.actor];
  const facts = { did: 'did:web:a.example', name: 'x', place: 'SJ442', contexts: [], reason: 'x' };
  const ways: Record<TrustedIssuer['state'], IssuerDecision[]> = {
    PROPOSED: [],
    TRUSTED: ['confirm'],
    DECLINED: ['decline'],
    WITHDRAWN: ['confirm', 'withdraw'],
  };
  for (const [state, way] of Object.entries(ways))
    for (const decision of ['confirm', 'decline', 'withdraw'] as const) {
      const issuer = TrustedIssuer.propose(facts, [], maker);
      for (const step of way) issuer.decide(step, checker);
      expect(issuer.state).toBe(state);
      const { from, to } = trustedIssuerMachine.transitions[decision];
      if ((from as readonly string[]).includes(state)) {
        if (decision === 'confirm') expect(() => issuer.decide(decision, maker)).toThrow(Refusal);
        issuer.decide(decision, checker);
        expect(issuer.state).toBe(to);
      } else expect(() => issuer.decide(decision, checker)).toThrow(Refusal);
    }
});
