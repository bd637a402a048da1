import { rulePack } from '@app/rulepacks';
import type { DeclareResourceBody } from '@app/sdk';
import { eventType, revive } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { questionsFor } from './application-rules.js';
import { Application, type Act } from './application.js';
import type { DataResource } from './data-resource.js';

/** The same procedure under the pack of public-data resources, where the two regimes differ. */
const pack = rulePack('CN-PUBLIC-2025');
const [applicantId, registrarId, fileId] = [newId('org'), newId('org'), newId('file')];
const monday = new Date('2026-07-06T02:00:00Z');
const by = (orgId: string, now = monday): Act => ({ actor: { id: newId('per'), orgId, roles: [] }, now });
const [holder, reviewer, approver, other] = [by(applicantId), by(registrarId), by(registrarId), by(newId('org'))];
const declaration = { rightsSituation: 'GOVERNMENT_DUTY', isGovernmentDutyData: true, sourceKind: 'COLLECTED' };
const resource = { declaration: declaration as unknown as DeclareResourceBody } as DataResource;
const checklist = questionsFor(pack, 'COLLECTED').map(({ id }) => ({ code: id, ok: true, note: '' }));
const notice = { applicant: { name: '演示', uscc: '' }, dataName: '', dataAbstract: '', restrictions: [] };

function submitted(): Application {
  const application = Application.file(
    {
      regime: 'CN-PUBLIC-2025',
      type: 'INITIAL',
      resourceId: newId('res'),
      registrarId,
      rights: [],
      scenario: '演示场景',
      materials: pack.types[0]!.materials!.map((code) => ({ code, fileId })),
      validityYears: 3,
      proofs: { contractRights: [], consentOfOthers: false, publicPlatformRegistration: false },
    },
    holder,
  );
  application.submit('submit', { resource, owners: new Map([[fileId, applicantId]]), applicantId }, [], holder);
  return application;
}
function noticed(): Application {
  const application = submitted();
  application.accept(reviewer);
  application.startReview(reviewer);
  application.passReview(checklist, [], resource.declaration, reviewer);
  application.approve(notice, approver);
  return application;
}

it('takes duty data of government bodies, which is what it is for, and claims no rights', () => {
  expect(submitted()).toMatchObject({ state: 'SUBMITTED', rulePack: 'CN-PUBLIC-2025@1.0.0' });
});

it('is not accepted by silence: that nobody answered is noted once, and the registrar answers late', () => {
  const application = submitted();
  const due = application.acceptDue!.toISOString();
  const fires = application.deadlines['registration.acceptance']!;
  expect(fires.getTime()).toBe(application.acceptDue!.getTime() + 1);
  application.noteOverdue(by('', fires));
  const [noted] = application.getUncommittedEvents().slice(-1);
  expect(noted).toMatchObject({ clock: 'ACCEPTANCE', due });
  expect(application).toMatchObject({ state: 'SUBMITTED', missed: [due] });
  expect(application.deadlines['registration.acceptance']).toBeNull();
  application.accept(by(registrarId, new Date('2026-07-20T02:00:00Z')));
  // 20 working days from Monday 20 July.
  expect(application).toMatchObject({ state: 'ACCEPTED', reviewDue: new Date('2026-08-17T15:59:59.999Z') });
});

it('is published for 10 working days', () => {
  expect(noticed()).toMatchObject({ state: 'PUBLIC_NOTICE', noticeEndsAt: new Date('2026-07-20T15:59:59.999Z') });
});

it('cannot be extended: the measures know no extension', () => {
  const application = submitted();
  application.accept(reviewer);
  application.startReview(reviewer);
  expect(() => application.extendReview(1, 'x', reviewer)).toThrow(expect.objectContaining({ code: 'not-published' }));
});

it('takes objections without a time that nobody has published, and an upheld one terminates', () => {
  const application = noticed();
  application.object('x', [], other);
  expect(application.objections[0]).toMatchObject({ dueAt: null, upheld: null });
  expect(application.deadlines['registration.objection']).toBeNull();
  application.decideObjection('upholdObjection', '成立', approver);
  expect(application).toMatchObject({ state: 'TERMINATED', objections: [{ upheld: true, text: '成立' }] });
  expect(application.decisions.at(-1)).toMatchObject({ action: 'terminateOnObjection', groundCode: 'B-T1' });
  const again = new Application();
  again.loadFromHistory(application.getUncommittedEvents().map((e) => revive(eventType(e), JSON.stringify(e))));
  application.uncommit();
  expect(again).toEqual(application);
});
