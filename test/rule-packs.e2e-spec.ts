import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { completeUscc, packDifference, rulePack, rulePacks, type RulePack } from '@app/rulepacks';
import type { Role } from '@app/sdk';
import pg from 'pg';
import { audit } from '../scripts/audit.js';
import { AppModule } from '../src/app.module.js';
import { createApplication } from '../src/platform/application.js';
import { Clock } from '../src/platform/clock.js';
import { newId } from '../src/platform/id.js';
import { RulePackShelf } from '../src/rulepacks/rule-pack-shelf.js';
import { rulePackMachine } from '../src/rulepacks/rule-pack.js';
import { PrepareCertificate } from '../src/certificates/prepare-certificate.js';
import { asSystem } from '../src/platform/context.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { startApp, type TestApp } from './support/app.js';
import { clients, type Client, type Who } from './support/client.js';
import { registered } from './support/registered.js';
import { declaration, withBlocks } from './support/declaration.js';

let t: TestApp;
let db: pg.Client;
let holder: Who;
let officer: Who;
let maker: Who;
let registrarOrg: string;
const of = (org: string, ...roles: Role[]): Who => ({ sub: newId('per'), org, roles });
const operator = of(newId('org'), 'operator');
const regulator = of(newId('org'), 'regulator');

let now = new Date();
const setTime = (local: string) => (now = new Date(`${local}+08:00`));
const stopClock = (app: NestFastifyApplication) => Object.assign(app.get(Clock, { strict: false }), { now: () => now });

beforeAll(async () => {
  t = await startApp({ LOG_LEVEL: 'error' });
  stopClock(t.app);
  setTime('2026-11-02T10:00'); // A Monday.
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  registrarOrg = await organisation('registrar');
  const registrar = { organisationId: registrarOrg, name: 'Demonstration registrar', regionCode2: '44', digit: '1' };
  expect((await t.as(operator).post('/v1/registrars', registrar)).status).toBe(201);
  holder = of(await organisation('holder'), 'holder');
  officer = of(registrarOrg, 'registrarOfficer');
  maker = of(registrarOrg, 'registrarApprover');
});
afterAll(async () => {
  await db.end();
  await t.close();
});

let serial = 0;
async function organisation(name: string): Promise<string> {
  const uscc = completeUscc(`91440101DEM${String((serial += 1)).padStart(6, '0')}`);
  const body = { uscc, name: `Demonstration ${name}`, kind: 'ENTERPRISE', regionCode: '440100' };
  return (await t.as(operator).post('/v1/organisations', body)).body.id as string;
}

async function upload(content: string, name: string, by = holder): Promise<string> {
  const authorization = `Bearer ${await t.issuer.token(by.sub, by.org, by.roles)}`;
  const headers = {
    authorization,
    'content-type': 'text/csv',
    'content-disposition': `attachment; filename="${name}"`,
  };
  const answer = await fetch(`${await t.app.getUrl()}/v1/files`, { method: 'POST', headers, body: content });
  return ((await answer.json()) as { id: string }).id;
}

async function application(client: Client = t.as(holder), regime = 'CN-PROPERTY-2026'): Promise<string> {
  const body = { ...declaration, fileId: await upload(`city,trips\n广州,${(serial += 1)}\n`, 'data.csv') };
  const resourceId = (await t.as(holder).post('/v1/resources', body)).body.id as string;
  const fileId = await upload('Demonstration material', 'material.txt');
  const filing = await withBlocks(t.app, holder.org, {
    regime,
    type: 'INITIAL',
    resourceId,
    registrarId: registrarOrg,
    rights: regime === 'CN-PROPERTY-2026' ? [{ right: 'HOLD', termYears: null, limits: '' }] : [],
    scenario: '交通规划',
    materials: ['form', 'identity', 'acquisition', 'sample', 'description'].map((code) => ({ code, fileId })),
    validityYears: 3,
  });
  const answer = await client.post('/v1/applications', filing);
  return answer.status === 201 ? `/v1/applications/${answer.body.id}` : answer.body.code;
}
const packOfApplication = async (path: string): Promise<string> => (await t.as(holder).get(path)).body.rulePack;

