import { rulePack } from '@app/rulepacks';
import type { DeclareResourceBody, FileInitialBody, SubmitGroupBody } from '@app/sdk';
import { audit } from '../scripts/audit.js';
import { newId } from '../src/platform/id.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

let w: RegistrarWorld;
beforeAll(async () => {
  w = await startRegistrar();
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const [PROPERTY, PUBLIC] = ['CN-PROPERTY-2026', 'CN-PUBLIC-2025'];
const alsoUnder = [{ regime: PUBLIC }];
const idOf = (app: string) => app.split('/').at(-1)!;
const codes = ({ materials }: { materials: { code: string }[] }) => materials.map(({ code }) => code).toSorted();
const materialsOf = (regime: string) => [...rulePack(regime).types[0]!.materials!];
const publicChecklist = rulePack(PUBLIC).reviewChecklist.map(({ id }) => ({ code: id, ok: true, note: '' }));
const required = ['form', 'identity', 'acquisition', 'sample', 'description'];

/** Data like no other here. */
const data = (changes: Partial<DeclareResourceBody> = {}) => {
  const rows = Array.from({ length: 40 }, () => `city ${newId('x')},1`);
  return w.declare(changes, w.holder, `city,trips\n${rows.join('\n')}\n`);
};

/** What both regimes ask for. */
async function shared(changes: Partial<FileInitialBody> = {}): Promise<FileInitialBody> {
  const body = await w.draft({ resourceId: await data() });
  const { fileId } = body.materials[0]!;
  const materials = [...required, ...materialsOf(PUBLIC)].map((code) => ({ code, fileId }));
  return { ...body, materials, alsoUnder, ...changes };
}
const post = async (changes: Partial<FileInitialBody> = {}) =>
  w.t.as(w.holder).post('/v1/applications', await shared(changes));

/** Files it. @returns the two applications and their group */
async function filed(changes: Partial<FileInitialBody> = {}): Promise<[string, string, string]> {
  const { status, body } = await post(changes);
  if (status !== 201) throw new Error(JSON.stringify(body));
  const view = await w.seen(`/v1/applications/${body.id}`, w.holder);
  return [`/v1/applications/${body.id}`, `/v1/applications/${view.siblings[0].id}`, view.groupId];
}
async function versionsOf(...apps: string[]): Promise<SubmitGroupBody> {
  const applications = [];
  for (const app of apps) applications.push({ id: idOf(app), version: (await w.seen(app, w.holder)).version });
  return { applications };
}
const onGroup = (group: string, act: string, body: object, who = w.holder) =>
  w.t.as(who).post(`/v1/application-groups/${group}/${act}`, body);
const states = (...apps: string[]) => Promise.all(apps.map(async (app) => (await w.seen(app, w.holder)).state));
const pointersOf = ({ body }: { body: { errors?: { pointer: string }[] } }) =>
  (body.errors ?? []).map(({ pointer }) => pointer);
const count = async () => (await w.db.query('SELECT count(*)::int AS n FROM registration.application')).rows[0].n;

describe('one filing under two packs', () => {
  it('makes an application under each, in one transaction, that share data, scenario, rights and materials', async () => {
    const { status, body } = await post({ validityYears: 5, operatingAgreementEnd: '2028-12-31' });
    expect(status).toBe(201);
    const first = await w.seen(`/v1/applications/${body.id}`, w.holder);
    const second = await w.seen(`/v1/applications/${first.siblings[0].id}`, w.holder);
    expect(first).toMatchObject({
      regime: PROPERTY,
      rulePack: `${PROPERTY}@1.0.0`,
      groupId: expect.stringMatching(/^grp_/),
      siblings: [{ id: second.id, version: 1, regime: PUBLIC, state: 'DRAFT', certificateNumber: null }],
    });
    expect(second).toMatchObject({ regime: PUBLIC, rulePack: `${PUBLIC}@1.0.0`, groupId: first.groupId });
    expect(second.siblings).toMatchObject([{ id: first.id, regime: PROPERTY }]);
    expect([second.resourceId, second.content.scenario, second.registrarId]).toEqual([
      first.resourceId,
      first.content.scenario,
      first.registrarId,
    ]);
    // Each takes what its regime knows.
    expect(codes(first.content)).toEqual(required.toSorted());
    expect(codes(second.content)).toEqual(materialsOf(PUBLIC).toSorted());
    expect(first.content).toMatchObject({ rights: [{ right: 'HOLD' }], validityYears: 5 });
    expect(first.content).not.toHaveProperty('operatingAgreementEnd');
    expect(second.content).toMatchObject({ rights: [], validityYears: 3, operatingAgreementEnd: '2028-12-31' });
    const { rows } = await w.db.query(
      `SELECT count(DISTINCT xid::text)::int AS transactions, count(*)::int AS events FROM ledger.payload
       WHERE stream = ANY ($1)`,
      [[first.id, second.id]],
    );
    expect(rows).toEqual([{ transactions: 1, events: 2 }]);
  });

  it('files nothing when one of them is refused, and points at it', async () => {
    const before = await count();
    const other = newId('org');
    for (const [wrong, pointer] of [
      [[{ regime: 'NONE' }], '/alsoUnder/0/regime'],
      [[{ regime: PUBLIC }, { regime: 'GD-COMPLIANCE-2023-DRAFT' }], '/alsoUnder/1/regime'],
      [[{ regime: 'SZ-PROPERTY-2023' }], '/alsoUnder/0/regime'],
      [[{ regime: PUBLIC, registrarId: other }], '/alsoUnder/0/registrarId'],
      [[{ regime: PROPERTY }], '/alsoUnder'],
      [[{ regime: PUBLIC }, { regime: PUBLIC }], '/alsoUnder'],
      [['A', 'B', 'C', 'D'].map((regime) => ({ regime })), '/alsoUnder'],
    ] as const) {
      const answer = await post({ alsoUnder: [...wrong] });
      expect([answer.status, pointersOf(answer)]).toEqual([422, [pointer]]);
    }
    expect(pointersOf(await post({ validityYears: 6 }))).toEqual(['/validityYears']);
    expect(await count()).toBe(before);
  });

  it('leaves with the first what no regime knows', async () => {
    const { materials } = await shared();
    const [first, second, group] = await filed({ materials: [...materials, { ...materials[0]!, code: 'unknown' }] });
    expect(codes((await w.seen(first, w.holder)).content)).toContain('unknown');
    const answer = await onGroup(group, 'submission', await versionsOf(first, second));
    expect(pointersOf(answer)).toEqual([`/${PROPERTY}/content/materials/5/code`]);
  });

  it('is about the same data as long as it is under way', async () => {
    const [first] = await filed();
    const { content } = await w.seen(first, w.holder);
    const put = async (body: object) =>
      fetch(`${await w.t.app.getUrl()}${first}`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${await w.t.issuer.token(w.holder.sub, w.holder.org, w.holder.roles)}`,
          'if-match': '"1"',
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
    const moved = await put({ ...content, resourceId: await w.declare() });
    expect([moved.status, pointersOf({ body: await moved.json() })]).toEqual([422, ['/resourceId']]);
    expect((await put({ ...content, scenario: '其他场景' })).status).toBe(204);
  });

  it('shows a registrar of one the others only when they were submitted to it', async () => {
    const [first, second] = await filed();
    await w.act(w.holder, `${first}/submission`);
    expect((await w.seen(first, w.officer)).siblings).toEqual([]);
    await w.act(w.holder, `${second}/submission`);
    expect((await w.seen(first, w.officer)).siblings).toMatchObject([{ id: idOf(second), state: 'SUBMITTED' }]);
  });
});

describe('the pre-check', () => {
  it('answers for each regime, and says what the submission says', async () => {
    const { registrarId: _registrar, type: _type, ...body } = await shared({ scenario: '' });
    const check = (changes: object = {}) =>
      w.t.as(w.holder).post('/v1/applications/pre-check', { ...body, ...changes });
    const { body: found } = await check();
    expect(found).toMatchObject({ rulePack: `${PROPERTY}@1.0.0`, ready: false, workingDaysAtMost: 18 });
    expect(found.alsoUnder).toMatchObject([
      { regime: PUBLIC, rulePack: `${PUBLIC}@1.0.0`, ready: false, workingDaysAtMost: 33, rights: [] },
    ]);
    const faults = [found, ...found.alsoUnder].map((one) => one.faults.map((f: { pointer: string }) => f.pointer));
    expect(faults).toEqual([['/content/scenario'], ['/content/scenario']]);
    const whole = (await check({ scenario: '交通规划' })).body;
    expect([whole.ready, whole.alsoUnder[0].ready]).toEqual([true, true]);
    expect(pointersOf(await check({ alsoUnder: [{ regime: 'NONE' }] }))).toEqual(['/alsoUnder/0/regime']);
    expect((await check({ alsoUnder: undefined })).body.alsoUnder).toEqual([]);
  });
});

describe('the group is submitted', () => {
  it('as a whole, each with its own clock, and no sibling is a duplicate', async () => {
    const [first, second, group] = await filed();
    expect((await onGroup(group, 'submission', await versionsOf(first, second))).status).toBe(204);
    expect(await states(first, second)).toEqual(['SUBMITTED', 'SUBMITTED']);
    for (const app of [first, second])
      expect(await w.seen(app, w.officer)).toMatchObject({ flags: [], similarData: [] });
  });

  it('to no registrar when one is not fit, with the faults of each under its regime', async () => {
    const { materials } = await shared();
    const [first, second, group] = await filed({
      scenario: '',
      materials: materials.filter(({ code }) => code !== 'risk-assessment'),
    });
    const answer = await onGroup(group, 'submission', await versionsOf(first, second));
    expect(answer.body).toMatchObject({
      code: 'registration/group-refused',
      refused: [
        { applicationId: idOf(first), regime: PROPERTY, code: 'registration/incomplete' },
        { applicationId: idOf(second), regime: PUBLIC, code: 'registration/incomplete' },
      ],
    });
    expect(pointersOf(answer).toSorted()).toEqual([
      `/${PROPERTY}/content/scenario`,
      `/${PUBLIC}/content/materials`,
      `/${PUBLIC}/content/scenario`,
    ]);
    expect(await states(first, second)).toEqual(['DRAFT', 'DRAFT']);
    // One of them alone is not fit: the other, which is, stays a draft too.
    const [fit, unfit, half] = await filed({ materials: materials.filter(({ code }) => code !== 'risk-assessment') });
    const refused = await onGroup(half, 'submission', await versionsOf(fit, unfit));
    expect(refused.body.refused).toMatchObject([{ regime: PUBLIC }]);
    expect(await states(fit, unfit)).toEqual(['DRAFT', 'DRAFT']);
    expect(await w.eventsOf(fit, 'submitted')).toEqual([]);
  });

  it('tells which is barred for good (INV-01), though another regime takes it', async () => {
    const resourceId = await data({ isGovernmentDutyData: true });
    const [first, second, group] = await filed({ resourceId });
    const { body } = await onGroup(group, 'submission', await versionsOf(first, second));
    expect(body.refused).toMatchObject([
      { regime: PROPERTY, code: 'registration/not-registrable', groundCode: 'A-R6' },
    ]);
    await w.act(w.holder, `${second}/submission`);
    expect(await states(first, second)).toEqual(['DRAFT', 'SUBMITTED']);
  });

  it('only in the versions that were read, all of them, by the applicant', async () => {
    const [first, second, group] = await filed();
    const [alone] = await filed();
    const both = await versionsOf(first, second);
    const submit = (body: object, who = w.holder) => onGroup(group, 'submission', body, who);
    expect((await submit(both, w.stranger)).body.code).toBe('not-your-organisation');
    expect((await submit(both, w.officer)).status).toBe(403);
    expect(pointersOf(await submit(await versionsOf(first)))).toEqual(['/applications']);
    expect(pointersOf(await submit(await versionsOf(first, second, alone)))).toEqual(['/applications/2/id']);
    const [one, two] = both.applications;
    expect((await submit({ applications: [one, { ...two, version: 9 }] })).body).toMatchObject({
      code: 'stale',
      version: 1,
      applicationId: idOf(second),
    });
    expect((await onGroup(newId('grp'), 'submission', both)).status).toBe(404);
    expect(await states(first, second)).toEqual(['DRAFT', 'DRAFT']);
    // One was handed in alone: what is left is handed in as the group.
    await w.act(w.holder, `${first}/submission`);
    expect((await submit(both)).body.code).toBe('stale');
    expect((await submit(await versionsOf(first, second))).body.code).toBe('illegal-transition');
    expect((await submit(await versionsOf(second))).status).toBe(204);
    expect((await submit(await versionsOf(second))).body.code).toBe('illegal-transition');
    expect((await w.seen(second, w.officer)).flags).toEqual([]);
  });

  it('at the same moment by two: once', async () => {
    const [first, second, group] = await filed();
    const body = await versionsOf(first, second);
    const answers = await Promise.all([1, 2].map(() => onGroup(group, 'submission', body)));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 412]);
    expect(await w.eventsOf(first, 'submitted')).toHaveLength(1);
    expect(await w.eventsOf(second, 'submitted')).toHaveLength(1);
  });

  it('and is withdrawn as a whole', async () => {
    const [first, second, group] = await filed();
    await w.act(w.holder, `${first}/submission`);
    const reason = '演示撤回';
    expect(pointersOf(await onGroup(group, 'withdrawal', { ...(await versionsOf(first)), reason }))).toEqual([
      '/applications',
    ]);
    expect((await onGroup(group, 'withdrawal', { ...(await versionsOf(first, second)), reason })).status).toBe(204);
    expect(await states(first, second)).toEqual(['WITHDRAWN', 'WITHDRAWN']);
    expect((await w.seen(second, w.holder)).decisions).toMatchObject([{ action: 'withdraw', text: reason }]);
  });
});

describe('then each goes its own way', () => {
  async function inNotice(changes: Partial<FileInitialBody> = {}): Promise<[string, string]> {
    const [first, second, group] = await filed(changes);
    await onGroup(group, 'submission', await versionsOf(first, second));
    for (const [app, checklist] of [
      [first, checklistFor('COLLECTED')],
      [second, publicChecklist],
    ] as const) {
      await w.act(w.officer, `${app}/acceptance`);
      await w.act(w.officer, `${app}/review-start`);
      await w.act(w.officer, `${app}/review-pass`, { checklist });
      await w.act(w.approver, `${app}/approval`);
    }
    return [first, second];
  }

  it('by the clocks of its own pack: 3, 10 and 5, and 3, 20 and 10 working days', async () => {
    const [first, second] = await inNotice();
    const clocks = async (app: string) => {
      const { acceptance, review, notice } = (await w.seen(app)).clocks;
      return [acceptance, review, notice].map(({ remainingWorkingDays }) => remainingWorkingDays);
    };
    // What is due is counted before the notice stops the review.
    const due = async (app: string) => (await w.eventsOf(app, 'accepted'))[0]!['reviewDue'];
    expect([await due(first), await due(second)]).toEqual(['2026-07-20T15:59:59.999Z', '2026-08-03T15:59:59.999Z']);
    expect(await clocks(first)).toEqual([3, 10, 5]);
    expect(await clocks(second)).toEqual([3, 20, 10]);
  });

  it('one is refused while the other is certified, with a number of its own', async () => {
    const [first, second, group] = await filed();
    await onGroup(group, 'submission', await versionsOf(first, second));
    for (const app of [first, second]) {
      await w.act(w.officer, `${app}/acceptance`);
      await w.act(w.officer, `${app}/review-start`);
    }
    await w.act(w.officer, `${first}/refusal`, { groundCode: 'A-R2', text: '演示理由' });
    await w.act(w.officer, `${second}/review-pass`, { checklist: publicChecklist });
    await w.act(w.approver, `${second}/approval`);
    const { noticeEndsAt } = (await w.eventsOf(second, 'published'))[0] as { noticeEndsAt: string };
    w.setInstant(noticeEndsAt, 1);
    await w.fire();
    await w.t.settle();
    expect(await states(first, second)).toEqual(['REFUSED', 'CERTIFIED']);
    const { certificateNumber } = await w.seen(second);
    expect((await w.seen(first)).siblings).toMatchObject([{ state: 'CERTIFIED', certificateNumber }]);
  });

  it('or both are certified, for the same data, under two numbers', async () => {
    const [first, second] = await inNotice();
    for (const app of [first, second]) {
      const { noticeEndsAt } = (await w.eventsOf(app, 'published'))[0] as { noticeEndsAt: string };
      w.setInstant(noticeEndsAt, 1);
      await w.fire();
      await w.t.settle();
      if (app === first) expect(await states(first, second)).toEqual(['CERTIFIED', 'PUBLIC_NOTICE']);
    }
    expect(await states(first, second)).toEqual(['CERTIFIED', 'CERTIFIED']);
    const numbers = [(await w.seen(first)).certificateNumber, (await w.seen(second)).certificateNumber];
    expect(new Set(numbers).size).toBe(2);
    const { resourceId } = await w.seen(first);
    const { rows } = await w.db.query(
      `SELECT rule_pack AS pack, status AS state, resource_id AS data FROM certificates.certificate
       WHERE number = ANY ($1) ORDER BY rule_pack`,
      [numbers],
    );
    expect(rows).toEqual([
      { pack: `${PROPERTY}@1.0.0`, state: 'ACTIVE', data: resourceId },
      { pack: `${PUBLIC}@1.0.0`, state: 'ACTIVE', data: resourceId },
    ]);
  });

  it('a later filing of the same data alone is pointed out', async () => {
    const [first, second, group] = await filed();
    await onGroup(group, 'submission', await versionsOf(first, second));
    const again = await w.file({ resourceId: (await w.seen(first)).resourceId });
    await w.act(w.holder, `${again}/submission`);
    const { flags, similarData } = await w.seen(again, w.officer);
    expect([flags, similarData.length]).toEqual([['DUPLICATE_SUSPECT'], 2]);
  });
});

it('the database keeps one application of each regime in a group', async () => {
  const [first, second] = await filed();
  await expect(
    w.db.query('UPDATE registration.application SET regime = $2 WHERE id = $1', [idOf(second), PROPERTY]),
  ).rejects.toThrow(/application_group/);
  expect(await states(first, second)).toEqual(['DRAFT', 'DRAFT']);
});

it('replaying the events gives every row back', async () => {
  await w.t.settle();
  let text = '';
  const out = { write: (chunk: string) => void (text += chunk) };
  const url = w.t.databaseUrl;
  const code = await audit(['replay', '--database', url], { DATABASE_URL: url }, out);
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
});
