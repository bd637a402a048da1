import { eventType, revive } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { Refusal } from '../platform/refusal.js';
import { applicationMachine } from './application-machine.js';
import { Application } from './application.js';
import {
  acts,
  applicantId,
  body,
  bring,
  by,
  codeOf,
  content,
  does,
  fieldsOf,
  holder,
  other,
  registrarId,
  reviewer,
  submission,
  ways,
} from '../../test/support/application-states.js';

describe('joint applicants', () => {
  const [second, third] = [by(newId('org')), by(newId('org'))];
  const named = [second, third].map(({ actor: { orgId } }) => ({ organisationId: orgId }));
  const statuses = new Map(named.map(({ organisationId }) => [organisationId, 'ACTIVE']));
  const three = { jointApplicants: named, applicants: Array.from({ length: 3 }, () => body.applicants![0]!) };
  const jointly = () => Application.file({ ...body, ...three }, holder);
  const submit = (app: Application, jointApplicants = statuses) =>
    app.submit('submit', { ...submission, jointApplicants }, [], holder);
  const pointersOf = (work: () => unknown): string[] => {
    try {
      work();
    } catch (error) {
      if (error instanceof Refusal) return error.faults.map(({ pointer }) => pointer);
      throw error;
    }
    return [];
  };
  const at = (i: number) => `/content/jointApplicants/${i}/organisationId`;

  it.each(applicationMachine.states)('%s: is it joined?', (state) => {
    const app = jointly();
    if (state !== 'DRAFT' && state !== 'WITHDRAWN') for (const act of [second, third]) app.join(act);
    const facts = { ...submission, jointApplicants: statuses };
    const submits = acts['submit']!.do;
    acts['submit']!.do = (one) => one.submit('submit', facts, [], holder);
    try {
      ways[state](app);
    } finally {
      acts['submit']!.do = submits;
    }
    if (state === 'CORRECTION_REQUIRED') app.revise({ ...content, ...three }, holder);
    const open = state === 'DRAFT' || state === 'CORRECTION_REQUIRED';
    expect(codeOf(() => app.join(second))).toBe(open ? undefined : 'illegal-transition');
    expect(app.joint[0]!.joined !== null).toBe(state !== 'WITHDRAWN');
    const again = new Application();
    again.loadFromHistory(app.getUncommittedEvents().map((event) => revive(eventType(event), JSON.stringify(event))));
    expect(fieldsOf(again)).toEqual(fieldsOf(app));
  });

  it('each joins once, before the submission, which names whoever has not', () => {
    const app = jointly();
    expect(pointersOf(() => submit(app))).toEqual([at(0), at(1)]);
    app.join(third);
    expect(pointersOf(() => submit(app))).toEqual([at(0)]);
    expect(codeOf(() => app.join(third))).toBe('registration/already-joined');
    for (const act of [holder, other, reviewer]) expect(codeOf(() => app.join(act))).toBe('not-your-organisation');
    app.join(second);
    expect(pointersOf(() => submit(app, new Map([...statuses, [named[0]!.organisationId, 'SUSPENDED']])))).toEqual([
      at(0),
    ]);
    submit(app);
    expect(app.state).toBe('SUBMITTED');
    expect(codeOf(() => bring('DRAFT').join(second))).toBe('registration/nothing-to-join');
  });

  it('a revision undoes what was joined', () => {
    const app = jointly();
    for (const act of [second, third]) app.join(act);
    app.revise({ ...content, ...three, scenario: '另一场景' }, holder);
    expect(pointersOf(() => submit(app))).toEqual([at(0), at(1)]);
  });

  it('are neither the applicant nor the registrar (SOD-1, INV-02)', () => {
    for (const [organisationId, code] of [
      [registrarId, 'registration/own-registrar'],
      [applicantId, 'invalid-request'],
    ] as const) {
      const wrong = { jointApplicants: [...named, { organisationId }] };
      expect(codeOf(() => Application.file({ ...body, ...wrong }, holder))).toBe(code);
      expect(codeOf(() => bring('DRAFT').revise({ ...content, ...wrong }, holder))).toBe(code);
    }
  });

  it('may withdraw it once they have joined, and never object to it', () => {
    expect(codeOf(() => jointly().withdraw('', second))).toBe('not-your-organisation');
    const app = jointly();
    for (const act of [second, third]) app.join(act);
    submit(app);
    does('accept', 'startReview', 'passReview', 'approve')(app);
    for (const act of [holder, second, third])
      expect(codeOf(() => app.object('x', [], act))).toBe('registration/own-application');
    app.withdraw('', second);
    expect(app.state).toBe('WITHDRAWN');
  });
});
