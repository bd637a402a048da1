import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { completeUscc } from '@app/rulepacks';
import type { ProblemCode, Role } from '@app/sdk';
import { Module } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Readable } from 'node:stream';
import pg from 'pg';
import { inContext } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { Refusal } from '../src/platform/refusal.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { startApp, type TestApp } from './support/app.js';
import { declaration } from './support/declaration.js';
import { rawClient, type Answer, type Sent } from './support/raw.js';
import { faultsOf } from './support/walk.js';

/** What people and programs get wrong most: each is refused with its reason in both languages, and nothing stays behind. */
const operator = { sub: newId('per'), org: newId('org'), roles: ['operator'] as Role[] };
const holder = { sub: newId('per'), org: newId('org'), roles: ['holder'] as Role[] };
const REASON = JSON.stringify({ reason: '演示' });
const GIB = 1024 ** 3;

/** Refused because of what the same request did a moment earlier: `meanwhile` is that other one. */
let meanwhile: () => Promise<unknown>;
class Outrun extends Command<{ id: string }> {}

@CommandHandler(Outrun)
class OutrunHandler implements ICommandHandler<Outrun> {
  async execute(): Promise<never> {
    await meanwhile();
    throw new Refusal('parties/login-taken');
  }
}

@Module({ providers: [OutrunHandler] })
class Races {}

let t: TestApp;
let client: ReturnType<typeof rawClient>;
let db: pg.Client;
let organisationId: string;
let serial = 0;
const facts = () => ({
  uscc: completeUscc(`91440101DEM${String((serial += 1)).padStart(6, '0')}`),
  name: `演示 ${serial}`,
  kind: 'ENTERPRISE',
  regionCode: '440100',
});

beforeAll(async () => {
  t = await startApp({}, Races);
  client = rawClient((await t.app.getUrl()).replace('[::1]', '127.0.0.1'));
  db = new pg.Client(t.databaseUrl);
  await db.connect();
  organisationId = (await t.as(operator).post('/v1/organisations', facts())).body.id as string;
});
afterAll(async () => {
  client.close();
  await db.end();
  await t.close();
});

const events = async () =>
  Number((await db.query<{ n: string }>('SELECT count(*) AS n FROM ledger.intake')).rows[0]!.n);
const as = async ({ sub, org, roles }: typeof operator, options = {}) => ({
  authorization: `Bearer ${await t.issuer.token(sub, org, roles, options)}`,
});
const json = () => ({ 'content-type': 'application/json', 'idempotency-key': randomUUID() });

interface Refused {
  readonly errors?: readonly { pointer: string; reasons: Record<string, string> }[];
  readonly [fact: string]: unknown;
}
/** Sends it, and is content only with this refusal in both languages and an untouched ledger. */
async function refused(sent: Sent, status: number, code: ProblemCode): Promise<Refused & Pick<Answer, 'headers'>> {
  const before = await events();
  const answer = await client.send(sent);
  const body = JSON.parse(answer.text) as Refused;
  expect([answer.status, body['code'], answer.type]).toEqual([status, code, 'application/problem+json']);
  expect(faultsOf(answer, '/v1/')).toEqual([]);
  expect(await events()).toBe(before);
  return { ...body, headers: answer.headers };
}

