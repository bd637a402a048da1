import { addWorkingDays } from '@app/calendar';
import { rulePack } from '@app/rulepacks';
import { newId } from '../platform/id.js';
import type { ApplicationState } from './application-machine.js';
import * as rules from './application-rules.js';
import { Application, type Act } from './application.js';
import {
  acts,
  applicantId,
  approver,
  at,
  body,
  bring,
  by,
  checklist,
  codeOf,
  content,
  declaration,
  does,
  faultsOf,
  holder,
  notice,
  other,
  pack,
  platform,
  registered,
  registrarId,
  resolution,
  reviewed,
  reviewer,
  submission,
} from '../../test/support/application-states.js';

const ready = (): Application => {
  const app = Application.file(body, holder);
  does('submit', 'accept', 'startReview')(app);
  return app;
};

/** Every act of a person, with the state in which it is possible: [name, state, act]. */
const done: [string, ApplicationState, (app: Application, act: Act) => unknown][] = [
  ['revise', 'DRAFT', (app, act) => app.revise(content, act)],
  ['submit', 'DRAFT', (app, act) => app.submit('submit', submission, [], act)],
  ['resubmit', 'CORRECTION_REQUIRED', (app, act) => app.submit('resubmit', submission, [], act)],
  ['withdraw', 'SUBMITTED', (app, act) => app.withdraw('', act)],
  ['supply', 'SUPPLEMENT_REQUIRED', (app, act) => app.supply([], 'x', act)],
  ['requestCorrection', 'SUBMITTED', (app, act) => app.requestCorrection('A-N1', ['x'], 5, act)],
  ['addCorrection', 'CORRECTION_REQUIRED', (app, act) => app.addCorrection(['y'], 5, 'x', act)],
  ['decline', 'SUBMITTED', (app, act) => app.decline('A-N1', 'x', act)],
  ['accept', 'SUBMITTED', (app, act) => app.accept(act)],
  ['startReview', 'ACCEPTED', (app, act) => app.startReview(act)],
  ['extendReview', 'UNDER_REVIEW', (app, act) => app.extendReview(10, 'x', act)],
  ['requestSupplement', 'UNDER_REVIEW', (app, act) => app.requestSupplement(['x'], 5, act)],
  ['terminate', 'SUPPLEMENT_REQUIRED', (app, act) => app.terminate('A-T1', 'x', act)],
  ['refuse', 'UNDER_REVIEW', (app, act) => app.refuse('A-R2', 'x', act)],
  ['passReview', 'UNDER_REVIEW', (app, act) => app.passReview(checklist, [], declaration, act)],
  ['returnReview', 'UNDER_REVIEW', (app, act) => app.returnReview('x', act)],
  ['approve', 'UNDER_REVIEW', (app, act) => app.approve(notice, act)],
  ['refer', 'UNDER_REVIEW', (app, act) => app.refer('x', declaration, act)],
  ['proposeWaiver', 'UNDER_REVIEW', (app, act) => app.proposeWaiver('x', act)],
  ['approveWithoutNotice', 'UNDER_REVIEW', (app, act) => app.approveWithoutNotice('x', registered, act)],
  ['dismissObjection', 'OBJECTION_HANDLING', (app, act) => app.decideObjection('dismissObjection', 'x', act)],
  ['upholdObjection', 'OBJECTION_HANDLING', (app, act) => app.decideObjection('upholdObjection', 'x', act)],
  ['upholdPartly', 'OBJECTION_HANDLING', (app, act) => app.decideObjection('upholdObjectionPartly', 'x', act)],
];

it.each(done)('%s is nobody else’s: not of another organisation, and changes nothing', (_name, state, act) => {
  const app = bring(state);
  const { version } = app;
  expect(codeOf(() => act(app, other))).toBe('not-your-organisation');
  expect([app.state, app.version]).toEqual([state, version]);
});

