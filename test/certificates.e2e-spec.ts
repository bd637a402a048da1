import { sha256Hex, StatusList, verifySealedPdf } from '@app/signing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { QueryBus } from '@nestjs/cqrs';
import pg from 'pg';
import request from 'supertest';
import { ListNumberSeries } from '../src/certificates/list-number-series.js';
import { PrepareCertificate } from '../src/certificates/prepare-certificate.js';
import { SignPreparedCertificates } from '../src/certificates/sign-prepared-certificates.js';
import { WatchCertificateNumbers } from '../src/certificates/watch-certificate-numbers.js';
import { Clock } from '../src/platform/clock.js';
import { asSystem } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import type { ApplicationRegistered } from '../src/registration/application-events.js';
import { startApp, type TestApp } from './support/app.js';
import { registered, registrarId } from './support/registered.js';
import type { Who } from './support/client.js';

let t: TestApp;
let db: pg.Client;
beforeAll(async () => {
  t = await startApp({ PUBLIC_URL: 'http://127.0.0.1:8080', CREDENTIAL_SM2: '1' });
  db = new pg.Client(t.databaseUrl);
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await t.close();
});
const http = () => request(t.app.getHttpServer());

const prepare = (event: ApplicationRegistered) =>
  asSystem(() => t.app.get(UnitOfWork).execute(new PrepareCertificate(event)));
const numberOf = async ({ applicationId }: ApplicationRegistered): Promise<string> =>
  (await db.query('SELECT number FROM certificates.certificate WHERE application_id = $1', [applicationId])).rows[0]
    .number;
const issued = async (event = registered()) => {
  await prepare(event);
  await t.settle();
  return numberOf(event);
};
const credentialOf = async (number: string, alg = 'ES256') =>
  (await http().get(`/v1/certificates/${number}/credential?alg=${alg}`).buffer().expect(200)).text;
const verdict = async (credential: string) =>
  (await http().post('/v1/certificates/verification').send({ credential }).expect(200)).body;

