import type { OpenRegistrarBody, ProposeRegistrarOrderBody, RegistrarNumbers, RegistrarOrderKind } from '@app/sdk';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import { Registrar, type RegistrarAct } from './registrar.js';

const [organisationId, successor, authority] = [newId('org'), newId('org'), newId('org')];
const [maker, checker, own] = [newId('per'), newId('per'), newId('per')];
const at = (text: string) => new Date(`${text}+08:00`);
const now = at('2026-07-06T10:00');
const by = (id: string, orgId: string, when = now): RegistrarAct => ({ actor: { id, orgId, roles: [] }, now: when });
const ours = (when = now) => by(own, organisationId, when);
const HASH = 'a'.repeat(64);

const open = (changes: Partial<OpenRegistrarBody> = {}, when = now) =>
  Registrar.open({ organisationId, name: 'R', regionCode2: '44', digit: '1', ...changes }, when);
const body = (kind: RegistrarOrderKind, changes: Partial<ProposeRegistrarOrderBody> = {}) =>
  ({
    kind,
    reason: 'x',
    fileId: newId('file'),
    digit: null,
    successorId: null,
    ...changes,
  }) as ProposeRegistrarOrderBody;
const propose = (r: Registrar, kind: RegistrarOrderKind, changes: Partial<ProposeRegistrarOrderBody> = {}) =>
  r.propose(body(kind, changes), HASH, by(maker, authority));
const order = (r: Registrar, kind: RegistrarOrderKind, changes: Partial<ProposeRegistrarOrderBody> = {}) => {
  propose(r, kind, changes);
  r.confirmOrder([], by(checker, authority));
};
const change = (r: Registrar, when = now) =>
  r.noticeChange({ effectiveOn: '2027-01-01', reason: 'x', name: 'S', profile: null as never }, ours(when));
const exiting = () => {
  const r = open();
  r.noticeExit({ exitOn: '2027-01-06', successorId: successor, reason: 'x' } as never, HASH, ours());
  return r;
};
const leaving = () => {
  const r = exiting();
  order(r, 'APPROVE_EXIT');
  return r;
};
const removed = (successorId: string | null = null) => {
  const r = open();
  order(r, 'REMOVE', { successorId });
  return r;
};
const archived = (r: Registrar) => {
  r.keepArchive({ fileId: newId('file'), entries: 0, root: HASH, sha256: HASH } as never, by(maker, authority));
  return r;
};
const handOver = (r: Registrar, when = at('2027-01-06T00:00')) => r.handOver(HASH, HASH, by(own, successor, when));
const candidate = () => Registrar.candidate({ name: 'R', regionCode2: '44', profile: {} } as never, ours());
const report = (r: Registrar, year: number, when: Date) =>
  r.report({ year, text: 'x' } as never, {} as RegistrarNumbers, ours(when));

/** The code of the refusal, or where the fault is. */
function refused(act: () => void): string | undefined {
  try {
    act();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.faults[0]?.pointer ?? error.code;
  }
  return undefined;
}

describe('a registrar', () => {
  it('is of a province-level region', () => {
    for (const regionCode2 of ['99', '', '4']) expect(refused(() => open({ regionCode2 }))).toBe('/regionCode2');
    expect(refused(() => Registrar.candidate({ name: 'R', regionCode2: '99' } as never, ours()))).toBe('/regionCode2');
    expect(refused(() => open({ regionCode2: '11' }))).toBeUndefined();
  });

  it('reports from the year in which it is entered, by the calendar of Shanghai', () => {
    expect(open({}, at('2028-01-01T00:00')).firstYear).toBe(2028);
    expect(open({}, at('2027-12-31T23:59')).firstYear).toBe(2027);
  });
});

