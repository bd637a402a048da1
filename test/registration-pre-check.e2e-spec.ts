import { createHash } from 'node:crypto';
import type { ApplicantBlock } from '@app/sdk';
import { checklistFor, startRegistrar, type RegistrarWorld } from './support/filing.js';

let w: RegistrarWorld;
beforeAll(async () => {
  w = await startRegistrar();
});
afterAll(() => w.close());
beforeEach(() => w.setTime('2026-07-06T10:00'));

const regime = 'CN-PROPERTY-2026';
const check = async (body: object, who = w.holder) => {
  const answer = await w.t.as(who).post('/v1/applications/pre-check', { regime, ...body });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
  return answer.body;
};
const verdicts = (body: { rights: { right: string; allowed: boolean }[] }) =>
  body.rights.map(({ right, allowed }) => `${right} ${allowed}`);
const leaves = async () => (await w.db.query('SELECT count(*)::int AS n FROM ledger.payload')).rows[0].n as number;

describe('before there is any data', () => {
  it.each<[string, string, string[]]>([
    ['SELF_GENERATED', 'COLLECTED', ['HOLD true', 'USE true', 'OPERATE true']],
    ['AUTOMATED_PUBLIC', 'CRAWLED_PUBLIC', ['HOLD true', 'USE true', 'OPERATE false']],
    ['FUSED_SILENT', 'CONTRACT', ['HOLD true', 'USE true', 'OPERATE false']],
    ['ENTRUSTED_PROCESSOR', 'CONTRACT', ['HOLD false', 'USE false', 'OPERATE false']],
  ])('%s tells which rights may be registered, and why (INV-09)', async (rightsSituation, sourceKind, expected) => {
    const body = await check({ declaration: { rightsSituation, sourceKind } });
    expect(verdicts(body)).toEqual(expected);
    for (const finding of body.rights)
      expect(finding).toMatchObject({ source: expect.stringMatching(/^N1 §21/), text: { zh: expect.any(String) } });
  });

  it('government duty data is barred with its ground (INV-01)', async () => {
    const declaration = { rightsSituation: 'SELF_GENERATED', sourceKind: 'COLLECTED', isGovernmentDutyData: true };
    const body = await check({ declaration });
    expect(body.bar).toMatchObject({ groundCode: 'A-R6', source: 'N1 §15(1)' });
    expect(body.ready).toBe(false);
  });

  it('says whether the committee will be heard, and how long each step takes', async () => {
    const declaration = { rightsSituation: 'FUSED_SILENT', sourceKind: 'CONTRACT', personalInfo: 'PI' };
    const body = await check({ declaration, crossBorder: true });
    expect(body.committee).toMatchObject({
      needed: true,
      triggers: [{ code: 'PERSONAL_INFORMATION' }, { code: 'FUSED_WITHOUT_CONTRACT' }, { code: 'CROSS_BORDER' }],
    });
    const days = body.durations.map(({ id, workingDays }: { id: string; workingDays: number }) => [id, workingDays]);
    expect(Object.fromEntries(days)).toMatchObject({ 'A-ACCEPT': 3, 'A-CORRECT': null, 'A-REVIEW': 10, 'A-NOTICE': 5 });
    expect(body.workingDaysAtMost).toBe(18);
  });

  it('needs data or a description of it, and a regime that is in force', async () => {
    const post = (body: object) => w.t.as(w.holder).post('/v1/applications/pre-check', body);
    expect((await post({ regime })).status).toBe(422);
    const declaration = { rightsSituation: 'SELF_GENERATED', sourceKind: 'COLLECTED' };
    expect((await post({ regime: 'NONE', declaration })).status).toBe(422);
    expect((await post({ regime, resourceId: await w.declare({}, w.stranger) })).body.code).toBe(
      'not-your-organisation',
    );
    expect((await w.t.as(w.officer).post('/v1/applications/pre-check', { regime, declaration })).status).toBe(403);
  });
});

it('of a draft it says exactly what its submission says; nothing is written', async () => {
  const app = await w.file({ scenario: '', materials: [] });
  const before = await leaves();
  const { body } = await w.t.as(w.holder).get(`${app}/pre-check`);
  expect(await leaves()).toBe(before);
  expect(body.ready).toBe(false);
  expect(body.materials.filter(({ required, given }: Record<string, boolean>) => required && !given)).toHaveLength(5);
  const refused = await w.t.as(w.holder).act(`${app}/submission`);
  expect(refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
    body.faults.map(({ pointer }: { pointer: string }) => pointer),
  );
  const whole = await w.file();
  expect((await w.t.as(w.holder).get(`${whole}/pre-check`)).body).toMatchObject({ ready: true, faults: [] });
  await w.act(w.holder, `${whole}/submission`);
  expect((await w.t.as(w.stranger).get(`${whole}/pre-check`)).status).toBe(404);
  const { body: again } = await w.t.as(w.holder).post('/v1/applications/pre-check', await preCheckOf(whole));
  expect(again.duplicates).toMatchObject([{ kind: 'DUPLICATE_SUSPECT', sameFile: true }]);
  expect((await w.seen(whole, w.officer)).findings).toMatchObject({
    rights: [{ right: 'HOLD', claimed: true, allowed: true }, { claimed: false }, { claimed: false }],
    committee: { needed: false },
  });
});
const preCheckOf = async (app: string) => {
  const { content } = await w.seen(app, w.holder);
  return { regime, ...content };
};