describe('numbers (N1 annex 6)', () => {
  it('run by registrar and month, without gap or repetition, raced (INV-05)', async () => {
    const events = Array.from({ length: 12 }, () => registered('2026-09-01T00:00:00.000Z', '7'));
    await Promise.all(
      events.map(async (event) => {
        // Twelve at once may exhaust the retries of some: the reaction would come again.
        for (let tries = 0; tries < 20; tries += 1) {
          const done = await prepare(event).then(
            () => true,
            () => false,
          );
          if (done) return;
        }
      }),
    );
    const numbers: string[] = [];
    for (const event of events) numbers.push(await numberOf(event));
    const expected = Array.from({ length: 12 }, (_, i) => `SJ447202609${String(i + 1).padStart(4, '0')}`);
    expect(numbers.toSorted()).toEqual(expected);
  });

  it('take the month of Shanghai', async () => {
    expect(await issued(registered('2026-08-31T16:00:00.000Z', '3'))).toBe('SJ4432026090001');
  });

  it('end at 9999: what is registered then waits for the next month, and no number is given twice (INV-05)', async () => {
    const clock = t.app.get(Clock);
    clock.follow(Date.parse('2027-03-03T10:00:00+08:00') - Date.now());
    await db.query(`INSERT INTO certificates.counter VALUES ('serial 449 202703', 9998)`);
    const events = [1, 2, 3].map(() => registered('2027-03-03T02:00:00.000Z', '9'));
    await asSystem(() => t.app.get(UnitOfWork).execute(new PrepareCertificate(...events)));
    await prepare(events[2]!);
    const numbers = async () => {
      const ids = events.map(({ applicationId }) => applicationId);
      const sql = 'SELECT number FROM certificates.certificate WHERE application_id = ANY($1) ORDER BY number';
      return (await db.query<{ number: string }>(sql, [ids])).rows.map(({ number }) => number);
    };
    expect(await numbers()).toEqual(['SJ4492027039999']);
    await t.settle();
    const { rows } = await db.query(`SELECT type FROM ledger.payload WHERE type ~ 'certificates.number' ORDER BY seq`);
    expect(rows.map(({ type }) => type)).toEqual([
      'certificates.number-series-watched.v1',
      'certificates.numbers-running-low.v1',
      'certificates.numbers-running-low.v1',
      'certificates.numbers-exhausted.v1',
      'certificates.number-gaps-found.v1',
    ]);
    const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
    const seen = await t.as(operator).get('/v1/certificate-numbers?yearMonth=202703');
    expect(seen.body.find((series: { registrarDigit: string }) => series.registrarDigit === '9')).toMatchObject({
      used: 9999,
      alarm: 100,
      gaps: [[1, 9998]],
      unnotedGaps: 0,
      waiting: 2,
    });
    clock.follow(Date.parse('2027-04-01T00:00:00+08:00') - Date.now());
    const { DeadlineWorker } = await import('../src/platform/deadline-worker.js');
    await t.app.get(DeadlineWorker).step();
    clock.follow(0);
    expect(await numbers()).toEqual(['SJ4492027039999', 'SJ4492027040001', 'SJ4492027040002']);
  });

  it('go to one of two, the last of a month: who waited for it, or who is registered when it begins', async () => {
    const clock = t.app.get(Clock);
    const { DeadlineWorker } = await import('../src/platform/deadline-worker.js');
    const worker = t.app.get(DeadlineWorker);
    const used = (yearMonth: string, count: number) => db.query(`INSERT INTO certificates.counter VALUES ('serial 446 ${yearMonth}', ${count})`); // prettier-ignore
    const found = async (...events: ApplicationRegistered[]) => {
      const ids = events.map(({ applicationId }) => applicationId);
      const sql = 'SELECT number FROM certificates.certificate WHERE application_id = ANY($1) ORDER BY number';
      return (await db.query<{ number: string }>(sql, [ids])).rows.map(({ number }) => number);
    };
    const waits = async (waiting: ApplicationRegistered) => {
      const sql = `SELECT state FROM certificates.postponement WHERE application_id = $1`;
      return (await db.query<{ state: string }>(sql, [waiting.applicationId])).rows[0]!.state === 'WAITING';
    };
    for (const [full, next, after] of [
      ['2028-01', '202802', '202803'],
      ['2028-04', '202805', '202806'],
      ['2028-07', '202808', '202809'],
    ] as const) {
      await used(full.replace('-', ''), 9999);
      await used(next, 9998);
      const begins = `${next.slice(0, 4)}-${next.slice(4)}-01T00:00:00+08:00`;
      const [waiting, fresh] = [`${full}-20T02:00:00.000Z`, new Date(Date.parse(begins) + 1).toISOString()].map((at) => registered(at, '6')) as [ApplicationRegistered, ApplicationRegistered]; // prettier-ignore
      clock.follow(Date.parse(`${full}-20T10:00:00+08:00`) - Date.now());
      await prepare(waiting);
      expect([await found(waiting), await waits(waiting)]).toEqual([[], true]);
      clock.follow(Date.parse(begins) + 1 - Date.now());
      // Also a deadline that two workers see is fired once, and a report that comes twice is one.
      const tries = [worker.step(), prepare(fresh), worker.step(), prepare(waiting), prepare(fresh)];
      await Promise.allSettled(tries);
      await prepare(fresh);
      clock.follow(Date.parse(begins) + 4_000_000 - Date.now());
      while ((await worker.step()) > 0);
      expect(await found(waiting, fresh)).toEqual([`SJ446${next}9999`]);
      expect(await waits(waiting)).toBe((await found(waiting)).length === 0);
      clock.follow(Date.parse(`${after.slice(0, 4)}-${after.slice(4)}-01T00:00:01+08:00`) - Date.now());
      while ((await worker.step()) > 0);
      expect(await found(waiting, fresh)).toEqual([`SJ446${next}9999`, `SJ446${after}0001`]);
    }
    clock.follow(0);
  });

  it('once found complete are not counted again, and a gap after them is found', async () => {
    const watch = t.app.get(WatchCertificateNumbers);
    for (let n = 0; n < 2; n += 1) await prepare(registered('2027-06-03T02:00:00.000Z', '5'));
    await watch.step();
    await db.query(`UPDATE certificates.counter SET value = value + 2 WHERE name = 'serial 445 202706'`);
    await prepare(registered('2027-06-03T02:00:00.000Z', '5'));
    expect(await watch.step()).toBeGreaterThan(0);
    expect(await watch.step()).toBe(0);
    const seen = async (complete?: ReadonlyMap<string, number>) =>
      (await asSystem(() => t.app.get(QueryBus).execute(new ListNumberSeries({ yearMonth: '202706' }, complete)))).map(
        ({ used, gaps, unnotedGaps }) => ({ used, gaps, unnotedGaps }),
      );
    expect(await seen()).toEqual([{ used: 5, gaps: [[3, 4]], unnotedGaps: 0 }]);
    expect(await seen(new Map([['SJ445202706', 2]]))).toEqual([{ used: 5, gaps: [[3, 4]], unnotedGaps: 0 }]);
    // Told that nothing is missing, it does not look.
    expect(await seen(new Map([['SJ445202706', 5]]))).toEqual([{ used: 5, gaps: [], unnotedGaps: -2 }]);
  });

  it('that are used up keep no right alive that has passed on (INV-07): the old certificate is superseded at once', async () => {
    const clock = t.app.get(Clock);
    clock.follow(Date.parse('2027-03-03T10:00:00+08:00') - Date.now());
    await db.query(`INSERT INTO certificates.counter VALUES ('serial 448 202703', 9998)`);
    const first = registered('2027-03-03T02:00:00.000Z', '8');
    const old = await issued(first);
    expect(old).toBe('SJ4482027039999');
    const { id } = (await http().get(`/v1/certificates/${old}`)).body;
    const jwt = (await http().get(`/v1/certificates/${old}/credential`).buffer()).text;
    const change = registered('2027-03-03T02:00:01.000Z', '8');
    Object.assign(change, { type: 'CHANGE', holder: first.holder, prior: { certificateId: id, number: old } });
    await prepare(change);
    const seen = async () => (await http().get(`/v1/certificates/${old}`)).body;
    expect(await seen()).toMatchObject({ status: 'SUPERSEDED', supersededBy: null });
    const superseded = async () => {
      const { body } = await http().post('/v1/certificates/verification').send({ credential: jwt });
      const { ok, reasons } = body as { ok: boolean; reasons: { code: string; detail?: string }[] };
      return [ok, reasons.find(({ code }) => code === 'SUPERSEDED')?.detail];
    };
    expect(await superseded()).toEqual([false, expect.stringContaining('not given yet')]);
    const page = async () => (await http().get(`/certificates/${old}?lang=en`)).text;
    expect(await page()).toContain('registered, its number is not given yet');
    clock.follow(Date.parse('2027-04-01T00:00:00+08:00') - Date.now());
    const { DeadlineWorker } = await import('../src/platform/deadline-worker.js');
    await t.app.get(DeadlineWorker).step();
    expect(await seen()).toMatchObject({ status: 'SUPERSEDED', supersededBy: 'SJ4482027040001' });
    expect(await superseded()).toEqual([false, 'SJ4482027040001']);
    clock.follow(0);
    const { supersedes, validFrom } = (await http().get('/v1/certificates/SJ4482027040001')).body;
    expect([supersedes, validFrom]).toEqual([old, change.validFrom]);
  });

  it('are given once for an application, however often it is reported', async () => {
    const event = registered();
    await prepare(event);
    await prepare(event);
    const { rows } = await db.query('SELECT 1 FROM certificates.certificate WHERE application_id = $1', [
      event.applicationId,
    ]);
    expect(rows).toHaveLength(1);
  });
});