describe('a request', () => {
  const suspension = () => `/v1/organisations/${organisationId}/suspension`;
  const organisations = { method: 'POST', path: '/v1/organisations' };

  it('with a broken body is refused', async () => {
    for (const body of ['{"uscc":', '', 'null and void', '{"a":1,}', Buffer.from([0x7b, 0xff, 0x7d])])
      await refused({ ...organisations, headers: { ...(await as(operator)), ...json() }, body }, 400, 'malformed-body');
  });

  it('with a body that nests without end is refused', async () => {
    const body = '['.repeat(300_000) + ']'.repeat(300_000);
    await refused({ ...organisations, headers: { ...(await as(operator)), ...json() }, body }, 400, 'malformed-body');
  });

  it.each([
    ['U+0000', '\\u0000'],
    ['half a surrogate pair', '\\ud83d'],
  ])('with %s in a text is refused where it stands', async (_, escape) => {
    const body = JSON.stringify({ ...facts(), name: '@' }).replace('@', `a${escape}`);
    const headers = { ...(await as(operator)), ...json() };
    const { errors } = await refused({ ...organisations, headers, body }, 422, 'invalid-request');
    expect(errors!.map(({ pointer }) => pointer)).toEqual(['/name']);
  });

  it('with an id of nothing, or of something else, is told so', async () => {
    const headers = await as(operator);
    for (const id of [newId('org'), newId('ven'), 'x', 'x'.repeat(200)])
      await refused({ method: 'GET', path: `/v1/organisations/${id}`, headers }, 404, 'not-found');
    const { errors } = await refused({ method: 'GET', path: '/v1/organisations/%00', headers }, 422, 'invalid-request');
    expect(errors![0]!.pointer).toBe('/id');
  });

  it("with a stranger's token is refused", async () => {
    const [right, wrong] = [await as({ ...holder, org: organisationId }), await as(holder)];
    const membership = { venueId: newId('ven'), roles: ['SELLER'], commitmentHash: 'a'.repeat(64) };
    const sent = { method: 'POST', path: `/v1/organisations/${organisationId}/keys`, body: REASON };
    const jwk = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) };
    const key = { ...sent, body: JSON.stringify({ jwk, use: 'enc' }) };
    const match = { 'if-match': '"1"' };
    await refused({ ...key, headers: { ...wrong, ...json(), ...match } }, 403, 'not-your-organisation');
    expect((await client.send({ ...key, headers: { ...right, ...json(), ...match } })).status).not.toBe(403);
    const apply = { method: 'POST', path: '/v1/memberships', body: JSON.stringify(membership) };
    await refused({ ...apply, headers: { ...(await as(operator)), ...json() } }, 403, 'forbidden');
  });

  it('with an expired token is refused, and told to sign in', async () => {
    const headers = { ...(await as(operator, { life: '-1m' })), ...json() };
    const answer = await refused({ ...organisations, headers, body: JSON.stringify(facts()) }, 401, 'invalid-token');
    expect([answer['reason'], answer.headers['www-authenticate']]).toEqual(['ERR_JWT_EXPIRED', 'Bearer']);
  });

  it('with a stale ETag, or none, is refused; with the current one it is done', async () => {
    const act = async (match: object) => ({
      method: 'POST',
      path: suspension(),
      headers: { ...(await as(operator)), ...json(), ...match },
      body: REASON,
    });
    await refused(await act({}), 428, 'precondition-required');
    await refused(await act({ 'if-match': '*' }), 428, 'precondition-required');
    const { version } = await refused(await act({ 'if-match': '"7"' }), 412, 'stale');
    expect(version).toBe(1);
    expect((await client.send(await act({ 'if-match': '"1"' }))).status).toBe(204);
  });

  it('with a repeated key is done once; with the key of another request it is refused', async () => {
    const headers = { ...(await as(operator)), ...json() };
    const sent = { ...organisations, headers, body: JSON.stringify(facts()) };
    const first = await client.send(sent);
    const before = await events();
    const second = await client.send(sent);
    expect([first.status, second.status, second.text, second.headers['idempotent-replayed']]).toEqual([
      201,
      201,
      first.text,
      'true',
    ]);
    expect(await events()).toBe(before);
    await refused({ ...sent, body: JSON.stringify(facts()) }, 422, 'idempotency-key-reused');
  });

  it('that is outrun by its own repetition gets the same answer', async () => {
    const idempotency = { key: randomUUID(), requestHash: 'x' };
    meanwhile = () =>
      db.query('INSERT INTO platform.idempotency (owner, key, request_hash, answer) VALUES ($1, $2, $3, $4)', [
        operator.sub,
        idempotency.key,
        idempotency.requestHash,
        { id: 'the first' },
      ]);
    const actor = { id: operator.sub, orgId: operator.org, roles: operator.roles };
    const context = { actor, language: 'en' as const, traceId: '', idempotency };
    const answer = await inContext(context, () => t.app.get(UnitOfWork).execute(new Outrun()));
    expect(answer).toEqual({ id: 'the first' });
  });
});