const shipped = rulePack('CN-PROPERTY-2026', '1.0.0');
/** A notice of another length: what an application runs under can be seen by it. */
const version = (number: string, noticeDays: number, changes: object = {}): RulePack => {
  const pack = { ...structuredClone(shipped), version: number, effectiveFrom: '2026-11-03', ...changes };
  Object.assign(pack.deadlines['A-NOTICE']!, { length: { count: noticeDays, unit: 'wd' } });
  return pack;
};
async function propose(pack: object, by = maker): Promise<string> {
  const { status, body } = await t.as(by).post('/v1/rule-pack-proposals', { pack, reason: '修订公示期' });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return `/v1/rule-pack-proposals/${body.id}`;
}
const decide = async (who: Who, path: string): Promise<string> => {
  const { headers } = await t.as(regulator).get(path.split('/').slice(0, 4).join('/'));
  const { status, body } = await t.as(who).post(path, { text: '依据见来源' }, { 'if-match': String(headers['etag']) });
  return status === 204 ? 'done' : body.code;
};
async function publish(pack: object): Promise<string> {
  const path = await propose(pack);
  expect(await decide(regulator, `${path}/approval`)).toBe('done');
  expect(await decide(regulator, `${path}/publication`)).toBe('done');
  return path;
}
/** What another process has in its memory: nothing of this version. */
const forget = (number: string) => {
  const all = rulePacks as RulePack[];
  const place = all.findIndex((pack) => pack.id === 'CN-PROPERTY-2026' && pack.version === number);
  if (place >= 0) all.splice(place, 1);
};