describe('a certificate', () => {
  it('is a credential that verifies by every algorithm, in force from the evidence time', async () => {
    const event = registered();
    const number = await issued(event);
    for (const alg of ['ES256', 'EdDSA', 'SGD_SM3_SM2']) {
      const credential = await credentialOf(number, alg);
      expect(decodeProtectedHeader(credential)).toMatchObject({ alg, typ: 'vc+jwt', cty: 'vc' });
      expect(decodeJwt(credential)).toMatchObject({ validFrom: event.evidenceAt, issuer: 'did:web:127.0.0.1%3A8080' });
      expect(await verdict(credential)).toMatchObject({ ok: true, reasons: [], number });
    }
  });

  it('changed by one character does not verify, with reasons in both languages', async () => {
    const credential = await credentialOf(await issued());
    const [header, payload, signature] = credential.split('.');
    const other = Buffer.from(Buffer.from(payload!, 'base64url').toString().replace('演示数据', '演示数椐')).toString(
      'base64url',
    );
    const { ok, reasons } = await verdict([header, other, signature].join('.'));
    expect(ok).toBe(false);
    expect(reasons[0]).toMatchObject({ code: 'SIGNATURE_INVALID', zh: expect.any(String), en: expect.any(String) });
  });

  it('is prepared in the ledger before it is signed, and signed once though two workers try', async () => {
    const event = registered();
    await prepare(event);
    const worker = t.app.get(SignPreparedCertificates);
    await Promise.all([worker.step(), worker.step(), worker.step()]);
    const { rows } = await db.query(
      `SELECT p.type FROM ledger.payload p JOIN certificates.certificate c ON c.id = p.stream
       WHERE c.application_id = $1 ORDER BY p.version`,
      [event.applicationId],
    );
    expect(rows.map((row) => row.type)).toEqual([
      'certificates.certificate-prepared.v1',
      'certificates.certificate-issued.v1',
    ]);
  });

  it('has one sealed PDF, whoever asks first', async () => {
    const number = await issued();
    const asked = await Promise.all(
      [1, 2].map(() => http().get(`/v1/certificates/${number}/pdf`).buffer().parse(binary)),
    );
    const [a, b] = asked.map(({ body }) => body as Buffer);
    expect(a!.equals(b!)).toBe(true);
    const { body } = await http().get(`/v1/certificates/${number}`);
    expect(body.documentSha256).toBe(sha256Hex(a!));
    expect(verifySealedPdf(a!, []).reasons.map(({ code }) => code)).toEqual([
      'PDF_CHAIN_UNTRUSTED',
      'PDF_TIMESTAMP_UNTRUSTED',
    ]);
  });

  it('shows itself on a public page in either language, with everything escaped', async () => {
    const number = await issued();
    const zh = await http().get(`/certificates/${number}`).expect(200);
    const en = await http().get(`/certificates/${number}?lang=en`).expect(200);
    expect(zh.text).toContain('验证通过');
    expect(en.text).toContain('Verified');
    expect(zh.text).toContain('演示系统');
    for (const told of ['数据产权登记凭证', '数据来源']) expect(zh.text).toContain(told);
    expect(zh.text).not.toContain('<b>持有方');
    expect(zh.headers['content-security-policy']).toContain("default-src 'none'");
    const found = await http().get('/certificates?search=%3Cscript%3E');
    expect(found.text).not.toContain('<script>');
  });

  it('is found in the register by number, data or holder; wildcards are plain text', async () => {
    const number = await issued();
    const search = async (text: string) =>
      (await http().get('/v1/certificates').query({ search: text, limit: 100 })).body.items.map(
        (c: { number: string }) => c.number,
      );
    expect(await search(number)).toEqual([number]);
    expect(await search('演示数据')).toContain(number);
    expect(await search('%')).toEqual([]);
  });
});

