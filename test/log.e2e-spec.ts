import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import {
  decodeBundle,
  emptyLog,
  encodeBundle,
  integrate,
  openCheckpoint,
  parseTilePath,
  parseVkey,
  tilePath,
  tilesBetween,
  tileWidth,
  verifyConsistency,
  verifyProof,
} from '@app/tlog';
import pg from 'pg';
import request from 'supertest';
import { LogKey } from '../src/ledger/log-key.js';
import { LogSigner } from '../src/ledger/log-signer.js';
import { Publisher } from '../src/ledger/publisher.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { newId } from '../src/platform/id.js';
import { Sql } from '../src/platform/sql.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { note } from './support/noted.js';
import { organisation } from './support/sales.js';

let t: TestApp;
let superuser: pg.Client;
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };

const begin = async (): Promise<void> => {
  t = await startApp();
  superuser = new pg.Client(t.databaseUrl);
  await superuser.connect();
};
const end = async (): Promise<void> => {
  await superuser.end();
  await t.close();
};

const publish = (): Promise<number> => t.app.get(Publisher).step();
const get = (path: string): request.Test => request(t.app.getHttpServer()).get(path);
const bytesOf = async (path: string): Promise<Buffer> =>
  Buffer.from((await get(path).set('accept-encoding', 'identity').expect(200)).body as Uint8Array);
async function sequence(count: number): Promise<void> {
  for (let taken = 0; taken < count;) taken += (await t.app.get(Sequencer).step()) || (await sleep(5, 0));
}