describe('a new version', () => {
  it('is proposed, reviewed and published by others, and runs from its day on; what runs already keeps its version', async () => {
    const before = await application();
    const path = await propose(version('1.1.0', 7));
    expect((await t.as(maker).get(path)).body).toMatchObject({
      state: 'PROPOSED',
      comparedWith: 'CN-PROPERTY-2026@1.0.0',
      changes: [
        { pointer: '/version', before: '1.0.0', after: '1.1.0' },
        { pointer: '/effectiveFrom', before: '2026-07-01', after: '2026-11-03' },
        { pointer: '/deadlines/A-NOTICE/length/count', kind: 'CHANGED', before: 5, after: 7 },
      ],
      actions: ['withdraw'],
    });
    expect((await t.as(regulator).get(path)).body.actions).toEqual(['approve', 'reject']);
    expect(await decide(regulator, `${path}/publication`)).toBe('illegal-transition');
    expect(await decide(regulator, `${path}/approval`)).toBe('done');
    expect((await t.as(operator).get(path)).body.actions).toEqual(['publish']);
    expect(await decide(operator, `${path}/publication`)).toBe('done');

    expect(await packOfApplication(await application())).toBe('CN-PROPERTY-2026@1.0.0');
    setTime('2026-11-03T00:00');
    const after = await application();
    expect(await packOfApplication(after)).toBe('CN-PROPERTY-2026@1.1.0');
    expect(await packOfApplication(before)).toBe('CN-PROPERTY-2026@1.0.0');
    await noticeOf(before, '2026-11-10T15:59:59.999Z');
    await noticeOf(after, '2026-11-12T15:59:59.999Z');
  });

  /** Brings it to its notice, which ends when its own version says. */
  async function noticeOf(path: string, ends: string): Promise<void> {
    const checklist = shipped.reviewChecklist
      .filter(({ appliesTo }) => appliesTo === null || appliesTo.includes('COLLECTED'))
      .map(({ id }) => ({ code: id, ok: true, note: '' }));
    for (const [who, act, body] of [
      [holder, 'submission', {}],
      [officer, 'acceptance', {}],
      [officer, 'review-start', {}],
      [officer, 'review-pass', { checklist }],
      [maker, 'approval', {}],
    ] as const) {
      const { status, body: told } = await t.as(who).act(`${path}/${act}`, body);
      expect([act, status, told]).toEqual([act, 204, {}]);
    }
    expect((await t.as(holder).get(path)).body.clocks.notice.due).toBe(ends);
  }

  it('is found by an instance that was running when another published it: filing, reading and deciding', async () => {
    const other = await createApplication(AppModule.with(t.config, t.databaseUrl), t.config);
    try {
      await other.listen(0, '127.0.0.1');
      stopClock(other);
      const there = clients(other, t.issuer);
      await publish(version('1.2.0', 6));
      forget('1.2.0');
      expect(await packOfApplication(await application(there(holder)))).toBe('CN-PROPERTY-2026@1.2.0');
      expect(rulePack('CN-PROPERTY-2026', '1.2.0').deadlines['A-NOTICE']).toMatchObject({ length: { count: 6 } });

      await publish(version('1.3.0', 4));
      const path = await application();
      expect(await packOfApplication(path)).toBe('CN-PROPERTY-2026@1.3.0');
      forget('1.3.0');
      const read = await there(holder).get(path);
      expect([read.status, read.body.rulePack]).toEqual([200, 'CN-PROPERTY-2026@1.3.0']);

      await publish(version('1.4.0', 3));
      const second = await application();
      forget('1.4.0');
      const { headers } = await t.as(holder).get('/v1/rule-packs'); // Reads no application.
      expect(headers['content-type']).toContain('json');
      const decided = await there(holder).post(`${second}/submission`, {}, { 'if-match': '"1"' });
      expect([decided.status, decided.body]).toEqual([204, {}]);
    } finally {
      await other.close();
    }
  });

  it('gives register acts and objections its grounds, times and texts, also where it is read for the first time', async () => {
    const text = { zh: '新版本的注销依据', en: 'A ground of the new version' };
    const own = version('1.4.5', 5);
    const grounds = [...own.grounds, { code: 'A-C9', kinds: ['CANCEL' as const], text, source: 'PROP' }];
    await publish({ ...own, grounds });
    /** As an instance that was running when another published it. */
    const afresh = () => {
      forget('1.4.5');
      (t.app.get(RulePackShelf, { strict: false })['taken'] as Set<string>).clear();
    };
    const event = registered(now.toISOString(), '7');
    Object.assign(event, { registrarId: registrarOrg, rulePack: 'CN-PROPERTY-2026@1.4.5' });
    afresh();
    await asSystem(() => t.app.get(UnitOfWork, { strict: false }).execute(new PrepareCertificate(event)));
    await t.settle();
    const { rows } = await db.query<{ id: string; number: string }>(
      'SELECT id, number FROM certificates.certificate WHERE application_id = $1',
      [event.applicationId],
    );
    const [{ id, number }] = rows as [{ id: string; number: string }];

    afresh();
    const objection = { reason: 'x', fileIds: [await upload('proof', 'proof.csv')] };
    const filed = await t.as(holder).post(`/v1/certificates/${number}/objections`, objection);
    expect(filed.status).toBe(201);
    afresh();
    const seen = await t.as(holder).get(`/v1/objections/${filed.body.id}`);
    expect([seen.status, seen.body.rulePack, seen.body.notice !== null]).toEqual([200, 'CN-PROPERTY-2026@1.4.5', true]);

    const cancel = (groundCode: string) =>
      t.as(officer).post(`/v1/certificates/${id}/cancellation`, { groundCode, text: '依据新版本' });
    expect((await cancel('A-C8')).body.code).toBe('certificates/ground');
    afresh();
    const proposed = await cancel('A-C9');
    expect(proposed.status).toBe(201);
    const act = `/v1/register-acts/${proposed.body.id}`;
    afresh();
    expect((await t.as(maker).get(act)).body).toMatchObject({ groundCode: 'A-C9', ground: text });
    afresh();
    expect((await t.as(maker).get('/v1/register-acts')).body.items[0]).toMatchObject({ ground: text });
    afresh();
    expect((await t.as(maker).act(`${act}/approval`, { text: '同意' })).status).toBe(204);
    expect((await t.as(holder).get(`/v1/certificates/${id}`)).body).toMatchObject({
      status: 'CANCELLED',
      ended: { groundCode: 'A-C9' },
    });
  });

  it('is what a certificate from elsewhere is recognised by, from its day on, also where it is read for the first time', async () => {
    const own = version('1.4.6', 5);
    const question = { ...own.reviewChecklist[0]!, id: 'new-question' };
    await publish({ ...own, reviewChecklist: [...own.reviewChecklist, question] });
    await publish(version('1.4.7', 5, { effectiveFrom: '2026-12-01', reviewChecklist: own.reviewChecklist.slice(1) }));
    const afresh = () => {
      for (const number of ['1.4.6', '1.4.7']) forget(number);
      (t.app.get(RulePackShelf, { strict: false })['taken'] as Set<string>).clear();
    };
    const data = { ...declaration, fileId: await upload(`city,trips\n广州,${(serial += 1)}\n`, 'data.csv') };
    const resourceId = (await t.as(holder).post('/v1/resources', data)).body.id as string;
    const evidenceFileId = await upload('evidence', 'evidence.txt', officer);
    const fileId = await upload('certificate', 'certificate.txt');
    afresh();
    const { status, body } = await t.as(holder).post('/v1/foreign-certificates', {
      kind: 'NATIONAL',
      number: 'SJ3112026080001',
      issuer: '演示登记机构(外省)',
      registerUrl: 'https://register.example/certificates',
      registrarId: registrarOrg,
      resourceId,
      rights: ['HOLD'],
      validFrom: '2026-08-01T00:00:00.000Z',
      validTo: '2029-08-01T00:00:00.000Z',
      credential: null,
      fileId,
    });
    expect([status, body.code]).toEqual([201, undefined]);
    const path = `/v1/foreign-certificates/${body.id}`;
    expect((await t.as(holder).get(path)).body.rulePack).toBe('CN-PROPERTY-2026@1.4.6');
    const verify = (reviewItems: string[]) =>
      t.as(officer).act(`${path}/verification`, { checked: '与公开登记簿一致', reviewItems, evidenceFileId });
    afresh();
    expect((await verify(['no-question'])).body.errors[0].pointer).toBe('/reviewItems/0');
    afresh();
    // The first question is none of the version that is published, but not in force yet.
    const verified = await verify([own.reviewChecklist[0]!.id, 'new-question']);
    expect([verified.status, verified.body.code]).toEqual([204, undefined]);
    afresh();
    expect((await t.as(maker).act(`${path}/recording`, {})).status).toBe(204);
    expect((await t.as(holder).get(path)).body).toMatchObject({
      state: 'RECORDED',
      rulePack: 'CN-PROPERTY-2026@1.4.6',
    });
  });

  it('ends a regime when it says so, and no earlier version comes back', async () => {
    await publish(version('1.9.0', 5, { id: 'TEST-ENDING', effectiveFrom: '2026-11-03' }));
    await publish(version('2.0.0', 5, { id: 'TEST-ENDING', effectiveFrom: '2026-11-05', status: 'LAPSED' }));
    const inForce = async () => {
      const { items } = (await t.as(holder).get('/v1/rule-packs')).body as { items: Record<string, unknown>[] };
      return items.filter(({ id, inForce }) => id === 'TEST-ENDING' && inForce).map((item) => item['version']);
    };
    expect(await inForce()).toEqual(['1.9.0']);
    setTime('2026-11-05T09:00');
    expect(await inForce()).toEqual([]);
    expect(await application(t.as(holder), 'TEST-ENDING')).toBe('invalid-request');
    expect(await application(t.as(holder), 'GD-COMPLIANCE-2023-DRAFT')).toBe('invalid-request');
    expect(await application(t.as(holder), 'SZ-PROPERTY-2023')).toBe('invalid-request');
  });
});