it.each(['extendReview', 'requestSupplement', 'passReview', 'refer', 'proposeWaiver'])(
  '%s is the reviewer’s alone, until a colleague takes over',
  (name) => {
    const act = done.find(([one]) => one === name)![2];
    const app = bring('UNDER_REVIEW');
    expect(codeOf(() => act(app, approver))).toBe('registration/not-the-reviewer');
    app.startReview(approver);
    expect(codeOf(() => act(app, approver))).toBeUndefined();
  },
);

it.each(['approve', 'approveWithoutNotice', 'returnReview'])('%s is a second person’s (SOD-7, INV-02)', (name) => {
  const act = done.find(([one]) => one === name)![2];
  expect(codeOf(() => act(bring('UNDER_REVIEW'), reviewer))).toBe('same-person');
  expect(codeOf(() => act(ready(), approver))).toBe('registration/not-reviewed');
  expect(codeOf(() => act(bring('UNDER_REVIEW'), approver))).toBeUndefined();
});

it('an addition to the list of corrections is a second person’s, in time, and never shortens the time (INV-03)', () => {
  const asked = () => bring('CORRECTION_REQUIRED');
  expect(codeOf(() => asked().addCorrection(['y'], 5, 'x', reviewer))).toBe('same-person');
  const due = new Date(asked().correction!.dueAt);
  const at5 = { ...approver, now: due };
  const late = { ...approver, now: new Date(due.getTime() + 1) };
  expect(codeOf(() => asked().addCorrection(['y'], 5, 'x', late))).toBe('registration/too-late');
  const app = asked();
  app.addCorrection(['y'], 1, 'x', approver);
  expect(app.correction).toEqual({ items: ['x', 'y'], dueAt: due.toISOString() });
  app.addCorrection(['z'], 3, 'x', at5);
  expect(app.correction!.dueAt).toBe(addWorkingDays(due, 3).toISOString());
  expect(app.correction!.items).toEqual(['x', 'y', 'z']);
});

it('what is corrected or handed in again comes in time', () => {
  const due = new Date(bring('CORRECTION_REQUIRED').correction!.dueAt);
  const late = by(applicantId, new Date(due.getTime() + 1));
  const last = by(applicantId, due);
  for (const act of [
    (app: Application, when: Act) => app.revise(content, when),
    (app: Application, when: Act) => app.submit('resubmit', submission, [], when),
  ]) {
    expect(codeOf(() => act(bring('CORRECTION_REQUIRED'), late))).toBe('registration/too-late');
    expect(codeOf(() => act(bring('CORRECTION_REQUIRED'), last))).toBeUndefined();
  }
});

it('an objection comes before the notice has ended', () => {
  const end = bring('PUBLIC_NOTICE').noticeEndsAt!;
  const object = (now: Date) => () => bring('PUBLIC_NOTICE').object('x', [], by(newId('org'), now));
  expect(codeOf(object(end))).toBeUndefined();
  expect(codeOf(object(new Date(end.getTime() + 1)))).toBe('registration/too-late');
});

it.each<[string, ApplicationState, (app: Application, code: string) => unknown]>([
  ['CORRECTION', 'SUBMITTED', (app, code) => app.requestCorrection(code, ['x'], 5, reviewer)],
  ['NOT_ACCEPT', 'SUBMITTED', (app, code) => app.decline(code, 'x', reviewer)],
  ['TERMINATE', 'SUPPLEMENT_REQUIRED', (app, code) => app.terminate(code, 'x', reviewer)],
  ['REFUSE', 'UNDER_REVIEW', (app, code) => app.refuse(code, 'x', reviewer)],
])('%s needs a ground of that kind, and takes each that there is', (kind, state, act) => {
  const codes = ['', 'toString', ...pack.grounds.map(({ code }) => code)];
  const fits = (code: string) =>
    pack.grounds.some((ground) => ground.code === code && (ground.kinds as readonly string[]).includes(kind));
  expect(codes.some(fits)).toBe(true);
  for (const code of codes)
    expect([code, faultsOf(() => act(bring(state), code))]).toEqual([code, fits(code) ? [] : ['/groundCode']]);
});

