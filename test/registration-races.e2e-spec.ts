import { CommitteeCase } from '../src/committee/committee-case.js';
import { Obligation, OBLIGATION_DUE } from '../src/committee/obligation.js';
import { asSystem } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import type { Who } from './support/client.js';
import { facts } from './support/committee-case.js';
import { differences } from './support/differences.js';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

let w: RegistrarWorld;
beforeAll(async () => {
  w = await startRegistrar();
});
afterAll(async () => {
  expect(await differences(w.t)).toEqual([]);
  await w.close();
});

/** Nothing happens by itself but what a race lets happen. */
const START = '2026-07-06T10:00';
const ROUNDS = 4;
const checklist = checklistFor('COLLECTED');
const told = (path: string) => path.split('/').find((part) => /_[0-9a-f]{32}$/.test(part))!;

/** What the ledger tells of a thing since `version`: event types without their context. */
async function ledger(stream: string): Promise<string[]> {
  const { rows } = await w.db.query<{ type: string }>(
    'SELECT type FROM ledger.payload WHERE stream = $1 ORDER BY version',
    [stream],
  );
  return rows.map(({ type }) => type.replace(/^\w+\.|\.v1$/g, ''));
}

interface Race {
  /** The thing that both want to change. */
  readonly stream: string;
  /** The last moment in time. */
  readonly end: string;
  readonly act: () => Promise<{ status: number; body?: { code?: string } }>;
}
interface Outcome {
  readonly done: boolean;
  readonly code: string | undefined;
  /** What the race added to the ledger. */
  readonly told: string[];
}

/** A person acts at the last moment, and the clock passes it: earlier or later in each round. */
async function raced(prepare: () => Promise<Race>): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    w.setTime(START);
    const { stream, end, act } = await prepare();
    const before = (await ledger(stream)).length;
    w.setInstant(end);
    const acting = act();
    const firing = (async () => {
      // The last round begins with the clock's end, the first with the person's.
      for (let turn = 0; turn < round * 5; turn += 1) await new Promise(setImmediate);
      w.setInstant(end, 1);
      await w.fire();
    })();
    const [{ status, body }] = await Promise.all([acting, firing]);
    await w.fire();
    const { rows } = await w.db.query('SELECT 1 FROM platform.deadline WHERE subject = $1 AND error IS NOT NULL', [
      stream,
    ]);
    // Whoever was second by a hair is tried again, and finds nothing to do.
    if (rows.length > 0) {
      w.setInstant(end, 4_000_000);
      await w.fire();
    }
    outcomes.push({ done: status < 300, code: body?.code, told: (await ledger(stream)).slice(before) });
  }
  return outcomes;
}

const submitted = async () => {
  const app = await w.file();
  await w.act(w.holder, `${app}/submission`);
  return app;
};
const corrected = async () => {
  const app = await submitted();
  await w.act(w.officer, `${app}/correction-request`, { items: ['x'], dueDays: 5, groundCode: 'A-N1' });
  return app;
};
const reviewed = async () => {
  const app = await w.underReview(await w.file());
  await w.act(w.officer, `${app}/review-pass`, { checklist });
  return app;
};
const noticed = async () => {
  const app = await reviewed();
  await w.act(w.approver, `${app}/approval`);
  return app;
};
const objected = async () => {
  const app = await noticed();
  await w.t.as(w.stranger).post(`${app}/objections`, { reason: 'x' });
  return app;
};
type View = Awaited<ReturnType<RegistrarWorld['seen']>>;
const race =
  (prepare: () => Promise<string>, end: (view: View) => string, who: () => Who, step: string, body: object = {}) =>
  async (): Promise<Race> => {
    const app = await prepare();
    const view = await w.seen(app);
    // Upon what was seen before: who was second is told so.
    const seen = { 'if-match': `"${view.version}"` };
    return { stream: told(app), end: end(view), act: () => w.t.as(who()).post(`${app}/${step}`, body, seen) };
  };

const acceptance = (view: View) => view.clocks.acceptance.due as string;
const review = (view: View) => view.clocks.review.due as string;
const noticeEnd = (view: View) => view.clocks.notice.due as string;
const objectionEnd = (view: View) => view.objections.at(-1).dueAt as string;
const correctionEnd = (view: View) => view.correction.dueAt as string;
const [holder, officer, approver] = [() => w.holder, () => w.officer, () => w.approver];
const ground = { groundCode: 'A-N1', text: 'x' };