describe('an order of the authority', () => {
  const allow: [string, () => Registrar, RegistrarOrderKind[]][] = [
    ['of a candidate', candidate, ['RECOMMEND']],
    ['of one in the catalogue', open, ['SUSPEND_PUBLISHING', 'REMOVE']],
    ['of one that gave notice of its exit', exiting, ['SUSPEND_PUBLISHING', 'REMOVE', 'APPROVE_EXIT', 'DECLINE_EXIT']],
    ['of one whose exit is approved', leaving, ['REMOVE']],
    ['of one that was removed', removed, ['NAME_SUCCESSOR']],
    ['of one whose archive is handed over', () => { const r = archived(removed(successor)); handOver(r); return r; }, []], // prettier-ignore
    ['of one that gave notice of a change', () => { const r = open(); change(r); return r; }, ['SUSPEND_PUBLISHING', 'REMOVE', 'CONFIRM_CHANGE', 'DECLINE_CHANGE']], // prettier-ignore
    ['of one whose change is confirmed', () => { const r = open(); change(r); order(r, 'CONFIRM_CHANGE'); return r; }, ['SUSPEND_PUBLISHING', 'REMOVE']], // prettier-ignore
  ];
  const kinds: RegistrarOrderKind[] = ['RECOMMEND', 'CATALOGUE', 'SUSPEND_PUBLISHING', 'REINSTATE', 'REMOVE', 'NAME_SUCCESSOR', 'APPROVE_EXIT', 'DECLINE_EXIT', 'CONFIRM_CHANGE', 'DECLINE_CHANGE']; // prettier-ignore
  it.each(allow)('%s is proposed as its state allows', (_name, make, allowed) => {
    const possible = kinds.filter((kind) => {
      const more = {
        digit: kind === 'CATALOGUE' ? '1' : null,
        successorId: kind === 'NAME_SUCCESSOR' ? successor : null,
      };
      return refused(() => propose(make(), kind, more)) === undefined;
    });
    expect(possible).toEqual(allowed);
  });

  it('gives the digit with the entry in the catalogue, and only then', () => {
    const recommended = () => {
      const r = candidate();
      order(r, 'RECOMMEND');
      return r;
    };
    expect(refused(() => propose(recommended(), 'CATALOGUE'))).toBe('/digit');
    expect(refused(() => propose(open(), 'REMOVE', { digit: '1' }))).toBe('/digit');
    const r = recommended();
    order(r, 'CATALOGUE', { digit: '7' });
    expect([r.state, r.digit]).toEqual(['CATALOGUED', '7']);
  });

  it('names a successor where there is to be one', () => {
    expect(refused(() => propose(removed(), 'NAME_SUCCESSOR'))).toBe('/successorId');
    expect(refused(() => propose(open(), 'SUSPEND_PUBLISHING', { successorId: successor }))).toBe('/successorId');
    expect(refused(() => propose(exiting(), 'APPROVE_EXIT', { successorId: successor }))).toBe('/successorId');
    expect(removed(successor).successorId).toBe(successor);
    const r = removed();
    order(r, 'NAME_SUCCESSOR', { successorId: successor });
    expect(r.successorId).toBe(successor);
  });

  it('waits alone, and needs a second person', () => {
    const r = open();
    expect(refused(() => r.confirmOrder([], by(checker, authority)))).toBe('registration/no-order');
    propose(r, 'REMOVE');
    expect(refused(() => propose(r, 'SUSPEND_PUBLISHING'))).toBe('registration/order-pending');
    expect(refused(() => r.confirmOrder([], by(maker, authority)))).toBe('same-person');
    r.declineOrder('x', by(maker, authority));
    expect([r.pending, r.state]).toEqual([null, 'CATALOGUED']);
  });

  it('is confirmed only while it is allowed', () => {
    const r = archived(leaving());
    propose(r, 'REMOVE');
    handOver(r);
    expect(refused(() => r.confirmOrder([], by(checker, authority)))).toBe('illegal-transition');
    const named = archived(removed(successor));
    propose(named, 'NAME_SUCCESSOR', { successorId: organisationId });
    handOver(named);
    expect(refused(() => named.confirmOrder([], by(checker, authority)))).toBe('registration/registrar-closed');
  });
});