describe('the public register', () => {
  const find = async (query: Record<string, string>) =>
    (
      await http()
        .get('/v1/certificates')
        .query({ limit: '100', ...query })
        .expect(200)
    ).body.items.map((c: { number: string }) => c.number);

  it('is searched by whatever it shows, each filter by itself and all together', async () => {
    const event = registered('2027-03-04T02:00:00.000Z', '5');
    const industry = { section: 'Q', text: '卫生和社会工作' };
    const resource = { ...event.resource, name: '演示门诊量', industry };
    const holder = { ...event.holder, name: '演示医院' };
    const number = await issued(Object.assign(event, { resource, holder, rights: [event.rights[0]] }));
    const filters = {
      number,
      holderId: holder.organisationId,
      holder: '演示医',
      dataName: '门诊',
      registrarId,
      region: '44',
      industry: 'Q',
      right: 'HOLD',
      status: 'ACTIVE',
      registeredFrom: '2027-03-04',
      registeredTo: '2027-03-04',
    };
    for (const [name, value] of Object.entries(filters))
      expect([name, await find({ [name]: value })]).toEqual([name, expect.arrayContaining([number])]);
    expect(await find(filters)).toEqual([number]);
    expect(await find({ industry: '卫生' })).toEqual([number]);
    const others = {
      number: 'SJ4412026089998',
      holderId: newId('org'),
      holder: '%',
      dataName: '_',
      registrarId: newId('org'),
      region: '31',
      industry: 'A',
      right: 'OPERATE',
      status: 'REVOKED',
      registeredFrom: '2027-03-05',
      registeredTo: '2027-03-03',
    };
    for (const [name, value] of Object.entries(others))
      expect([name, await find({ ...filters, [name]: value })]).toEqual([name, []]);
  });

  it('says where a filter is wrong', async () => {
    for (const query of [{ region: 'x' }, { right: 'OWN' }, { status: 'NONE' }, { registeredFrom: '2027-02-30' }]) {
      const { status, body } = await http().get('/v1/certificates').query(query);
      expect([status, body.errors[0].pointer]).toEqual([422, `/${Object.keys(query)[0]}`]);
    }
  });

  it('prevails: what differs from it is invalid, though our own key signed it (INV-11)', async () => {
    const [number, other] = [await issued(), await issued()];
    const pdf = (await http().get(`/v1/certificates/${number}/pdf`).buffer().parse(binary)).body as Buffer;
    const check = async (sha256: string) =>
      (await http().post('/v1/certificates/hash-verification').send({ number, sha256 }).expect(200)).body;
    expect(await check(sha256Hex(pdf))).toMatchObject({ ok: true, reasons: [], number });
    for (const alg of ['ES256', 'EdDSA'])
      expect(await check(sha256Hex(await credentialOf(number, alg)))).toMatchObject({ ok: true });
    const differs = { ok: false, reasons: [{ code: 'DOCUMENT_HASH_DIFFERS' }] };
    expect(await check(sha256Hex(Buffer.concat([pdf, Buffer.from(' ')])))).toMatchObject(differs);
    expect(await check(sha256Hex(await credentialOf(other)))).toMatchObject(differs);
    const signed = await credentialOf(number);
    await db.query('ALTER TABLE certificates.certificate DISABLE TRIGGER leaf_required');
    const swap = 'UPDATE certificates.certificate SET credentials = $2 WHERE number = $1';
    await db.query(swap, [number, { ES256: 'a.b.c', EdDSA: 'd.e.f' }]);
    await db.query('ALTER TABLE certificates.certificate ENABLE ALWAYS TRIGGER leaf_required');
    expect(await verdict(signed)).toMatchObject(differs);
  });
});