/** A moment before. */
const before = (instant: string) => new Date(Date.parse(instant) - 1).toISOString();
const post = (who: Who, path: string, body: object) => w.t.as(who).post(path, body);

/** A certificate whose cancellation waits for the second person, at the end of its term. */
async function cancelled(): Promise<Race> {
  const app = await noticed();
  w.setInstant(noticeEnd(await w.seen(app)), 1);
  await w.t.settle();
  const { rows } = await w.db.query<{ id: string; end: Date }>(
    'SELECT id, valid_to AS end FROM certificates.certificate WHERE application_id = $1',
    [told(app)],
  );
  const { id, end } = rows[0]!;
  const { body } = await post(w.officer, `/v1/certificates/${id}/cancellation`, { groundCode: 'A-C4', text: 'x' });
  const act = () => w.t.as(w.approver).act(`/v1/register-acts/${body.id}/approval`, { text: 'x' });
  return { stream: id, end: before(end.toISOString()), act };
}

/** A recorded certificate from elsewhere, at the end of its term. */
async function foreign(): Promise<Race> {
  const validTo = '2026-07-20T00:00:00.000Z';
  const { body } = await post(w.holder, '/v1/foreign-certificates', {
    kind: 'SHENZHEN',
    number: `SZDEX-RE021769097600${String(w.next()).padStart(6, '0')}`,
    issuer: '演示登记机构(深圳)',
    registerUrl: 'https://register.example/certificates',
    registrarId: w.registrarOrg,
    resourceId: await w.declare(),
    rights: ['HOLD'],
    validFrom: '2026-01-01T00:00:00.000Z',
    validTo,
    credential: null,
    fileId: await w.upload(w.holder, 'certificate'),
  });
  const path = `/v1/foreign-certificates/${body.id}`;
  const evidenceFileId = await w.upload(w.officer, 'evidence');
  await w.act(w.officer, `${path}/verification`, { checked: '一致', reviewItems: [], evidenceFileId });
  await w.act(w.approver, `${path}/recording`);
  const fileId = await w.upload(w.approver, 'notice');
  const act = () => w.t.as(w.approver).act(`${path}/termination`, { reason: 'x', fileId });
  return { stream: body.id, end: before(validTo), act };
}

/** A condition of the committee, at the end of its time. */
async function owed(): Promise<Race> {
  const dueAt = '2026-08-01T15:59:59.999Z';
  const uow = w.t.app.get(UnitOfWork, { strict: false });
  const parties = { applicantId: w.holder.org, registrarId: w.registrarOrg };
  const id = await asSystem(() =>
    uow.run(async () => {
      const application = { applicationId: newId('app'), ...parties };
      const { id: caseId } = uow.add(CommitteeCase.open({ ...facts, ...application }, new Date(0)));
      const obligation = uow.add(Obligation.open({ caseId, ...application, text: '去标识化', dueAt }));
      await uow.schedule(OBLIGATION_DUE, obligation.id, obligation.overdueAt);
      return obligation.id;
    }),
  );
  const fileId = await w.upload(w.holder, 'evidence');
  const path = `/v1/committee/obligations/${id}/evidence`;
  const act = () => w.t.as(w.holder).post(path, { fileId, note: 'x' }, { 'if-match': '"1"' });
  return { stream: id, end: dueAt, act };
}

describe('where the clock decides, exactly one of it and the person does', () => {
  it.each<[string, () => Promise<Race>, string[], string[]]>([
    [
      'an application is declined, or accepted by silence',
      race(submitted, acceptance, officer, 'declination', ground),
      ['application-declined'],
      ['application-accepted'],
    ],
    [
      'a correction is asked for, or it is accepted by silence',
      race(submitted, acceptance, officer, 'correction-request', { items: ['x'], dueDays: 5, groundCode: 'A-N1' }),
      ['application-correction-requested'],
      ['application-accepted'],
    ],
    [
      'it is withdrawn, or accepted by silence',
      race(submitted, acceptance, holder, 'withdrawal'),
      ['application-withdrawn'],
      ['application-accepted'],
    ],
    [
      'more is asked for, or the application lapses',
      race(corrected, correctionEnd, approver, 'correction-addition', { items: ['y'], dueDays: 5, reason: 'x' }),
      ['application-correction-added'],
      ['application-lapsed'],
    ],
    [
      'it is withdrawn, or it lapses',
      race(corrected, correctionEnd, holder, 'withdrawal'),
      ['application-withdrawn'],
      ['application-lapsed'],
    ],
    [
      'it is withdrawn, or the notice ends and it is registered',
      race(noticed, noticeEnd, holder, 'withdrawal'),
      ['application-withdrawn'],
      ['application-notice-ended', 'application-registered'],
    ],
    ['a certificate is cancelled, or its term ends', cancelled, ['certificate-cancelled'], ['certificate-expired']],
    [
      'a certificate from elsewhere is ended, or lapses',
      foreign,
      ['foreign-certificate-ended'],
      ['foreign-certificate-lapsed'],
    ],
    ['a condition is shown to be met, or is overdue', owed, ['obligation-evidence-submitted'], ['obligation-overdue']],
  ])('%s', async (_name, prepare, persons, clocks) => {
    for (const { done, told: after } of await raced(prepare)) expect(after).toEqual(done ? persons : clocks);
  });
});