describe('the review', () => {
  it('is extended once, by at most ten working days', () => {
    const app = ready();
    expect(faultsOf(() => app.extendReview(11, 'x', reviewer))).toEqual(['/workingDays']);
    const due = app.reviewDue!;
    app.extendReview(10, 'x', reviewer);
    expect(app.reviewDue).toEqual(addWorkingDays(due, 10));
    expect(codeOf(() => app.extendReview(1, 'x', reviewer))).toBe('registration/already-extended');
  });

  it('begins to run at the acceptance, whether it has been taken up or not', () => {
    const app = bring('ACCEPTED');
    expect(app.deadlines['registration.review']).toEqual(new Date(addWorkingDays(at, 10).getTime() + 1));
  });

  it('passes with every question of this source answered with yes, and with remarks of the pack', () => {
    const pass = (answers: typeof checklist, remarks: Parameters<Application['passReview']>[1] = []) =>
      faultsOf(() => ready().passReview(answers, remarks, declaration, reviewer));
    expect(pass(checklist)).toEqual([]);
    for (const [i, { code }] of checklist.entries()) {
      expect(pass(checklist.toSpliced(i, 1))).toEqual([`/checklist/${code}`]);
      expect(pass(checklist.with(i, { code, ok: false, note: '' }))).toEqual([`/checklist/${code}`]);
    }
    const foreign = pack.reviewChecklist.find(({ appliesTo }) => appliesTo && !appliesTo.includes('COLLECTED'))!;
    const more = { code: foreign.id, ok: true, note: '' };
    expect(pass([more, ...checklist])).toEqual(['/checklist/0/code']);
    expect(pass([...checklist, more])).toEqual([`/checklist/${checklist.length}/code`]);
    for (const { kind } of pack.remarks) expect(pass(checklist, [{ kind, text: 'x' }])).toEqual([]);
    expect(pass(checklist, [{ kind: 'NONE', text: 'x' }])).toEqual(['/remarks/0/kind']);
    expect(
      pass(checklist, [
        { kind: 'OTHER', text: 'x' },
        { kind: 'NONE', text: 'x' },
      ]),
    ).toEqual(['/remarks/1/kind']);
  });

  it('waits for the committee where there is a risk, and for no other opinion than on that risk', () => {
    const risky = { ...declaration, personalInfo: 'PI' } as const;
    const app = ready();
    const pass = () => app.passReview(checklist, [], risky, reviewer);
    expect(codeOf(pass)).toBe('registration/committee-needed');
    app.refer('x', declaration, reviewer); // Asked without need: its opinion is not about the risk.
    expect(app.referral!.triggers).toEqual(['REVIEWER']);
    app.resolve(resolution('PASS'), platform);
    expect(codeOf(pass)).toBe('registration/committee-needed');
    app.refer('x', risky, reviewer);
    expect(app.referral!.triggers).toEqual(['PERSONAL_INFORMATION']);
    app.resolve(resolution('PASS'), platform);
    expect(codeOf(pass)).toBeUndefined();
  });

  it('knows no committee where the regime knows none', () => {
    const b = rulePack('CN-PUBLIC-2025');
    expect(b.committeePolicy.mode).toBe('NEVER');
    const app = ready();
    Object.assign(app, { rulePack: `${b.id}@${b.version}` });
    expect(codeOf(() => app.refer('x', declaration, reviewer))).toBe('registration/no-committee');
  });
});