describe('who may what', () => {
  it('nobody decides about what they proposed, and each role does its own', async () => {
    const both = of(registrarOrg, 'registrarApprover', 'regulator', 'operator');
    const path = await propose(version('3.0.0', 5, { effectiveFrom: '2026-12-01' }), both);
    expect(await decide(both, `${path}/approval`)).toBe('same-person');
    expect(await decide(both, `${path}/rejection`)).toBe('same-person');
    for (const who of [holder, officer, maker, operator, of(newId('org'), 'auditor')])
      expect(await decide(who, `${path}/approval`)).toBe('forbidden');
    expect(await decide(regulator, `${path}/approval`)).toBe('done');
    expect(await decide(both, `${path}/publication`)).toBe('same-person');
    expect(await decide(maker, `${path}/publication`)).toBe('forbidden');
    expect(await decide(of(newId('org'), 'registrarApprover'), `${path}/withdrawal`)).toBe('not-your-organisation');
    expect(await decide(maker, `${path}/withdrawal`)).toBe('done');
    expect(await decide(regulator, `${path}/publication`)).toBe('illegal-transition');
    const body = { pack: version('3.1.0', 5), reason: 'x' };
    for (const who of [holder, officer, regulator, operator])
      expect((await t.as(who).post('/v1/rule-pack-proposals', body)).body.code).toBe('forbidden');
    expect((await t.as(holder).get(path)).body.code).toBe('forbidden');
    expect((await t.as(regulator).get('/v1/rule-pack-proposals/rpk_x')).status).toBe(404);
  });

  it('a rejected one is over, and the list tells why', async () => {
    const path = await propose(version('3.2.0', 5, { effectiveFrom: '2026-12-01' }));
    expect(await decide(regulator, `${path}/rejection`)).toBe('done');
    expect(await decide(regulator, `${path}/approval`)).toBe('illegal-transition');
    const { body } = await t.as(regulator).get('/v1/rule-pack-proposals?state=REJECTED&limit=1');
    expect(body.items[0]).toMatchObject({ packVersion: '3.2.0', ending: { text: '依据见来源', by: regulator.sub } });
  });
});