describe('where the clock only notes, it notes once or never, and nothing after the decision', () => {
  it.each<[string, () => Promise<Race>, string]>([
    ['an approval', race(reviewed, review, approver, 'approval'), 'application-approved'],
    ['a refusal', race(reviewed, review, officer, 'refusal', { groundCode: 'A-R2', text: 'x' }), 'application-refused'],
    [
      'an extension',
      race(reviewed, review, officer, 'extension', { workingDays: 5, reason: 'x' }),
      'application-review-extended',
    ],
    [
      'a supplement',
      race(reviewed, review, officer, 'supplement-request', { items: ['x'], dueDays: 5 }),
      'application-supplement-requested',
    ],
    [
      'an objection that is dismissed',
      race(objected, objectionEnd, approver, 'objection-decision', { upheld: false, text: 'x' }),
      'application-objection-dismissed',
    ],
    [
      'an objection that is upheld in part',
      race(objected, objectionEnd, approver, 'objection-decision', { upheld: true, partly: true, text: 'x' }),
      'application-objection-partly-upheld',
    ],
  ])('%s', async (_name, prepare, decision) => {
    for (const { done, code, told: after } of await raced(prepare)) {
      expect(code).toBe(done ? undefined : 'stale');
      expect(after[0]).toBe(done ? decision : 'application-overdue');
      expect(after.includes('application-overdue')).toBe(!done);
    }
  });
});

it('a registrar takes over what was confirmed, or is noted as late, before that and once', async () => {
  const authority = newId('org');
  const [maker, checker] = [w.of(authority, 'authorityOfficer'), w.of(authority, 'authorityOfficer')];
  const { items } = (await w.t.as(w.operator).get('/v1/registrars')).body as { items: { id: string }[] };
  const path = `/v1/registrars/${items[0]!.id}`;
  const fileId = await w.upload(w.approver, 'document');
  const proven = ['LEGAL_PERSON', 'FUNDS', 'PREMISES', 'SERVICE', 'GOVERNANCE', 'SYSTEM', 'RECORD'];
  const profile = {
    paidInCapital: null,
    assuredFunds: true,
    premises: '广州市演示路 1 号',
    servingSince: '2020-01-01',
    governance: 'x',
    exitPlan: 'x',
    mlpsLevel: 3,
    cleanSince: '2020-01-01',
    documents: proven.map((requirement) => ({ requirement, fileId })),
  };
  await w.act(w.approver, `${path}/profile`, profile);
  const outcomes = await raced(async () => {
    await w.refusal(w.approver, `${path}/update`); // What the round before may have left.
    await w.act(w.approver, `${path}/change`, { effectiveOn: '2026-07-13', reason: 'x', name: 'Renamed', profile });
    const order = { kind: 'CONFIRM_CHANGE', reason: 'x', fileId: await w.upload(maker, 'order') };
    await w.act(maker, `${path}/order`, order);
    await w.act(checker, `${path}/order-confirmation`);
    const { changes } = (await w.t.as(w.regulator).get(path)).body;
    return { stream: items[0]!.id, end: changes.at(-1).updateDue, act: () => w.t.as(w.approver).act(`${path}/update`) };
  });
  for (const { done, code, told: after } of outcomes) {
    const noted = after.filter((type) => type === 'registrar-overdue').length;
    expect(noted).toBeLessThanOrEqual(1);
    expect(after).toEqual([...(noted ? ['registrar-overdue'] : []), ...(done ? ['registrar-updated'] : [])]);
    if (!done) expect([code, noted]).toEqual(['stale', 1]);
  }
});