describe('what a registrar does itself', () => {
  const changed = () => {
    const r = open();
    change(r);
    return r;
  };
  it('is its own', () => {
    const stranger = by(own, newId('org'));
    const r = changed();
    order(r, 'CONFIRM_CHANGE');
    const acts: ((act: RegistrarAct) => void)[] = [
      (act) => open().noticeChange({ effectiveOn: '2027-01-01', reason: 'x', name: 'S', profile: null as never }, act),
      (act) => r.update(act),
      (act) => open().stateProfile({} as never, act),
      (act) => open().disclose({} as never, act),
      (act) => open().noticeExit({ exitOn: '2027-01-06', successorId: successor, reason: 'x' } as never, HASH, act),
      (act) => open().report({ year: 2026 } as never, {} as never, { ...act, now: at('2027-02-01T00:00') }),
    ];
    for (const act of acts) {
      expect(refused(() => act(stranger))).toBe('not-your-organisation');
      expect(refused(() => act(ours()))).toBeUndefined();
    }
  });

  it('is over with its service', () => {
    const r = changed();
    order(r, 'CONFIRM_CHANGE');
    order(r, 'REMOVE');
    for (const act of [() => r.update(ours()), () => change(removed()), () => r.disclose({} as never, ours())])
      expect(refused(act)).toBe('registration/registrar-closed');
    expect(refused(() => report(removed(), 2026, at('2027-02-01T00:00')))).toBe('registration/registrar-closed');
    expect(refused(() => removed().stateProfile({} as never, ours()))).toBe('registration/registrar-closed');
  });

  it('changes what was noticed and confirmed, one change at a time', () => {
    expect(refused(() => open().update(ours()))).toBe('registration/change-pending');
    const r = changed();
    expect(refused(() => r.update(ours()))).toBe('registration/change-pending');
    expect(refused(() => change(r))).toBe('registration/change-pending');
    order(r, 'CONFIRM_CHANGE');
    expect(refused(() => change(r))).toBe('registration/change-pending');
    r.update(ours());
    expect([r.name, r.change]).toEqual(['S', null]);
    expect(refused(() => r.update(ours()))).toBe('registration/change-pending');
    expect(refused(() => change(r))).toBeUndefined();
    order(r, 'DECLINE_CHANGE');
    expect(refused(() => r.update(ours()))).toBe('registration/change-pending');
  });

  it('tells its exit six months before, and leaves on that day', () => {
    const exitOn = (day: string) => () =>
      open().noticeExit({ exitOn: day, successorId: successor, reason: 'x' } as never, HASH, ours());
    expect([refused(exitOn('2027-01-05')), refused(exitOn('2027-01-06'))]).toEqual(['registration/exit-too-early', undefined]); // prettier-ignore
    const r = archived(leaving());
    expect(refused(() => handOver(r, at('2027-01-05T23:59')))).toBe('registration/exit-too-early');
    expect(refused(() => r.handOver(HASH, 'b'.repeat(64), by(own, successor, at('2027-01-06T00:00'))))).toBe('registration/archive-changed'); // prettier-ignore
    expect(refused(() => r.handOver(HASH, HASH, ours(at('2027-01-06T00:00'))))).toBe('not-your-organisation');
    handOver(r);
    expect(r.state).toBe('EXITED');
    for (const act of [() => handOver(r), () => archived(r)])
      expect(refused(act)).toBe('registration/registrar-closed');
    expect(refused(() => handOver(archived(removed())))).toBe('registration/successor');
  });
});

describe('what is owed', () => {
  const duties = (r: Registrar) => r.duties.map(({ duty, due }) => [duty, due.toISOString()]);
  const annual = [
    ['ANNUAL_REPORT', '2027-03-31T15:59:59.999Z'],
    ['ANNUAL_ASSESSMENT', '2027-04-30T15:59:59.999Z'],
  ];

  it('is what the state says, and the reports of the year', () => {
    expect(duties(open())).toEqual(annual);
    expect(duties(removed())).toEqual([]);
    expect(duties(candidate())).toEqual([]);
    const r = open();
    change(r);
    expect(duties(r)).toEqual(annual);
    order(r, 'CONFIRM_CHANGE');
    expect(duties(r)).toEqual([['CHANGE_UPDATE', r.change!.updateDue], ...annual]);
    r.update(ours());
    expect(duties(r)).toEqual(annual);
    const exit = exiting();
    expect(duties(exit)).toEqual([['EXIT_DECISION', exit.exit!.decisionDue], ...annual]);
    order(exit, 'APPROVE_EXIT');
    expect(duties(exit)).toEqual([['EXIT_REPORT', exit.exit!.reportDue], ...annual]);
    exit.reportExit('x', by(maker, authority));
    expect(duties(exit)).toEqual(annual);
  });

  it('is done by the report of the year, then by its assessment, and goes on with the next year', () => {
    const r = open();
    const after = at('2027-02-01T00:00');
    for (const year of [2025, 2027]) expect(refused(() => report(r, year, after))).toBe('registration/report-year');
    report(r, 2026, after);
    expect(refused(() => report(r, 2026, after))).toBe('registration/report-year');
    expect(duties(r)).toEqual([['ANNUAL_REPORT', '2028-03-31T15:59:59.999Z'], annual[1]]);
    const assess = (year: number) => () =>
      r.assess({ year, result: 'QUALIFIED', reason: 'x' } as never, HASH, by(maker, authority, after));
    expect(refused(assess(2027))).toBe('registration/report-year');
    assess(2026)();
    expect(refused(assess(2026))).toBe('registration/report-year');
    expect(duties(r)).toEqual([['ANNUAL_REPORT', '2028-03-31T15:59:59.999Z'], ['ANNUAL_ASSESSMENT', '2028-04-30T15:59:59.999Z']]); // prettier-ignore
  });

  it('is noted from the first instant after its time, once, and by its own duty', () => {
    const r = open();
    const due = r.duties[0]!.due;
    r.noteOverdue(by('system', authority, due));
    expect(r.overdue).toEqual([]);
    r.noteOverdue(by('system', authority, r.nextDue!));
    r.noteOverdue(by('system', authority, new Date(due.getTime() + 1)));
    expect(r.overdue.map(({ duty }) => duty)).toEqual(['ANNUAL_REPORT']);
    expect(duties(r)).toEqual([['ANNUAL_REPORT', '2028-03-31T15:59:59.999Z'], annual[1]]);
  });
});