describe('an objection that is upheld in part', () => {
  const partly = () => {
    const app = bring('OBJECTION_HANDLING');
    app.decideObjection('upholdObjectionPartly', 'x', approver);
    return app;
  };

  it('sends the application back to its review: nothing that was found or waived before counts', () => {
    const app = partly();
    expect([app.state, app.checklist, app.waiver, app.noticeEndsAt]).toEqual(['UNDER_REVIEW', null, null, null]);
    expect(codeOf(() => app.approve(notice, approver))).toBe('registration/not-reviewed');
    expect(codeOf(() => app.approveWithoutNotice('x', registered, approver))).toBe('registration/not-reviewed');
  });

  it('has to be heard by the committee, also when another objection was decided otherwise before', () => {
    const app = bring('OBJECTION_HANDLING');
    app.decideObjection('dismissObjection', 'x', approver);
    app.object('y', [], other);
    app.decideObjection('upholdObjectionPartly', 'x', approver);
    expect(codeOf(() => acts['passReview']!.do(app))).toBe('registration/committee-needed');
    acts['refer']!.do(app);
    expect(app.referral!.triggers).toEqual(['OBJECTION_PARTLY_UPHELD']);
  });

  it('gives the review the time that the notice and the objection took', () => {
    const app = bring('PUBLIC_NOTICE');
    const due = app.reviewDue!;
    app.object('x', [], by(newId('org'), at));
    const later = by(registrarId, new Date('2026-07-13T02:00:00Z')); // five working days after
    app.decideObjection('upholdObjectionPartly', 'x', { ...later, actor: approver.actor });
    expect(app.reviewDue).toEqual(addWorkingDays(due, 5));
    expect(app.deadlines['registration.objection']).toBeNull();
    expect(app.deadlines['registration.notice']).toBeNull();
  });
});

describe('the waiver of the notice (N1 §24)', () => {
  const asked = () => {
    const app = ready();
    acts['passReview']!.do(app);
    return app;
  };

  it('is asked for by the applicant, proposed by the reviewer, agreed to by another', () => {
    const { noticeWaiver: _, ...silent } = body;
    const app = Application.file(silent, holder);
    does('submit', 'accept', 'startReview', 'passReview')(app);
    expect(faultsOf(() => app.proposeWaiver('x', reviewer))).toEqual(['/content/noticeWaiver']);
    expect(codeOf(() => asked().approveWithoutNotice('x', registered, approver))).toBe('registration/no-waiver');
    const proposed = asked();
    proposed.proposeWaiver('x', reviewer);
    proposed.approveWithoutNotice('x', registered, approver);
    expect([proposed.state, proposed.noticeEndsAt]).toEqual(['REGISTERED', null]);
  });

  it('is none where the regime does not allow one, or has not said', () => {
    for (const allowed of [false, null]) {
      const strict = {
        ...pack,
        noticePolicy: { ...pack.noticePolicy, waiver: { ...pack.noticePolicy.waiver, allowed } },
      };
      expect(codeOf(() => rules.mustAllowWaiver(strict as typeof pack, content))).toBe('registration/no-waiver');
    }
    expect(codeOf(() => rules.mustAllowWaiver(pack, content))).toBeUndefined();
  });

  it('falls with the review that it belongs to', () => {
    const app = asked();
    app.proposeWaiver('x', reviewer);
    app.returnReview('x', approver);
    acts['passReview']!.do(app);
    expect(codeOf(() => app.approveWithoutNotice('x', registered, approver))).toBe('registration/no-waiver');
  });
});

it('the applicant never objects, whoever acts for it, and nobody is asked for what another has decided', () => {
  expect(codeOf(() => bring('PUBLIC_NOTICE').object('x', [], by(applicantId)))).toBe('registration/own-application');
});

it('a supplement stops the clock of the review, and its end starts it again (N1 §28)', () => {
  const app = Application.file(body, holder);
  does(...reviewed, 'requestSupplement')(app);
  expect(app.pauses.at(-1)).toMatchObject({ to: null });
  expect(app.deadlines['registration.review']).toBeNull();
  const due = app.reviewDue!;
  app.supply([], 'x', { ...holder, now: new Date('2026-07-08T02:00:00Z') });
  expect(app.reviewDue).toEqual(addWorkingDays(due, 2));
  expect(app.pauses.map(({ to }) => to)).toEqual(['2026-07-08T02:00:00.000Z']);
});
