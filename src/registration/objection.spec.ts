import { rulePack } from '@app/rulepacks';
import { objectionStates } from '@app/sdk';
import type { Actor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { awaited, Objection, objectionActs, objectionMachine, type ObjectionState } from './objection.js';

const now = new Date('2026-08-03T02:00:00.000Z'); // A Monday.
const who = (orgId: string, id: string): Actor => ({ id, orgId, roles: [] });
const objector = { actor: who('org_objector', 'per_o'), now };
const registrant = { actor: who('org_holder', 'per_h'), now };
const officer = { actor: who('org_registrar', 'per_1'), now };
const approver = { actor: who('org_registrar', 'per_2'), now };
const said = { text: '说明', files: [{ fileId: 'file_1', sha256: 'a'.repeat(64) }] };
const certificate = {
  id: 'cert_1',
  number: 'SJ4412026080001',
  registrarId: 'org_registrar',
  holderId: 'org_holder',
  rulePack: 'CN-PROPERTY-2026@1.0.0',
  resourceId: 'res_1',
};
const filed = (changes = {}) => Objection.file({ ...certificate, ...changes }, said, objector);
const upheld = { upheld: true, remedy: 'CANCEL' } as const;

const acts: Record<keyof typeof objectionMachine.transitions, (o: Objection) => void> = {
  requestCompletion: (o) => o.requestCompletion(said, officer),
  complete: (o) => o.complete(said, objector),
  accept: (o) => o.accept(said, officer),
  admit: (o) => o.admit(said, registrant),
  contest: (o) => o.contest(said, registrant),
  investigate: (o) => o.investigate(said, officer),
  makeStatement: (o) => o.makeStatement(said, registrant),
  conclude: (o) => o.conclude(said, upheld, approver),
  acceptConclusion: (o) => o.answer(true, said, objector),
  agree: (o) => (answered(o), o.answer(true, said, registrant)),
  agreeUnfounded: (o) => {
    if (o.conclusion) Object.assign(o, { conclusion: { ...o.conclusion, upheld: false, remedy: 'NONE' } });
    answered(o);
    o.answer(true, said, registrant);
  },
  rejectConclusion: (o) => o.answer(false, said, registrant),
  litigate: (o) => o.refer('LITIGATION', said, officer),
  arbitrate: (o) => o.refer('ARBITRATION', said, officer),
  execute: (o) => o.execute(said, { remedy: 'CANCEL', groundCode: 'A-C3' }, false, approver),
  dismiss: (o) => o.dismiss(said, approver),
  withdraw: (o) => o.withdraw(said, objector),
};
const answered = (o: Objection) => void Object.assign(o, { answers: [{ party: 'OBJECTOR', agrees: true }] });

/** The acts that lead to each state. */
const ways: Record<ObjectionState, readonly (keyof typeof acts)[]> = {
  FILED: [],
  INCOMPLETE: ['requestCompletion'],
  ACCEPTED: ['accept'],
  ADMITTED: ['accept', 'admit'],
  CONTESTED: ['accept', 'contest'],
  INVESTIGATING: ['accept', 'contest', 'investigate'],
  CONCLUDED: ['accept', 'investigate', 'conclude'],
  AGREED: ['accept', 'investigate', 'conclude', 'agree'],
  REJECTED_BY_PARTY: ['accept', 'investigate', 'conclude', 'rejectConclusion'],
  LITIGATION: ['accept', 'investigate', 'conclude', 'rejectConclusion', 'litigate'],
  ARBITRATION: ['accept', 'investigate', 'conclude', 'rejectConclusion', 'arbitrate'],
  EXECUTED: ['accept', 'admit', 'execute'],
  DISMISSED: ['dismiss'],
  WITHDRAWN: ['withdraw'],
};
const inState = (state: ObjectionState): Objection => {
  const objection = filed();
  for (const step of ways[state]) acts[step](objection);
  expect(objection.state).toBe(state);
  return objection;
};

describe.each(objectionMachine.states)('an objection that is %s', (state) => {
  it.each(Object.entries(objectionMachine.transitions))('%s', (action, { from, to }) => {
    const objection = inState(state);
    const { version } = objection;
    const act = () => acts[action as keyof typeof acts](objection);
    if ((from as readonly string[]).includes(state)) {
      act();
      expect(objection.state).toBe(to);
    } else {
      expect(act).toThrow(Refusal);
      expect([objection.state, objection.version]).toEqual([state, version]);
    }
  });

  it('waits for somebody exactly while it is open', () => {
    expect(awaited[state].length > 0).toBe(objectionMachine.actions(state).length > 0);
    expect(inState(state).closedAt === null).toBe(awaited[state].length > 0);
  });
});

it('has the states that the interface names, and every act belongs to somebody', () => {
  expect(objectionMachine.states.toSorted()).toEqual([...objectionStates].toSorted());
  const owned = new Set<string>(Object.values(objectionActs).flat());
  const derived = ['agree', 'agreeUnfounded'];
  expect(Object.keys(objectionMachine.transitions).filter((action) => !owned.has(action))).toEqual(derived);
});

it('is not for the registrant, nor for the registrar', () => {
  for (const changes of [{ holderId: 'org_objector' }, { registrarId: 'org_objector' }])
    expect(() => filed(changes)).toThrow(expect.objectContaining({ code: 'registration/own-certificate' }));
});

it.each([
  ['requestCompletion', objector],
  ['accept', registrant],
  ['complete', officer],
  ['withdraw', registrant],
] as const)('%s is not the act of others', (action, act) => {
  const objection = inState(action === 'complete' ? 'INCOMPLETE' : 'FILED');
  expect(() => objection[action](said, act)).toThrow(expect.objectContaining({ code: 'not-your-organisation' }));
});

it('is answered by its registrant only', () => {
  for (const action of ['admit', 'contest'] as const)
    expect(() => inState('ACCEPTED')[action](said, objector)).toThrow(Refusal);
  expect(() => inState('CONCLUDED').answer(true, said, officer)).toThrow(Refusal);
});

it('must be told to the registrant within 5 working days of complete material, and is noted as late once (N1 §29)', () => {
  const objection = filed();
  expect(objection.notifyDue).toEqual(new Date('2026-08-10T15:59:59.999Z'));
  const after = { ...officer, now: new Date('2026-08-10T16:00:00.000Z') };
  objection.noteOverdue({ ...officer, now: new Date('2026-08-10T15:59:59.999Z') });
  expect(objection.overdue).toBe(false);
  objection.noteOverdue(after);
  objection.noteOverdue(after);
  expect([objection.overdue, objection.version, objection.deadline]).toEqual([true, 2, null]);
});

it('counts the time anew when the material is complete', () => {
  const objection = inState('INCOMPLETE');
  expect(objection.deadline).toBeNull();
  objection.complete(said, { ...objector, now: new Date('2026-08-05T02:00:00.000Z') });
  expect(objection.notifyDue).toEqual(new Date('2026-08-12T15:59:59.999Z'));
  expect(objection.evidence).toHaveLength(2);
});

it('is concluded and carried out by another person than the one who handled it (SOD-7)', () => {
  const same = { code: 'same-person' };
  expect(() => inState('INVESTIGATING').conclude(said, upheld, officer)).toThrow(expect.objectContaining(same));
  for (const state of ['ADMITTED', 'AGREED', 'LITIGATION'] as const)
    expect(() => inState(state).execute(said, { remedy: 'CANCEL', groundCode: 'A-C3' }, false, officer)).toThrow(
      expect.objectContaining(same),
    );
});

it('is agreed by both or by none, each answering once', () => {
  const objection = inState('CONCLUDED');
  objection.answer(true, said, registrant);
  expect(() => objection.answer(true, said, registrant)).toThrow(
    expect.objectContaining({ code: 'registration/already-answered' }),
  );
  objection.answer(false, said, objector);
  expect(objection).toMatchObject({ state: 'REJECTED_BY_PARTY', answers: [{ agrees: true }, { agrees: false }] });
});

describe('what is done in the end', () => {
  const refused = (state: ObjectionState, told: object, files = said.files) => {
    const act = () =>
      inState(state).execute({ text: 'x', files }, { groundCode: null, ...told } as never, false, approver);
    expect(act).toThrow(Refusal);
  };
  it('is what was admitted, agreed or decided, on a ground to cancel', () => {
    refused('ADMITTED', { remedy: 'NONE' });
    refused('AGREED', { remedy: 'CHANGE' });
    refused('LITIGATION', { remedy: 'NONE' }, []);
    refused('ADMITTED', { remedy: 'CANCEL' });
    refused('ADMITTED', { remedy: 'CHANGE', groundCode: 'A-C3' });
    refused('ADMITTED', { remedy: 'CANCEL', groundCode: 'A-R1' });
    inState('ARBITRATION').execute(said, { remedy: 'NONE', groundCode: null }, false, approver);
  });

  it('cannot be a cancellation by consent while a court or an authority restricts the certificate (INV-10)', () => {
    const told = { remedy: 'CANCEL', groundCode: 'A-C3' } as const;
    for (const state of ['ADMITTED', 'AGREED'] as const)
      expect(() => inState(state).execute(said, told, true, approver)).toThrow(
        expect.objectContaining({ code: 'registration/restricted' }),
      );
    const decided = inState('LITIGATION');
    decided.execute(said, told, true, approver);
    expect(decided.state).toBe('EXECUTED');
  });
});

describe('what parties say', () => {
  const outsider = { actor: who('org_other', 'per_x'), now };
  it('is for both of them and for nobody else', () => {
    const objection = inState('INVESTIGATING');
    objection.makeStatement(said, objector);
    objection.makeStatement(said, registrant);
    expect(objection.acts.slice(-2).map(({ party }) => party)).toEqual(['OBJECTOR', 'REGISTRANT']);
    for (const act of [outsider, officer])
      expect(() => objection.makeStatement(said, act)).toThrow(
        expect.objectContaining({ code: 'not-your-organisation' }),
      );
    expect(() => inState('CONCLUDED').answer(true, said, outsider)).toThrow(
      expect.objectContaining({ code: 'not-your-organisation' }),
    );
  });

  it('is at most a hundred statements, whatever else was done', () => {
    const objection = inState('INVESTIGATING');
    for (let n = 0; n < 100; n += 1) objection.makeStatement(said, n % 2 ? objector : registrant);
    expect(() => objection.makeStatement(said, objector)).toThrow(
      expect.objectContaining({ code: 'registration/too-many-statements' }),
    );
    objection.conclude(said, upheld, approver);
    expect(objection.state).toBe('CONCLUDED');
  });

  it('through an agent is not said by whom it concerns', () => {
    const agency = (agentId: string) => ({ authorityId: 'auth_1', agentId, byPerson: 'per_a' }) as never;
    for (const agentId of ['org_holder', 'org_registrar'])
      expect(() => Objection.file(certificate, said, { ...objector, agency: agency(agentId) })).toThrow(
        expect.objectContaining({ code: 'registration/own-certificate' }),
      );
    expect(Objection.file(certificate, said, { ...objector, agency: agency('org_agent') }).objectorId).toBe(
      'org_objector',
    );
  });
});

it('is answered for by both when they agree that it is unfounded; the registrar alone answers for nobody', () => {
  const agreed = inState('CONCLUDED');
  Object.assign(agreed, { conclusion: { ...agreed.conclusion, upheld: false, remedy: 'NONE' } });
  agreed.answer(true, said, registrant);
  agreed.answer(true, said, objector);
  expect(agreed).toMatchObject({ state: 'DISMISSED', answers: [{ party: 'REGISTRANT' }, { party: 'OBJECTOR' }] });
  expect(inState('DISMISSED').answers).toEqual([]);
});

it('by consent needs no judgment, and changes what is restricted', () => {
  const admitted = inState('ADMITTED');
  admitted.execute({ text: 'x', files: [] }, { remedy: 'CHANGE', groundCode: null }, true, approver);
  expect(admitted.state).toBe('EXECUTED');
});

it.each(['GD-COMPLIANCE-2023-DRAFT', 'CN-PUBLIC-2025'])(
  'has no time to be told in under %s, where none is published',
  (id) => {
    const { version } = rulePack(id);
    const objection = filed({ rulePack: `${id}@${version}` });
    expect([objection.notifyDue, objection.deadline]).toEqual([null, null]);
    objection.noteOverdue({ ...officer, now: new Date('2030-01-01T00:00:00Z') });
    expect(objection.overdue).toBe(false);
  },
);

describe('an agent in an objection', () => {
  const by = (agentId: string, side: typeof objector) => ({
    ...side,
    agency: { authorityId: `aut_${side.actor.orgId}`, agentId, principalId: side.actor.orgId, letter: 'a'.repeat(64) },
  });
  const code = (act: () => void): string => {
    try {
      act();
      return 'done';
    } catch (error) {
      return (error as Refusal).code;
    }
  };

  it('is noted once for each authority, and in each of its acts', () => {
    const objection = Objection.file(certificate, said, by('org_agent', objector));
    objection.requestCompletion(said, officer);
    objection.complete(said, by('org_agent', objector));
    expect(objection.agents).toEqual([by('org_agent', objector).agency]);
    expect(objection.acts.map(({ agency }) => agency?.agentId)).toEqual([undefined, 'org_agent']);
    expect(objection.resourceId).toBe('res_1');
  });

  it.each(['org_objector', 'org_holder', 'org_registrar'])('is not %s, who stands in it already', (agentId) => {
    const objection = filed();
    objection.accept(said, officer);
    for (const side of [objector, registrant])
      if (side.actor.orgId !== agentId)
        expect(code(() => (side === objector ? objection.withdraw(said, by(agentId, side)) : objection.contest(said, by(agentId, side))))).toBe('registration/agent-conflict'); // prettier-ignore
    expect(objection.state).toBe('ACCEPTED');
  });

  it('speaks for one side, whoever else would have it', () => {
    const objection = Objection.file(certificate, said, by('org_agent', objector));
    objection.accept(said, officer);
    expect(code(() => objection.contest(said, by('org_agent', registrant)))).toBe('registration/agent-conflict');
    expect(code(() => objection.contest(said, by('org_other', registrant)))).toBe('done');
    objection.investigate(said, officer);
    expect(code(() => objection.makeStatement(said, by('org_other', objector)))).toBe('registration/agent-conflict');
    expect(code(() => objection.makeStatement(said, by('org_agent', objector)))).toBe('done');
  });
});
