import { recordRequestStates } from '@app/sdk';
import type { Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import {
  RecordRequest,
  recordRequestMachine,
  type RecordRequestAction,
  type RecordRequestState,
} from './record-request.js';

const now = new Date('2026-08-03T02:00:00.000Z');
const by = (orgId: string) => ({ actor: { id: `per_of_${orgId}`, orgId, roles: [] } satisfies Actor, now });
const facts = {
  certificateId: 'cert_1',
  certificateNumber: 'SJ4412026080001',
  applicationId: 'app_1',
  registrarId: 'org_registrar',
  registrantId: 'org_holder',
  requesterId: 'org_other',
  purpose: '核实权属',
  interest: '拟受让方',
};
const request = (requesterId = 'org_other') => RecordRequest.request({ ...facts, requesterId }, by(requesterId));
const whose: Record<RecordRequestAction, string> = {
  consent: 'org_holder',
  decline: 'org_holder',
  grant: 'org_registrar',
  refuse: 'org_registrar',
  withdraw: 'org_other',
};
const ways: Record<RecordRequestState, readonly RecordRequestAction[]> = {
  REQUESTED: [],
  CONSENTED: ['consent'],
  GRANTED: ['consent', 'grant'],
  REFUSED: ['refuse'],
  WITHDRAWN: ['withdraw'],
};

describe.each(recordRequestMachine.states)('a request that is %s', (state) => {
  it.each(Object.entries(recordRequestMachine.transitions))('%s', (name, { from, to }) => {
    const action = name as RecordRequestAction;
    const own = action === 'grant' && state === 'REQUESTED';
    const made = request(own ? 'org_holder' : 'org_other');
    for (const step of ways[state]) made.decide(step, '', by(whose[step]));
    const act = () => made.decide(action, '', by(whose[action]));
    if ((from as readonly string[]).includes(state)) act();
    else expect(act).toThrow(Refusal);
    expect(made.state).toBe((from as readonly string[]).includes(state) ? to : state);
  });
});

it('has the states that the interface names', () => {
  expect(recordRequestMachine.states.toSorted()).toEqual([...recordRequestStates].toSorted());
});

it('is granted to others with the consent of the holder only (N1 §30)', () => {
  const made = request();
  const grant = () => made.decide('grant', '', by('org_registrar'));
  expect(grant).toThrow(expect.objectContaining({ code: 'registration/consent-needed' }));
  expect(() => made.decide('consent', '', by('org_other'))).toThrow(
    expect.objectContaining({ code: 'not-your-organisation' }),
  );
  made.decide('consent', '', by('org_holder'));
  grant();
  expect(made.state).toBe('GRANTED');
});

it('is withdrawn by the requester only, and the consent is taken back by the holder, as long as nothing is disclosed', () => {
  const made = request();
  for (const other of ['org_holder', 'org_registrar', 'org_third'])
    expect(() => made.decide('withdraw', '', by(other))).toThrow(
      expect.objectContaining({ code: 'not-your-organisation' }),
    );
  made.decide('consent', '', by('org_holder'));
  made.decide('decline', '', by('org_holder'));
  expect(made.state).toBe('REFUSED');
  expect(() => made.decide('grant', '', by('org_registrar'))).toThrow(Refusal);
});