describe('the end of a certificate', () => {
  const approver: Who = { sub: newId('per'), org: registrarId, roles: ['registrarApprover'] };
  const second: Who = { ...approver, sub: newId('per') };
  const propose = async (number: string, who: Who, groundCode = 'A-C2') => {
    const { body } = await http().get(`/v1/certificates/${number}`);
    return t.as(who).post(`/v1/certificates/${body.id}/cancellation`, { groundCode, text: '数据已销毁' });
  };
  const cancel = async (number: string) =>
    t.as(second).act(`/v1/register-acts/${(await propose(number, approver)).body.id}/approval`, { text: '同意' });

  it('by its registrar shows in the status list and the verdict', async () => {
    const number = await issued();
    const credential = await credentialOf(number);
    expect((await cancel(number)).status).toBe(204);
    expect(await verdict(credential)).toMatchObject({ ok: false, reasons: [{ code: 'REVOKED' }] });
    const { body } = await http().get(`/v1/certificates/${number}`);
    const list = decodeJwt((await http().get('/v1/status-lists/revocation').buffer()).text);
    const { encodedList } = list['credentialSubject'] as { encodedList: string };
    expect(StatusList.decode(encodedList).get(body.statusListIndex)).toBe(true);
    expect((await propose(number, approver)).body.code).toBe('certificates/not-lasting');
  });

  it('is the business of its own registrar, on a ground of the rule pack', async () => {
    const number = await issued();
    expect((await propose(number, { ...approver, org: newId('org') })).body.code).toBe('not-your-organisation');
    expect((await propose(number, { ...approver, roles: ['holder'] })).body.code).toBe('forbidden');
    expect((await propose(number, approver, 'A-R1')).body.code).toBe('certificates/ground');
  });

  it('comes by itself when the term ends', async () => {
    const event = registered();
    const number = await issued(event);
    const clock = t.app.get(Clock);
    clock.follow(Date.parse(event.validTo) - Date.now() + 1000);
    const deadlines = (await import('../src/platform/deadline-worker.js')).DeadlineWorker;
    await t.app.get(deadlines).step();
    const { body } = await http().get(`/v1/certificates/${number}`);
    expect(body).toMatchObject({ status: 'EXPIRED', ended: { groundCode: 'A-X1' } });
    clock.follow(0);
  });
});

it.each([['x'], ['a.b.c'], ['eyJhbGciOiJub25lIn0.e30.'], ['.'.repeat(50)], ['é'.repeat(100)]])(
  'refuses %s as a credential with a reason, not with an error',
  async (credential) => {
    expect(await verdict(credential)).toMatchObject({ ok: false, number: null });
  },
);

it('tells what is wrong with a number that does not exist', async () => {
  for (const path of ['', '/credential', '/pdf']) {
    const { status, body } = await http().get(`/v1/certificates/SJ4412026089999${path}`);
    expect([status, body.code]).toEqual([404, 'not-found']);
  }
});

function binary(res: request.Response, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  (res as unknown as NodeJS.ReadableStream)
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', () => done(null, Buffer.concat(chunks)));
}
