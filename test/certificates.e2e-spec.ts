import { sha256Hex, StatusList, verifySealedPdf } from '@app/signing';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import pg from 'pg';
import request from 'supertest';
import { PrepareCertificate } from '../src/certificates/prepare-certificate.js';
import { SignPreparedCertificates } from '../src/certificates/sign-prepared-certificates.js';
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
  it('run by registrar and month, without gap or repetition, raced', async () => {
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

  it('end at 9999: nothing is issued twice', async () => {
    await db.query(`INSERT INTO certificates.counter VALUES ('serial 449 202608', 9999)`);
    await expect(prepare(registered('2026-08-03T02:00:00.000Z', '9'))).rejects.toMatchObject({
      code: 'certificates/numbers-exhausted',
    });
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
