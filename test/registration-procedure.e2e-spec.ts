import { xml2js } from 'xml-js';
import { audit } from '../scripts/audit.js';
import { asSystem } from '../src/platform/context.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import type { Resolution } from '../src/registration/application-events.js';
import { ApplyResolution } from '../src/registration/apply-resolution.js';
import type { Who } from './support/client.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

let w: RegistrarWorld;
beforeAll(async () => {
  w = await startRegistrar();
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

interface AtomFeed {
  readonly feed: { readonly entry: readonly { readonly id: { readonly _text: string } }[] };
}

const checklist = checklistFor('COLLECTED');
const pass = { checklist };

describe('the committee', () => {
  const resolve = (app: string, changes: Partial<Resolution>) => {
    const facts = { caseId: 'case_1', opinion: 'PASS' as const, groundCode: null, reasons: '理由', conditions: [] };
    const resolution = { ...facts, resolutionHash: 'a'.repeat(64), ...changes };
    const id = app.split('/').at(-1)!;
    return asSystem(() => w.t.app.get(UnitOfWork, { strict: false }).execute(new ApplyResolution(id, resolution)));
  };
  const personal = async () => w.underReview(await w.file({ resourceId: await w.declare({ personalInfo: 'PI' }) }));

  it('has to be heard about personal information; its clock stands in that of the review, which runs on', async () => {
    const app = await personal();
    expect(await w.refusal(w.officer, `${app}/review-pass`, pass)).toBe('registration/committee-needed');
    expect(await w.refusal(w.approver, `${app}/referral`, { text: 'x' })).toBe('registration/not-the-reviewer');
    await w.act(w.officer, `${app}/referral`, { text: '含个人信息' });
    const view = await w.seen(app);
    expect(view).toMatchObject({
      state: 'COMMITTEE_REVIEW',
      referral: { by: w.officer.sub, triggers: ['PERSONAL_INFORMATION'], dueAt: '2026-07-13T15:59:59.999Z' },
    });
    expect(view.clocks.review).toMatchObject({ due: '2026-07-20T15:59:59.999Z', paused: false });
    expect(await w.eventsOf(app, 'referred')).toMatchObject([
      {
        applicantId: w.holder.org,
        registrarId: w.registrarOrg,
        triggers: ['PERSONAL_INFORMATION'],
        text: '含个人信息',
      },
    ]);
    expect(await w.refusal(w.officer, `${app}/review-pass`, pass)).toBe('illegal-transition');
    w.setTime('2026-07-21T00:00');
    await w.fire();
    expect((await w.seen(app)).clocks.review).toMatchObject({ overdue: true, paused: false });
  });

  it('passes with conditions: they stand on the register and are due', async () => {
    const app = await personal();
    await w.act(w.officer, `${app}/referral`, { text: 'x' });
    const conditions = [{ text: '去标识化', dueAt: '2026-08-01T15:59:59.999Z' }];
    await resolve(app, { opinion: 'PASS_WITH_CONDITIONS', conditions });
    await resolve(app, { opinion: 'FAIL' }); // delivered twice, or late: without effect
    const remarks = [{ kind: 'OTHER', text: '自有备注' }];
    await w.act(w.officer, `${app}/review-pass`, { checklist, remarks });
    const view = await w.seen(app);
    expect(view.remarks.map(({ text }: { text: string }) => text)).toEqual([
      '自有备注',
      '去标识化 (期限 due 2026-08-01)',
    ]);
    expect(view.obligations).toMatchObject([{ text: '去标识化', dueAt: conditions[0]!.dueAt, overdue: false }]);
    expect(view.resolution).toMatchObject({ opinion: 'PASS_WITH_CONDITIONS', conditions });
    w.setTime('2026-08-02T00:00');
    expect((await w.seen(app, w.holder)).obligations).toMatchObject([{ overdue: true }]);
  });

  it('returns for a supplement, which stops the clock, and has to be heard again', async () => {
    const app = await personal();
    await w.act(w.officer, `${app}/referral`, { text: 'x' });
    await resolve(app, { opinion: 'RETURN_FOR_SUPPLEMENT' });
    expect(await w.seen(app)).toMatchObject({
      state: 'SUPPLEMENT_REQUIRED',
      supplement: { items: ['理由'], dueAt: '2026-07-13T15:59:59.999Z' },
      clocks: { review: { paused: true } },
    });
    await w.act(w.holder, `${app}/supplement`, { materials: [], note: '已补充' });
    expect(await w.refusal(w.officer, `${app}/review-pass`, pass)).toBe('registration/committee-needed');
    await w.act(w.officer, `${app}/referral`, { text: 'y' });
    await resolve(app, {});
    await w.act(w.officer, `${app}/review-pass`, pass);
  });

  it('fails it with a ground of the pack', async () => {
    const app = await personal();
    await w.act(w.officer, `${app}/referral`, { text: 'x' });
    await resolve(app, { opinion: 'FAIL', groundCode: 'A-R1' });
    const view = await w.seen(app, w.holder);
    expect(view).toMatchObject({ state: 'REFUSED', actions: [] });
    expect(view.decisions.at(-1)).toMatchObject({
      action: 'refuseByCommittee',
      groundCode: 'A-R1',
      ground: { zh: expect.any(String), en: expect.any(String) },
      text: '理由',
    });
  });

  it('may be asked without need, and an applicant may withdraw from it', async () => {
    const app = await w.underReview(await w.file());
    await w.act(w.officer, `${app}/referral`, { text: '拿不准' });
    expect((await w.seen(app)).referral.triggers).toEqual(['REVIEWER']);
    await w.act(w.holder, `${app}/withdrawal`);
    await resolve(app, {});
    expect((await w.seen(app)).state).toBe('WITHDRAWN');
  });

  it('is asked after an objection was upheld in part; the review goes on and publishes anew', async () => {
    const app = await w.underReview(await w.file());
    await w.act(w.officer, `${app}/review-pass`, pass);
    await w.act(w.approver, `${app}/approval`);
    await w.t.as(w.stranger).post(`${app}/objections`, { reason: '部分数据来自我方' });
    await w.act(w.approver, `${app}/objection-decision`, { upheld: true, partly: true, text: '部分成立' });
    expect(await w.seen(app)).toMatchObject({
      state: 'UNDER_REVIEW',
      clocks: { notice: null, review: { paused: false } },
    });
    expect(await w.refusal(w.officer, `${app}/review-pass`, pass)).toBe('registration/committee-needed');
    await w.act(w.officer, `${app}/referral`, { text: 'x' });
    expect((await w.seen(app)).referral.triggers).toEqual(['OBJECTION_PARTLY_UPHELD']);
    await resolve(app, {});
    await w.act(w.officer, `${app}/review-pass`, pass);
    await w.act(w.approver, `${app}/approval`);
    expect((await w.seen(app)).state).toBe('PUBLIC_NOTICE');
  });
});

describe('the waiver of the notice', () => {
  it('is asked for, proposed, and approved by another person: registered at once', async () => {
    const app = await w.underReview(await w.file({ noticeWaiver: '已在公共数据平台公示' }));
    await w.act(w.officer, `${app}/review-pass`, pass);
    expect(await w.refusal(w.approver, `${app}/approval-without-notice`, { text: 'x' })).toBe('registration/no-waiver');
    await w.act(w.officer, `${app}/notice-waiver`, { text: '理由充分' });
    expect((await w.seen(app, w.approver)).actions).toEqual(
      expect.arrayContaining(['approve', 'approveWithoutNotice']),
    );
    expect(await w.refusal(w.officer, `${app}/approval-without-notice`, { text: 'x' })).toBe('forbidden');
    await w.act(w.approver, `${app}/approval-without-notice`, { text: '同意' });
    const view = await w.seen(app);
    expect(view).toMatchObject({
      state: 'REGISTERED',
      validFrom: '2026-07-06T02:00:00.000Z',
      clocks: { notice: null },
    });
    expect(view.decisions.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['proposeWaiver', 'approve', 'waiveNotice']),
    );
    await w.t.settle();
    expect((await w.seen(app)).state).toBe('CERTIFIED');
  });

  it('is not given unless it was asked for, nor by the reviewer', async () => {
    const app = await w.underReview(await w.file());
    await w.act(w.officer, `${app}/review-pass`, pass);
    expect(await w.refusal(w.officer, `${app}/notice-waiver`, { text: 'x' })).toBe('registration/no-waiver');
    const both = w.of(w.registrarOrg, 'registrarOfficer', 'registrarApprover');
    const own = await w.file({ noticeWaiver: '理由' });
    await w.act(w.holder, `${own}/submission`);
    await w.act(both, `${own}/acceptance`);
    await w.act(both, `${own}/review-start`);
    await w.act(both, `${own}/review-pass`, pass);
    await w.act(both, `${own}/notice-waiver`, { text: 'x' });
    expect(await w.refusal(both, `${own}/approval-without-notice`, { text: 'x' })).toBe('same-person');
  });
});

describe('the corrections', () => {
  const correction = { items: ['补身份证明'], dueDays: 5, groundCode: 'A-N1' };
  const addition = { items: ['补数据样例'], dueDays: 5, reason: '材料在受理后才显示缺失' };

  it('are listed once; a supervisor adds to the list with a reason and new time (INV-03)', async () => {
    const app = await w.file();
    await w.act(w.holder, `${app}/submission`);
    const both = w.of(w.registrarOrg, 'registrarOfficer', 'registrarApprover');
    await w.act(both, `${app}/correction-request`, correction);
    w.setTime('2026-07-08T10:00');
    expect(await w.refusal(w.officer, `${app}/correction-addition`, addition)).toBe('forbidden');
    expect(await w.refusal(both, `${app}/correction-addition`, addition)).toBe('same-person');
    await w.act(w.approver, `${app}/correction-addition`, addition);
    const view = await w.seen(app, w.holder);
    expect(view.correction).toEqual({ items: ['补身份证明', '补数据样例'], dueAt: '2026-07-15T15:59:59.999Z' });
    expect(view.decisions.at(-1)).toMatchObject({ action: 'addCorrection', text: addition.reason, groundCode: 'A-N1' });
    w.setTime('2026-07-14T10:00'); // The first list's time is over, the new one's is not.
    await w.fire();
    await w.act(w.holder, `${app}/resubmission`);
    expect((await w.seen(app)).state).toBe('SUBMITTED');
  });
});

describe('at the moment at which a time ends, exactly one of a person and the clock wins', () => {
  type Last = () => Promise<{ status: number }>;
  interface Seen {
    readonly correction: { readonly dueAt: string };
    readonly clocks: { readonly notice: { readonly due: string } };
    readonly objections: { readonly dueAt: string }[];
  }
  async function race(prepare: () => Promise<[string, Last]>, due: (view: Seen) => string) {
    const outcomes: [boolean, string][] = [];
    for (let round = 0; round < 4; round += 1) {
      w.setTime('2026-07-06T10:00');
      const [app, last] = await prepare();
      const end = due((await w.seen(app)) as Seen);
      w.setInstant(end); // the last moment in time
      const acting = last();
      const firing = (async () => {
        for (let turn = 0; turn < round * 4; turn += 1) await new Promise(setImmediate);
        w.setInstant(end, 1);
        await w.fire();
      })();
      const [{ status }] = await Promise.all([acting, firing]);
      await w.fire();
      outcomes.push([status < 300, (await w.seen(app)).state as string]);
    }
    return outcomes;
  }
  const noticed = async () => {
    const app = await w.underReview(await w.file());
    await w.act(w.officer, `${app}/review-pass`, pass);
    await w.act(w.approver, `${app}/approval`);
    return app;
  };

  it('a correction is handed in, or the application lapses', async () => {
    const prepare = async (): Promise<[string, Last]> => {
      const app = await w.file();
      await w.act(w.holder, `${app}/submission`);
      await w.act(w.officer, `${app}/correction-request`, { items: ['x'], dueDays: 5, groundCode: 'A-N1' });
      return [app, () => w.t.as(w.holder).act(`${app}/resubmission`)];
    };
    for (const [done, state] of await race(prepare, ({ correction }) => correction.dueAt))
      expect(state).toBe(done ? 'SUBMITTED' : 'LAPSED');
  });

  it('an objection is made, or the notice ends', async () => {
    const prepare = async (): Promise<[string, Last]> => {
      const app = await noticed();
      return [app, () => w.t.as(w.stranger).post(`${app}/objections`, { reason: 'x' })];
    };
    for (const [done, state] of await race(prepare, ({ clocks }) => clocks.notice.due))
      expect(state).toBe(done ? 'OBJECTION_HANDLING' : 'REGISTERED');
  });

  it('an objection is decided, and noted to be overdue at most once', async () => {
    const prepare = async (): Promise<[string, Last]> => {
      const app = await noticed();
      await w.t.as(w.stranger).post(`${app}/objections`, { reason: 'x' });
      return [app, () => w.t.as(w.approver).act(`${app}/objection-decision`, { upheld: true, text: 'x' })];
    };
    for (const [done, state] of await race(prepare, ({ objections }) => objections.at(-1)!.dueAt))
      expect(state).toBe(done ? 'REFUSED' : 'OBJECTION_HANDLING');
  });
});

it('everybody may read the notices as a page, in both languages, with the time that is left', async () => {
  const evil = '<script>alert(1)</script>';
  const app = await w.underReview(await w.file({ resourceId: await w.declare({ abstract: evil }) }));
  await w.act(w.officer, `${app}/review-pass`, pass);
  await w.act(w.approver, `${app}/approval`);
  const url = `${await w.t.app.getUrl()}/notices`;
  const [zh, en] = await Promise.all(
    [`${url}?lang=zh-CN`, `${url}?lang=en`].map(async (at) => (await fetch(at)).text()),
  );
  for (const page of [zh!, en!]) {
    expect(page).toContain(app.split('/').at(-1));
    expect(page).toContain('2026-07-13');
    expect(page).not.toContain(evil);
  }
  expect(zh).toContain('剩余工作日');
  expect(en).toContain('Working days left');
  expect(zh).toContain('type="application/atom+xml"');
});

it('the notices are a feed to subscribe to, the newest first, and a list with pages', async () => {
  const apps: string[] = [];
  for (const day of ['2026-07-07', '2026-07-08']) {
    w.setTime(`${day}T09:00`);
    const app = await w.underReview(await w.file({ resourceId: await w.declare({ abstract: `<b>${day}</b>` }) }));
    await w.act(w.officer, `${app}/review-pass`, pass);
    await w.act(w.approver, `${app}/approval`);
    apps.push(app.split('/').at(-1)!);
  }
  const url = await w.t.app.getUrl();
  const answer = await fetch(`${url}/notices.atom?lang=en`);
  expect(answer.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
  const feed = (xml2js(await answer.text(), { compact: true }) as AtomFeed).feed;
  const ids = feed.entry.map(({ id }) => id._text.split('#')[1]);
  expect(ids.slice(0, 2)).toEqual(apps.toReversed());
  expect(feed.entry[0]).toMatchObject({
    title: { _cdata: expect.stringMatching(/^Initial registration: /) },
    published: { _text: '2026-07-08T01:00:00.000Z' },
    summary: { _cdata: expect.stringContaining('<b>2026-07-08</b>') },
  });

  const seen: string[] = [];
  for (let next: string | undefined = '/notices?lang=en'; next;) {
    const page: string = await (await fetch(url + next)).text();
    seen.push(...[...page.matchAll(/<table id="(app_\w+)"/g)].map(([, id]) => id!));
    next = /rel="next" href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#38;', '&');
    if (next) next = `/notices${next}`;
  }
  expect(new Set(seen)).toEqual(new Set(ids));
  expect(seen).toHaveLength(ids.length);
  expect((await fetch(`${url}/notices?cursor=x`)).status).toBe(422);
});

it('a clock says how much is left, and why and since when it stands still', async () => {
  const app = await w.underReview(await w.file());
  w.setTime('2026-07-08T10:00');
  expect((await w.seen(app)).clocks.review).toMatchObject({ remainingWorkingDays: 8, pausedSince: null });
  await w.act(w.officer, `${app}/supplement-request`, { items: ['x'], dueDays: 10 });
  w.setTime('2026-07-15T10:00');
  expect((await w.seen(app, w.holder)).clocks.review).toMatchObject({
    remainingWorkingDays: 8,
    paused: true,
    pausedBecause: 'SUPPLEMENT',
    pausedSince: '2026-07-08T02:00:00.000Z',
  });
});

it('whoever is shown where an officer acted learns its name, and nobody else', async () => {
  const person = { organisationId: w.registrarOrg, login: 'demo.reviewer', displayName: '演示审查员' };
  const roles = ['registrarOfficer' as const];
  const made = await w.t.as(w.operator).post('/v1/people', { ...person, roles, password: 'correct horse battery' });
  const reviewer = { ...w.of(w.registrarOrg, ...roles), sub: made.body.id as string };
  const app = await w.file();
  const path = `/v1/names?of=${app.split('/').at(-1)}`;
  const namesFor = async (who: Who) => (await w.t.as(who).get(path)).body.names;
  await w.act(w.holder, `${app}/submission`);
  expect(await namesFor(w.holder)).toEqual({});
  await w.act(reviewer, `${app}/declination`, { groundCode: 'A-N1', reason: '材料不符合规定' });
  for (const who of [w.holder, w.officer, w.regulator])
    expect(await namesFor(who)).toEqual({ [reviewer.sub]: '演示审查员' });
  expect((await w.t.as(w.stranger).get(path)).status).toBe(404);
  expect((await fetch(`${await w.t.app.getUrl()}${path}`)).status).toBe(401);
  for (const other of [reviewer.sub, 'x', ''])
    expect((await w.t.as(w.regulator).get(`/v1/names?of=${other}`)).status).toBe(422);
  const fileId = await w.upload(w.approver, 'Proof');
  const listed = { personId: reviewer.sub, disciplines: ['LAW'], experiencedSince: '2020-01-01', fileId };
  await w.t.as(w.approver).post('/v1/registrar-staff', listed);
  const { items } = (await w.t.as(w.officer).get('/v1/registrar-staff')).body;
  expect(items).toMatchObject([{ personId: reviewer.sub, personName: '演示审查员' }]);
});

it('replaying the events gives every row back', async () => {
  await w.t.settle();
  let text = '';
  const out = { write: (chunk: string) => void (text += chunk) };
  const url = w.t.databaseUrl;
  const code = await audit(['replay', '--database', url], { DATABASE_URL: url }, out);
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
});