describe('an address', () => {
  it.each([
    '/v1',
    '/v1/nothing',
    '/v1/organisations/x/y/z',
    '/nowhere',
    '/v1/organisations/',
    `/v1/people/${'x'.repeat(5000)}`,
  ])('that leads nowhere is named: %.30s', async (path) => {
    const { path: named } = await refused({ method: 'GET', path }, 404, 'no-route');
    expect(path.startsWith(String(named))).toBe(true);
  });

  it('tells which methods it takes', async () => {
    for (const method of ['DELETE', 'PATCH', 'PUT', 'OPTIONS']) {
      const { headers } = await refused({ method, path: '/v1/organisations' }, 405, 'method-not-allowed');
      expect(String(headers['allow']).split(', ').toSorted()).toEqual(['GET', 'HEAD', 'POST']);
    }
    await refused({ method: 'GET', path: '/v1/files' }, 405, 'method-not-allowed');
  });

  it.each(['/v1/people/%zz', '/v1/people/%', '/v1/people/%ff', '/v1/people/%ED%A0%80', '/%c0%ae'])(
    '%s that is not percent-encoded UTF-8 is refused',
    async (path) => void (await refused({ method: 'GET', path }, 400, 'malformed-request')),
  );
});

describe('a connection', () => {
  /** What comes back for these bytes. */
  async function converse(bytes: string): Promise<Answer> {
    const socket = connect(Number(new URL(await t.app.getUrl()).port), '127.0.0.1');
    socket.on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
    socket.write(bytes);
    await once(socket, 'close');
    const [head, body = ''] = text.split('\r\n\r\n');
    const type = /^content-type: ([^;\r\n]+)/im.exec(head!)?.[1] ?? '';
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head!)?.[1]), type, headers: {}, text: body };
  }

  it.each([
    ['no HTTP', 'HELO databourse\r\n\r\n', 400, 'malformed-request'],
    [
      'two lengths',
      'POST /v1/people HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'malformed-request',
    ],
    ['endless headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ])('with %s is answered and closed', async (_, bytes, status, code) => {
    const answer = await converse(bytes);
    const { reasons, ...body } = JSON.parse(answer.text) as Record<string, unknown>;
    expect([answer.status, body['code'], answer.type]).toEqual([status, code, 'application/problem+json']);
    expect(reasons).toEqual({ 'zh-CN': expect.stringMatching(/[\u4e00-\u9fff]/), en: expect.any(String) });
  });
});

describe('two gigabytes', () => {
  const MIB = Buffer.alloc(1024 ** 2, 'x');
  async function* twoGibibytes(): AsyncGenerator<Buffer> {
    for (let i = 0; i < 2048; i += 1) yield await Promise.resolve(MIB);
  }
  const drafts = () => readdir(join(t.config.DATA_DIR, 'files', 'tmp'));

  it.each([
    ['announced', '/v1/files', { 'content-length': String(2 * GIB) }, GIB],
    ['in chunks', '/v1/files', { 'transfer-encoding': 'chunked' }, GIB],
    ['announced as JSON', '/v1/organisations', { 'content-length': String(2 * GIB), ...json() }, 1024 ** 2],
    ['in chunks of JSON', '/v1/organisations', { 'transfer-encoding': 'chunked', ...json() }, 1024 ** 2],
  ])('%s are refused, leave nothing and need no memory', async (_, path, headers, limit) => {
    const before = process.memoryUsage().rss;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const sender = { ...(await as(path === '/v1/files' ? holder : operator)), 'content-type': 'text/csv', ...headers };
    const body = twoGibibytes();
    const answer = await refused({ method: 'POST', path, headers: sender, body }, 413, 'too-large').finally(() =>
      clearInterval(watch),
    );
    expect(answer['limit']).toBe(limit);
    expect(await drafts()).toEqual([]);
    expect(await db.query('SELECT FROM platform.uploaded_file')).toMatchObject({ rowCount: 0 });
    expect(most - before).toBeLessThan(GIB / 4);
    client.close();
  });

  it('were a limit of bytes, not of memory: what is within it is kept', async () => {
    expect(t.config.FILE_LIMIT_BYTES).toBe(GIB);
    const files = await readdir(join(t.config.DATA_DIR, 'files'), { recursive: true });
    for (const name of files) expect((await stat(join(t.config.DATA_DIR, 'files', name))).isDirectory()).toBe(true);
  });
});