describe('what is handed in', () => {
  const refused = async (body: object) => {
    const answer = await t.as(maker).post('/v1/rule-pack-proposals', body);
    const errors = (answer.body.errors ?? []) as { pointer: string; reasons: Record<string, string> }[];
    for (const { reasons } of errors)
      expect([/[\u4e00-\u9fff]/.test(reasons['zh-CN']!), reasons['en'] !== '']).toEqual([true, true]);
    return [answer.status, ...(errors.length > 0 ? errors.map(({ pointer }) => pointer) : [answer.body.code])];
  };

  it.each<[string, object, unknown[]]>([
    ['no pack', {}, [422, '/pack']],
    [
      'an unknown ground',
      { noticePolicy: { ...shipped.noticePolicy, objection: { ...shipped.noticePolicy.objection, ifUpheld: 'A-Q9' } } },
      [422, '/pack/noticePolicy/objection/ifUpheld'],
    ],
    ['a text in one language', { name: { zh: '登记' } }, [422, '/pack/name/en']],
    ['a source that is not listed', { nature: { ...shipped.nature, source: 'N9 §1' } }, [422, '/pack/nature/source']],
    ['a day that is past', { effectiveFrom: '2026-11-01' }, [422, '/pack/effectiveFrom']],
    ['a version that is published', { version: '1.4.0' }, [409, 'rule-packs/version-not-higher']],
  ])('%s is refused with its place', async (name, changes, expected) => {
    const pack = name === 'no pack' ? undefined : version('4.0.0', 5, { effectiveFrom: '2026-12-01', ...changes });
    expect(await refused({ pack, reason: 'x' })).toEqual(expected);
  });

  it('too much of it is refused, and so is what waited beyond its day', async () => {
    const name = { zh: '名'.repeat(90_000), en: 'x' };
    expect(await refused({ pack: version('4.0.0', 5, { name }), reason: 'x' })).toEqual([422, '/pack']);
    const path = await propose(version('4.0.0', 5, { effectiveFrom: '2026-11-06' }));
    expect(await decide(regulator, `${path}/approval`)).toBe('done');
    setTime('2026-11-07T00:00');
    expect(await decide(regulator, `${path}/publication`)).toBe('rule-packs/too-late');
    setTime('2026-11-06T23:59');
    expect(await decide(regulator, `${path}/publication`)).toBe('done');
  });
});

it('of two who publish the same version at the same moment one wins, each time', async () => {
  for (let round = 1; round <= 6; round += 1) {
    const [number, from] = [`5.${round}.0`, { effectiveFrom: '2026-11-06' }];
    const paths = [await propose(version(number, 5, from)), await propose(version(number, 6, from))];
    for (const path of paths) expect(await decide(regulator, `${path}/approval`)).toBe('done');
    const outcomes = await Promise.all(
      paths.map((path, i) => decide(i === 0 ? regulator : operator, `${path}/publication`)),
    );
    expect(outcomes.toSorted()).toEqual(['done', 'rule-packs/version-not-higher']);
  }
  const { rows } = await db.query(
    `SELECT pack_version FROM rulepacks.rule_pack WHERE state = 'PUBLISHED' AND pack_version LIKE '5.%' GROUP BY 1 HAVING count(*) = 1`,
  );
  expect(rows).toHaveLength(6);
});