const logKey = async () => parseVkey((await get('/log/key')).text.trim().split('\n')[0]!);
async function inTurn<A, B>(all: readonly A[], work: (one: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  for (const one of all) results.push(await work(one));
  return results;
}

describe('the log over HTTP', () => {
  afterAll(end);
  beforeAll(async () => {
    await begin();
    await note(
      superuser,
      'tst_1',
      Array.from({ length: 300 }, (_, i) => i + 1),
    );
    await t.settle();
    await note(superuser, 'tst_1', [301]);
    await sequence(1);
  });

  it('serves every width that was published, as prefixes of one another', async () => {
    const full = await bytesOf('/log/tile/0/001.p/44');
    expect(full).toHaveLength(44 * 32);
    expect(await bytesOf('/log/tile/0/001.p/7')).toEqual(full.subarray(0, 7 * 32));
    expect(decodeBundle(await bytesOf('/log/tile/entries/001.p/7'))).toHaveLength(7);
    expect(await bytesOf('/log/tile/0/000')).toHaveLength(8192);
    expect(await bytesOf('/log/tile/0/000.p/9')).toHaveLength(288);
    expect(await bytesOf('/log/tile/1/000.p/1')).toHaveLength(32);
  });

  it.each([
    [404, 'tile/0/001.p/45'],
    [404, 'tile/0/001'],
    [404, 'tile/1/000.p/2'],
    [404, 'tile/2/000.p/1'],
    [404, 'tile/0/002.p/1'],
    [404, 'tile/entries/x999/999'],
    [404, 'tile/63/000.p/1'],
    [400, 'tile/0/000.p/256'],
    [400, 'tile/0/000.p/0'],
    [400, 'tile/0/000.p/07'],
    [400, 'tile/0/0'],
    [400, 'tile/00/000'],
    [400, 'tile/64/000'],
    [400, 'tile/-1/000'],
    [400, 'tile/0/x000/000'],
    [400, 'tile/entries/000/'],
    [400, 'tile/entries/%2e%2e/000'],
  ])('answers %i as plain text for %s', async (status, path) => {
    const { headers } = await get(`/log/${path}`).expect(status);
    expect(headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache' });
  });

  it('lets tiles be cached for ever, checkpoints not, and compresses bundles where that is accepted', async () => {
    const tile = await get('/log/tile/0/000');
    expect(tile.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/log/checkpoint')).headers['cache-control']).toBe('no-cache');
    const coding = async (accepted: string) =>
      (await get('/log/tile/entries/000').set('accept-encoding', accepted)).headers['content-encoding'];
    expect(await Promise.all(['gzip', 'br, *', 'identity', 'gzip;q=0', 'br'].map(coding))).toEqual([
      'gzip',
      'gzip',
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['POST', 'log/tile/0/000', 405],
    ['POST', 'log/checkpoint', 405],
    ['DELETE', 'v1/log/consistency', 405],
    ['PUT', 'v1/log/checkpoints', 405],
    ['GET', 'log/tile/%', 400],
    ['GET', 'log/tile/%zz/000', 400],
    ['GET', 'log', 404],
    ['GET', 'log/tiles/0/000', 404],
    ['GET', 'log/tile', 404],
  ])('%s /%s is a problem with status %i', async (method, path, status) => {
    const answer = await fetch(`${await t.app.getUrl()}/${path}`, { method });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
  });

  it('keeps the name under which it began', async () => {
    const settings = { ...t.config, LEDGER_ORIGIN: 'other.example/log' };
    const renamed = new LogKey(settings, t.app.get(Sql), t.app.get(LogSigner));
    expect(`${await renamed.vkey(1)}\n`).toBe((await get('/log/key')).text);
  });

  it('answers HEAD with the headers of GET, and the checkpoint only once; later the next one', async () => {
    const { headers, text } = await get('/log/checkpoint');
    const again = () => get('/log/checkpoint').set('if-none-match', String(headers['etag']));
    expect(text).toContain('\n300\n');
    expect((await again()).status).toBe(304);
    for (const path of ['checkpoint', 'key', 'tile/0/000', 'tile/entries/000']) {
      const whole = await get(`/log/${path}`).set('accept-encoding', 'identity').expect(200);
      const head = await request(t.app.getHttpServer())
        .head(`/log/${path}`)
        .set('accept-encoding', 'identity')
        .expect(200);
      expect(head.headers['content-length']).toBe(whole.headers['content-length']);
      expect(head.headers['content-type']).toBe(whole.headers['content-type']);
    }
    await note(superuser, 'tst_2', [1]);
    await t.settle();
    expect((await again()).status).toBe(200);
  });
});

it('serves every width of every tile that was published, while the log grows, and no other', async () => {
  await begin();
  let log = { ...emptyLog(), root: Buffer.alloc(0) } as ReturnType<typeof integrate>;
  const bytes = new Map<string, Buffer>();
  const published = new Set<string>();
  let leaves: Uint8Array[] = [];
  for (const [n, size] of [1, 2, 255, 256, 257, 300, 511, 512, 513].entries()) {
    const versions = Array.from({ length: size - leaves.length }, (_, i) => i + 1);
    await note(superuser, `tst_${n}`, versions);
    await t.settle();
    const entries: Uint8Array[] = [];
    for (const tile of tilesBetween(0, size)) {
      if (tile.level !== 'entries') continue;
      entries.push(...decodeBundle(await bytesOf(`/log/${tilePath(tile)}`), tile.width));
    }
    expect(entries.slice(0, leaves.length)).toEqual(leaves);
    log = integrate(log, entries.slice(leaves.length));
    leaves = entries;
    for (const { level, index, bytes: stored } of log.tiles) bytes.set(`${level}/${index}`, stored);
    expect(openCheckpoint((await get('/log/checkpoint')).text, [await logKey()]).checkpoint).toMatchObject({
      size,
      root: log.root,
    });
    for (const tile of tilesBetween(0, size)) published.add(tilePath(tile));
  }
  for (const path of published) {
    const { level, index, width } = parseTilePath(path)!;
    const expected =
      level === 'entries'
        ? encodeBundle(leaves.slice(index * 256, index * 256 + width))
        : bytes.get(`${level}/${index}`)!.subarray(0, width * 32);
    expect(await bytesOf(`/log/${path}`)).toEqual(expected);
  }
  for (const level of ['entries', 0, 1, 2] as const)
    for (const index of [0, 1, 2, 3])
      for (const width of [1, 2, 255, 256]) {
        const expected = width <= tileWidth(level, index, 513) ? 200 : 404;
        const path = tilePath({ level, index, width });
        expect([path, (await get(`/log/${path}`)).status]).toEqual([path, expected]);
      }
  await end();
});

describe('proofs between and within published trees', () => {
  const SIZES = [3, 300, 301, 600];
  let ids: string[];
  afterAll(end);
  beforeAll(async () => {
    await begin();
    ids = [];
    for (const [n, size] of SIZES.entries()) {
      const versions = Array.from({ length: size - ids.length }, (_, i) => i + 1);
      ids.push(...(await note(superuser, `tst_${n}`, versions)));
      await t.settle();
    }
  });
  interface Consistency {
    from: { size: number; root: string; checkpoint: string };
    to: { size: number; root: string; checkpoint: string };
    hashes: string[];
  }

  it('lead from every published tree to every later one', async () => {
    const key = await logKey();
    const bytesIn = (text: string) => Buffer.from(text, 'base64');
    for (const from of SIZES)
      for (const to of [...SIZES.filter((size) => size >= from), undefined]) {
        const query = to === undefined ? `from=${from}` : `from=${from}&to=${to}`;
        const body = (await get(`/v1/log/consistency?${query}`).expect(200)).body as Consistency;
        expect([body.from.size, body.to.size]).toEqual([from, to ?? 600]);
        for (const { size, root, checkpoint } of [body.from, body.to])
          expect(openCheckpoint(checkpoint, [key]).checkpoint).toMatchObject({ size, root: bytesIn(root) });
        const [first, last] = [bytesIn(body.from.root), bytesIn(body.to.root)];
        expect(verifyConsistency(body.hashes.map(bytesIn), from, to ?? 600, first, last)).toBe(true);
      }
  });

  it('lead from an event to every published tree that has it', async () => {
    const key = await logKey();
    for (const index of [0, 2, 3, 255, 256, 299, 300, 301, 511, 512, 599])
      for (const size of [...SIZES, undefined]) {
        const { status, text, body } = await get(
          `/v1/events/${ids[index]}/proof${size === undefined ? '' : `?size=${size}`}`,
        );
        if (index >= (size ?? 600)) {
          expect([status, (body as { errors: { pointer: string }[] }).errors[0]!.pointer]).toEqual([422, '/size']);
          continue;
        }
        const leaf = Buffer.from(/^extra (.*)$/m.exec(text)![1]!, 'base64');
        expect(JSON.parse(leaf.toString())).toMatchObject({ id: ids[index] });
        expect(verifyProof(text, leaf, [key])).toMatchObject({ index, checkpoint: { size: size ?? 600 } });
      }
  });

  it('take at most three round trips to the database, and one when the tiles are known', async () => {
    const asked = jest.spyOn(t.app.get(Sql), 'rows');
    const trips = async (path: string): Promise<number> => {
      asked.mockClear();
      await get(path).expect(200);
      return asked.mock.calls.length;
    };
    const paths = [`/v1/events/${ids[0]}/proof`, `/v1/events/${ids[1]}/proof?size=301`, '/v1/log/consistency?from=300'];
    expect(Math.max(...(await inTurn(paths, trips)))).toBeLessThanOrEqual(3);
    expect(await inTurn(paths, trips)).toEqual([1, 1, 1]);
    expect(await inTurn(['/log/tile/0/000.p/200', '/log/tile/0/000.p/200'], trips)).toEqual([2, 0]);
  });

  it.each([
    [404, 'ledger/unpublished-size', '/from', '/v1/log/consistency?from=2&to=300'],
    [404, 'ledger/unpublished-size', '/from', '/v1/log/consistency?from=299'],
    [404, 'ledger/unpublished-size', '/to', '/v1/log/consistency?from=300&to=599'],
    [404, 'ledger/unpublished-size', '/to', '/v1/log/consistency?from=300&to=601'],
    [404, 'ledger/unpublished-size', '/to', '/v1/log/consistency?from=300&to=9007199254740991'],
    [422, 'invalid-request', '/from', '/v1/log/consistency?from=301&to=300'],
    [422, 'invalid-request', '/from', '/v1/log/consistency'],
    [422, 'invalid-request', '/from', '/v1/log/consistency?from=-1'],
    [422, 'invalid-request', '/from', '/v1/log/consistency?from=1.5'],
    [422, 'invalid-request', '/from', '/v1/log/consistency?from=9007199254740992'],
    [422, 'invalid-request', '/from', '/v1/log/consistency?from=3&from=300'],
    [422, 'invalid-request', '/to', '/v1/log/consistency?from=3&to=x'],
    [422, 'invalid-request', '/limit', '/v1/log/checkpoints?limit=101'],
    [422, 'invalid-request', '/cursor', '/v1/log/checkpoints?cursor=WyJvcmRfeCJd'],
    [422, 'invalid-request', '/cursor', '/v1/log/checkpoints?cursor=%25'],
    [404, 'ledger/unpublished-size', undefined, '/v1/events/ID/proof?size=302'],
    [404, 'ledger/unpublished-size', undefined, '/v1/events/ID/proof?size=601'],
    [422, 'invalid-request', '/size', '/v1/events/ID/proof?size=-1'],
  ])('answer %i %s at %s to %s', async (status, code, pointer, path) => {
    const { body, headers } = await get(path.replace('ID', ids[0]!)).expect(status);
    expect([body.code, body.errors?.[0].pointer]).toEqual([code, pointer]);
    expect(headers['content-type']).toContain('application/problem+json');
  });

  it('lists the published sizes, newest first, page by page', async () => {
    const first = (await get('/v1/log/checkpoints?limit=3').expect(200)).body;
    expect(first.items.map(({ size }: { size: number }) => size)).toEqual([600, 301, 300]);
    expect(first.items[0].checkpoint).toBe((await get('/log/checkpoint')).text);
    const { items, nextCursor } = (await get(`/v1/log/checkpoints?limit=3&cursor=${first.nextCursor}`)).body;
    expect(items[0].size).toBe(3);
    expect(nextCursor).toBeNull();
  });
});

describe('events', () => {
  const asAuditor = (path: string) => t.as({ ...operator, roles: ['auditor'] }).get(path);
  let streams: string[];
  afterEach(end);
  beforeEach(async () => {
    await begin();
    streams = [await organisation(t), await organisation(t), await organisation(t)];
  });

  it('are listed in the order of the log or of a stream, page by page, with their payloads', async () => {
    expect((await asAuditor('/v1/events')).body.items).toEqual([]);
    await t.settle();
    const first = (await asAuditor('/v1/events?limit=2')).body;
    expect(first.items.map((e: { index: number; stream: string }) => [e.index, e.stream])).toEqual([
      [0, streams[0]],
      [1, streams[1]],
    ]);
    expect(JSON.parse(first.items[1].payload)).toMatchObject({ organisationId: streams[1] });
    const rest = (await asAuditor(`/v1/events?limit=2&cursor=${first.nextCursor}`)).body;
    expect(rest).toMatchObject({ items: [{ index: 2 }], nextCursor: null });
    const own = (await asAuditor(`/v1/events?stream=${streams[2]}`)).body;
    expect(own.items).toEqual(rest.items);
    expect((await asAuditor(`/v1/events/${own.items[0].id}`)).body).toEqual(own.items[0]);
  });

  it('are for those who may read the ledger', async () => {
    await t.settle();
    expect((await get('/v1/events')).status).toBe(401);
    expect((await t.as({ ...operator, roles: ['buyer'] }).get('/v1/events')).status).toBe(403);
    expect((await asAuditor(`/v1/events/${randomUUID()}`)).status).toBe(404);
  });

  it('have an offline proof as soon as they are published', async () => {
    await publish();
    const { rows } = await superuser.query<{ event_id: string }>('SELECT event_id FROM ledger.payload ORDER BY seq');
    const path = `/v1/events/${rows[1]!.event_id}/proof`;
    expect((await get(path).expect(409)).body).toMatchObject({ code: 'ledger/not-published' });
    await sequence(3);
    expect((await get(path)).status).toBe(409);
    await publish();
    const { text, headers } = await get(path).expect(200);
    expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    const leaf = Buffer.from(/^extra (.*)$/m.exec(text)![1]!, 'base64');
    expect(JSON.parse(leaf.toString())).toMatchObject({ id: rows[1]!.event_id, stream: streams[1] });
    const key = parseVkey((await get('/log/key')).text.trim());
    expect(verifyProof(text, leaf, [key])).toMatchObject({ index: 1, checkpoint: { size: 3 } });
    expect((await get(`/v1/events/${randomUUID()}/proof`)).status).toBe(404);
    expect((await get('/v1/events/1/proof')).status).toBe(422);
  });

  it('keep their place when their payload is erased', async () => {
    await t.settle();
    await superuser.query('UPDATE ledger.payload SET salt = NULL, payload = NULL WHERE stream = $1', [streams[1]]);
    const { items } = (await asAuditor('/v1/events')).body;
    expect(items[1]).toMatchObject({ index: 1, stream: streams[1], salt: null, payload: null });
  });
});