describe('a file of data', () => {
  const upload = async (content: Buffer | Readable, name = 'data.csv') => ({
    method: 'POST',
    path: '/v1/files',
    headers: {
      ...(await as(holder)),
      'content-type': 'text/csv',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    },
    body: content,
  });
  const declare = async (content: Buffer): Promise<Sent> => {
    const { text } = await client.send(await upload(content));
    const body = JSON.stringify({ ...declaration, fileId: (JSON.parse(text) as { id: string }).id });
    return { method: 'POST', path: '/v1/resources', headers: { ...(await as(holder)), ...json() }, body };
  };

  it('that is empty is not taken', async () => {
    const { errors } = await refused(await upload(Buffer.alloc(0)), 422, 'invalid-request');
    expect(errors![0]!.reasons).toEqual({ 'zh-CN': '文件为空', en: 'the file is empty' });
  });

  it.each([
    ['with a header only', Buffer.from('城市,人数\n')],
    ['of empty lines', Buffer.from('\n\n\n')],
    ['in GBK', Buffer.from([0xb3, 0xc7, 0xca, 0xd0, 0x0a, 0x31, 0x0a])],
    ['in Latin-1', Buffer.from('ville\nOrl\u00e9ans\n', 'latin1')],
    ['in UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le')],
    ['in UTF-16 without a mark', Buffer.from('a,b\n1,2\n', 'utf16le')],
    ['with half a surrogate pair', Buffer.from([0x61, 0x0a, 0xed, 0xa0, 0x80, 0x0a])],
    ['with NUL', Buffer.from('a\n\u0000\n')],
    ['with a row too short', Buffer.from('a,b\n1\n')],
    ['with an open quote', Buffer.from('a,b\n"1,2\n')],
    ['that says it is Parquet', Buffer.from('PAR1 and no more')],
    ['of half a JSON list', Buffer.from('[{"a":1},')],
    ['that is a picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ])('%s is refused with the place', async (_, content) => {
    const { errors } = await refused(await declare(content), 422, 'registration/unreadable-file');
    expect(errors!.map(({ pointer }) => pointer)).toEqual(['/fileId']);
  });

  it.each([
    ['names of JavaScript', '__proto__,constructor,toString\n1,2,3\n'],
    ['strange names', '"a""b","c;d","\u202e","",x\n1,2,3,4,5\n'],
    ['the same name twice', 'a,a,A\n1,2,3\n'],
    ['a thousand columns', `${Array.from({ length: 1000 }, (_, i) => `c${i}`).join()}\n${'1,'.repeat(999)}1\n`],
    ['a long cell', `a\n${'x'.repeat(3_000_000)}\n`],
    ['numbers beyond numbers', 'a,b,c\n1e400,NaN,-0\n9223372036854775808,inf,1e-400\n'],
    ['dates beyond dates', 'a,b\n9999-12-31,0001-01-01\n292278-01-01,infinity\n'],
    ['formulas', "a\n=cmd|'/C calc'!A0\n@SUM(1)\n"],
    ['nested JSON', '['.repeat(5000) + ']'.repeat(5000)],
    ['JSON with odd members', '[{"__proto__":1,"a":{"b":[1,"x",null]}},{"a":"\\ud800"},{"a":"\\u0000"}]'],
  ])('with %s is measured or refused, never a fault of ours', async (_, content) => {
    const sent = await declare(Buffer.from(content));
    const before = await events();
    const answer = await client.send(sent);
    expect(answer.status === 201 || answer.status === 422 ? [] : [answer.status, answer.text]).toEqual([]);
    expect(faultsOf(answer, '/v1/')).toEqual([]);
    expect(await events()).toBe(before + (answer.status === 201 ? 1 : 0));
  });

  it('keeps a name of two hundred characters outside the basic plane', async () => {
    const answer = await client.send(await upload(Buffer.from('a\n1\n'), '𠮷'.repeat(250)));
    expect([answer.status, (JSON.parse(answer.text) as { name: string }).name]).toEqual([201, '𠮷'.repeat(200)]);
  });
});