it('the rules are public: every version, their schema, and what differs', async () => {
  const url = await t.app.getUrl();
  const get = async (path: string) => (await fetch(`${url}${path}`)).json() as Promise<Record<string, unknown>>;
  expect(await get('/v1/rule-packs/CN-PROPERTY-2026@1.1.0')).toEqual(
    JSON.parse(JSON.stringify(rulePack('CN-PROPERTY-2026', '1.1.0'))),
  );
  expect(await get('/v1/rule-packs/CN-PROPERTY-2026')).toMatchObject({ version: '5.6.0' });
  expect(await get('/v1/rule-packs/schema')).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
  expect(await get('/v1/rule-packs/CN-PROPERTY-2026@1.1.0/difference?against=1.0.0')).toEqual({
    from: 'CN-PROPERTY-2026@1.0.0',
    to: 'CN-PROPERTY-2026@1.1.0',
    changes: packDifference(shipped, rulePack('CN-PROPERTY-2026', '1.1.0')),
  });
  const [previous, first] = [
    await get('/v1/rule-packs/CN-PROPERTY-2026@1.2.0/difference'),
    await get('/v1/rule-packs/CN-PROPERTY-2026@1.0.0/difference'),
  ];
  expect(previous).toMatchObject({ from: 'CN-PROPERTY-2026@1.1.0', to: 'CN-PROPERTY-2026@1.2.0' });
  expect(first).toEqual({ from: null, to: 'CN-PROPERTY-2026@1.0.0', changes: [] });
  expect(await get('/v1/rule-packs/CN-PROPERTY-2026/difference?against=0.0.1')).toMatchObject({ status: 404 });
  expect(await get('/v1/rule-packs/CN-PROPERTY-2026/difference?against=x')).toMatchObject({ status: 422 });
  const { items } = (await get('/v1/rule-packs')) as { items: { id: string; version: string; publishedAt: string }[] };
  expect(items.find((item) => item.version === '1.0.0')).toMatchObject({ id: 'CN-PROPERTY-2026', publishedAt: null });
  expect(items.find((item) => item.version === '1.1.0')?.publishedAt).toBe('2026-11-02T02:00:00.000Z');
});

it('the rules are pages for everybody, in both languages, and run nothing', async () => {
  const url = await t.app.getUrl();
  const get = async (path: string, language = 'zh-CN') => {
    const answer = await fetch(`${url}${path}`, { headers: { 'accept-language': language } });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const page = await get('/rule-packs/CN-PUBLIC-2025');
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.text).toContain('公共数据资源登记');
  expect((await get('/rule-packs/CN-PUBLIC-2025', 'en')).text).toContain('Public-data-resource registration');
  expect((await get('/rule-packs/CN-PUBLIC-2025?lang=en')).text).toContain('<html lang="en">');
  const old = await get('/rule-packs/CN-PROPERTY-2026@1.0.0?lang=en');
  expect(old.text).toContain('Replaced by a newer version');
  expect(old.text).toContain('href="/rule-packs/CN-PROPERTY-2026@1.1.0"');
  expect((await get('/rule-packs')).text).toContain('GD-COMPLIANCE-2023-DRAFT');
  expect((await get('/rule-packs/XX')).status).toBe(404);
});

it('the database knows the same states as the table, and changes nothing that is over', async () => {
  const { rows } = await db.query<{ definition: string }>(
    `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = 'rule_pack_state_check'`,
  );
  const states = [...rows[0]!.definition.matchAll(/'([A-Z]+)'/g)].map((m) => m[1]!);
  expect(states.toSorted()).toEqual(rulePackMachine.states.toSorted());
  const change = (set: string, where: string) => db.query(`UPDATE rulepacks.rule_pack SET ${set} WHERE ${where}`);
  await expect(change(`state = 'WITHDRAWN'`, `state = 'PUBLISHED'`)).rejects.toThrow('cannot be changed');
  const path = await propose(version('9.0.0', 5, { effectiveFrom: '2026-12-01' }));
  const id = `id = '${path.split('/').at(-1)}'`;
  await expect(change(`document = '{"id": "CN-PROPERTY-2026", "version": "9.0.0"}'`, id)).rejects.toThrow(
    'cannot be changed',
  );
  await expect(change(`review = jsonb_build_object('by', proposal->>'by')`, id)).rejects.toThrow('check constraint');
});

it('gives every row back when the log is replayed', async () => {
  await t.settle();
  let text = '';
  const out = { write: (chunk: string) => void (text += chunk) };
  const code = await audit(['replay', '--database', t.databaseUrl], { DATABASE_URL: t.databaseUrl }, out);
  expect({ code, text }).toEqual({ code: 0, text: expect.any(String) });
});