describe('the form', () => {
  const blockOf = async (): Promise<ApplicantBlock> => (await w.draft()).applicants![0]!;
  const refused = async (app: string) => {
    const { body } = await w.t.as(w.holder).act(`${app}/submission`);
    return (body.errors ?? []) as { pointer: string; reasons: Record<string, string> }[];
  };
  const pointers = async (changes: object) => (await refused(await w.file(changes))).map(({ pointer }) => pointer);
  const parts = ['legalRepresentative', 'registeredOn', 'registeredAddress', 'term', 'scope', 'existence'];
  const required = [
    'name',
    'idNumber',
    'contact',
    'phone',
    'address',
    ...parts.map((part) => `operatingStatus/${part}`),
  ];
  const at = (...fields: string[]) => fields.map((field) => `/content/applicants/0/${field}`).toSorted();

  it('is kept as a draft without a block, and refused when it is submitted, each field by its name in both languages', async () => {
    for (const [applicants, missing] of [
      [undefined, ['kind', ...required]],
      [[{ kind: 'LEGAL_PERSON' }], required],
    ] as const) {
      const app = await w.file({ applicants } as object);
      const found = await refused(app);
      expect(found.map(({ pointer }) => pointer).toSorted()).toEqual(at(...missing));
      expect(found.map(({ reasons }) => reasons)).toContainEqual({
        'zh-CN': '缺少:申请人联系电话',
        en: 'missing: Applicant: phone',
      });
      const { faults } = (await w.t.as(w.holder).get(`${app}/pre-check`)).body;
      expect(faults.map(({ pointer }: { pointer: string }) => pointer)).toEqual(found.map(({ pointer }) => pointer));
      // It is completed later.
      const { body, headers } = await w.t.as(w.holder).get(app);
      const answer = await put(app, { ...body.content, applicants: [await blockOf()] }, String(headers['etag']));
      expect(answer.status).toBe(204);
      expect(await refused(app)).toEqual([]);
    }
  });
  const put = async (app: string, body: object, etag: string) =>
    fetch(`${await w.t.app.getUrl()}${app}`, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${await w.t.issuer.token(w.holder.sub, w.holder.org, w.holder.roles)}`,
        'content-type': 'application/json',
        'if-match': etag,
      },
      body: JSON.stringify(body),
    });

  it('belongs to the applicant, and holders hold what is claimed', async () => {
    const block = await blockOf();
    const stranger = (await w.draft({}, w.stranger)).applicants![0]!;
    expect(await pointers({ applicants: [{ ...block, idNumber: '91440101MA5XXXXX00' }] })).toContain(
      '/content/applicants/0/idNumber',
    );
    expect((await pointers({ applicants: [stranger] })).toSorted()).toEqual(at('name', 'idNumber'));
    expect(await pointers({ applicants: [{ ...block, kind: 'NATURAL_PERSON', operatingStatus: null }] })).toEqual(
      at('kind'),
    );
    const holders = (right: string) => [{ kind: 'LEGAL_PERSON', name: '另一方', idNumber: 'HRB 12345', right }];
    expect(await pointers({ holders: holders('USE') })).toEqual(['/content/materials', '/content/holders/0/right']);
    expect(await pointers({ holders: holders('HOLD') })).toEqual(['/content/materials']);
  });

  it('takes a phone number with its area or country code only', async () => {
    for (const [phone, status] of [
      ['12345678', 422],
      ['+852 12345678', 201],
      ['13800000000', 201],
    ] as const) {
      const body = await w.draft({ applicants: [{ ...(await blockOf()), phone }] });
      expect((await w.t.as(w.holder).post('/v1/applications', body)).status).toBe(status);
    }
  });

  it('refuses a material whose stated hash is not that of its file', async () => {
    const fileId = await w.upload(w.holder, 'Demonstration proof', 'proof.txt');
    const sha256 = createHash('sha256').update('Demonstration proof').digest('hex');
    const seal = { by: '演示机构', hash: 'a'.repeat(64) };
    const { materials } = await w.draft();
    const stated = (hash: string) => [...materials.slice(1), { ...materials[0]!, fileId, sha256: hash, seal }];
    expect(await pointers({ materials: stated('b'.repeat(64)) })).toEqual(['/content/materials/4/sha256']);
    expect(await pointers({ materials: stated(sha256) })).toEqual([]);
  });

  it('stands in no public view', async () => {
    const app = await w.underReview(await w.file());
    await w.act(w.officer, `${app}/review-pass`, { checklist: checklistFor('COLLECTED') });
    await w.act(w.approver, `${app}/approval`);
    const notices = await fetch(`${await w.t.app.getUrl()}/v1/public-notices`);
    expect(await notices.text()).not.toContain((await blockOf()).phone);
  });
});
