import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applicationStates } from '@app/sdk';
import { eventType, revive } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { actsOf, applicationMachine, type ApplicationState } from './application-machine.js';
import { Application } from './application.js';
import {
  acts,
  approver,
  bring,
  by,
  codeOf,
  fieldsOf,
  notice,
  platform,
  registrarId,
  reviewer,
} from '../../test/support/application-states.js';

describe('the state table', () => {
  it('is the one of the interface, of the database, and of the list of who acts', () => {
    expect(new Set<string>(applicationMachine.states)).toEqual(new Set(applicationStates));
    const folder = join(import.meta.dirname, '../platform/migrations');
    const migrations = readdirSync(folder)
      .toSorted()
      .map((name) => readFileSync(join(folder, name), 'utf8'));
    const newest = migrations.findLast((text) => text.includes('ADD CONSTRAINT application_state_check'))!;
    const check = /ADD CONSTRAINT application_state_check\s+CHECK \(state IN\s+\(([^)]*)\)\)/.exec(newest)![1]!;
    expect(new Set(check.match(/\w+/g))).toEqual(new Set(applicationStates));
    const byPlatform = 'acceptBySilence lapse publish object endNotice register certify close fail'.split(' ');
    byPlatform.push('terminateOnObjection', 'admitByCommittee', 'returnByCommittee', 'refuseByCommittee');
    const listed = [...Object.values(actsOf).flat(), ...byPlatform];
    expect(listed.toSorted()).toEqual(Object.keys(applicationMachine.transitions).toSorted());
  });

  for (const state of applicationMachine.states)
    it.each(Object.keys(acts))(`${state}: %s`, (name) => {
      const { of, to, do: act } = acts[name]!;
      const action = of.find((a) => applicationMachine.transitions[a].from.includes(state as never));
      const app = bring(state);
      const { version } = app;
      // INV-03: the one list has been asked for already.
      if (action) act(app);
      else expect(codeOf(() => act(app))).toBe('illegal-transition');
      expect(app.state).toBe(action ? (to ?? applicationMachine.transitions[action].to) : state);
      expect(app.version > version).toBe(action !== undefined);
    });

  it.each(applicationMachine.states)('%s: folding the events, as they were written, gives the row back', (state) => {
    const app = bring(state);
    const written = app.getUncommittedEvents().map((event) => revive(eventType(event), JSON.stringify(event)));
    const again = new Application();
    again.loadFromHistory(written);
    expect(fieldsOf(again)).toEqual(fieldsOf(app));
  });
});

describe('guards', () => {
  it('the list of corrections is given once (INV-03)', () => {
    const app = bring('CORRECTION_REQUIRED');
    acts['resubmit']!.do(app);
    expect(codeOf(() => acts['requestCorrection']!.do(app))).toBe('registration/already-corrected');
  });

  it('whoever else than the reviewer approves', () => {
    const app = bring('UNDER_REVIEW');
    expect(codeOf(() => app.approve(notice, reviewer))).toBe('same-person');
    expect(codeOf(() => app.approve(notice, by(newId('org'))))).toBe('not-your-organisation');
  });

  it('what was passed before a supplement has to be passed again', () => {
    const app = bring('SUPPLEMENT_REQUIRED');
    acts['supply']!.do(app);
    expect(codeOf(() => app.approve(notice, approver))).toBe('registration/not-reviewed');
  });

  it('after the time for the acceptance the registrar is too late, whatever it wants', () => {
    const late = by(registrarId, new Date('2026-07-09T16:00:00Z'));
    for (const act of [(app: Application) => app.accept(late), (app: Application) => app.decline('A-N1', 'x', late)])
      expect(codeOf(() => act(bring('SUBMITTED')))).toBe('registration/too-late');
    const inTime = by(registrarId, new Date('2026-07-09T15:59:59.999Z'));
    expect(codeOf(() => bring('SUBMITTED').accept(inTime))).toBeUndefined();
  });
});

describe('deadlines', () => {
  const of = (state: ApplicationState) =>
    Object.entries(bring(state).deadlines).flatMap(([kind, due]) => (due ? [`${kind} ${due.toISOString()}`] : []));

  it.each<[ApplicationState, string[]]>([
    ['DRAFT', []],
    ['SUBMITTED', ['registration.acceptance 2026-07-09T16:00:00.000Z']],
    ['CORRECTION_REQUIRED', ['registration.correction 2026-07-13T16:00:00.000Z']],
    ['UNDER_REVIEW', ['registration.review 2026-07-20T16:00:00.000Z']],
    ['COMMITTEE_REVIEW', ['registration.review 2026-07-20T16:00:00.000Z']],
    ['SUPPLEMENT_REQUIRED', []],
    ['PUBLIC_NOTICE', ['registration.notice 2026-07-13T16:00:00.000Z']],
    ['OBJECTION_HANDLING', ['registration.objection 2026-07-20T16:00:00.000Z']],
    ['REGISTERED', []],
    ['WITHDRAWN', []],
  ])('%s waits for %j', (state, expected) => {
    expect(of(state)).toEqual(expected);
  });

  it('a missed one is noted once', () => {
    const app = bring('UNDER_REVIEW');
    app.noteOverdue(platform);
    expect(app.deadlines['registration.review']).toBeNull();
  });
});
