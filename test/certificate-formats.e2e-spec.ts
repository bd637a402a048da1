import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileKeyStore, LocalTimestampAuthority, openTimestampSeal, verifySealedPdf } from '@app/signing';
import request from 'supertest';
import { PrepareCertificate } from '../src/certificates/prepare-certificate.js';
import { asSystem } from '../src/platform/context.js';
import { Sql } from '../src/platform/sql.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { startApp, type TestApp } from './support/app.js';
import { registered } from './support/registered.js';

/** A time-stamping authority outside: its answer, and what it was asked with. */
interface Outside {
  answer: (query: Buffer) => Promise<Buffer | number>;
  asked: (string | undefined)[];
}

let t: TestApp;
let dir: string;
let server: Server;
let outside: Outside;
let honest: LocalTimestampAuthority;
let outsideRoot: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tsa-'));
  const names = { organization: 'TSA', root: 'TSA root', issuing: 'TSA issuing', seal: 'TSA' };
  const identity = await openTimestampSeal(new FileKeyStore(dir, 'passphrase'), names, new Date(Date.now() - 1000));
  honest = new LocalTimestampAuthority(identity);
  outsideRoot = identity.chain[2];
  await writeFile(join(dir, 'roots.pem'), outsideRoot);
  outside = { answer: (query) => honest.answer(query), asked: [] };
  server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    outside.asked.push(req.headers.authorization);
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      void outside.answer(Buffer.concat(chunks)).then((answer) => {
        if (typeof answer === 'number') res.writeHead(answer).end();
        else res.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer);
      });
    });
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  t = await startApp({
    PUBLIC_URL: 'http://127.0.0.1:8080',
    WEBHOOK_ALLOW_PRIVATE: '1',
    TSA_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    TSA_AUTHORIZATION: 'Basic dGVzdDp0ZXN0',
    TSA_ROOTS: join(dir, 'roots.pem'),
  });
}, 60_000);
afterAll(async () => {
  await t.close();
  server.close().closeAllConnections();
  await rm(dir, { recursive: true, force: true });
});
const http = () => request(t.app.getHttpServer());
const issued = async (event = registered()): Promise<string> => {
  await asSystem(() => t.app.get(UnitOfWork).execute(new PrepareCertificate(event)));
  await t.settle();
  const sql = 'SELECT number FROM certificates.certificate WHERE application_id = $1';
  return (await t.app.get(Sql).row<{ number: string }>(sql, [event.applicationId]))!.number;
};
const pdfOf = (number: string) => http().get(`/v1/certificates/${number}/pdf`).buffer().parse(binary);
const platformRoot = async () => {
  const { CertificateIssuer } = await import('../src/certificates/issuer.js');
  return (await t.app.get(CertificateIssuer).seal()).chain[2];
};

describe('a sealed document', () => {
  it('carries the stamp of the configured authority, asked with its credentials', async () => {
    outside.asked = [];
    const { status, body } = await pdfOf(await issued());
    expect([status, outside.asked]).toEqual([200, ['Basic dGVzdDp0ZXN0']]);
    const { ok, reasons, timestamp } = verifySealedPdf(body as Buffer, [await platformRoot()], [outsideRoot]);
    expect([ok, reasons, timestamp!.authority]).toEqual([true, [], 'C=CN, O=TSA, CN=TSA']);
  });

  it('is not made without an acceptable stamp, and made later when there is one', async () => {
    const number = await issued();
    const honestAnswer = outside.answer;
    const other = new FileKeyStore(join(dir, 'other'), 'passphrase');
    const names = { organization: 'TSA', root: 'TSA root', issuing: 'TSA issuing', seal: 'TSA' };
    const stranger = new LocalTimestampAuthority(await openTimestampSeal(other, names, new Date(Date.now() - 1000)));
    const wrong: Outside['answer'][] = [
      () => Promise.resolve(500),
      () => Promise.resolve(Buffer.from('<html>')),
      () => Promise.resolve(Buffer.alloc(20_000, 0x30)),
      () => Promise.resolve(Buffer.from('30053003020102', 'hex')),
      (query) => stranger.answer(query),
    ];
    for (const answer of wrong) {
      outside.answer = answer;
      const { status, body } = await http().get(`/v1/certificates/${number}/pdf`);
      expect([status, body.code]).toEqual([503, 'certificates/timestamp-unavailable']);
      expect((await http().get(`/v1/certificates/${number}`)).body.documentSha256).toBeNull();
    }
    outside.answer = honestAnswer;
    expect((await pdfOf(number)).status).toBe(200);
  }, 60_000);
});

function binary(res: request.Response, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  (res as unknown as NodeJS.ReadableStream)
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .on('end', () => done(null, Buffer.concat(chunks)));
}
