import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fsck, parseVkey } from '@app/tlog';
import fc from 'fast-check';
import { DataSource } from 'typeorm';
import { replay } from '../src/ledger/replay.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { asText, BODIES, damage } from './support/damage.js';
import { insist } from './support/insist.js';
import { prefixOf, sample, Walk } from './support/walk.js';
import { createWorld, type World } from './support/world.js';

/** Against hanging only: a busy machine takes its time. */
const LIMIT = 1_200_000; // Against hanging only.

/**
 * Every operation of the description, with everything that a caller can get wrong: never a server's error, always a problem with
 * its reasons in both languages, and of what was refused no trace in any table.
 */
let world: World;
let walk: Walk;
beforeAll(async () => {
  world = await createWorld();
  walk = await Walk.of(world);
}, LIMIT);
afterAll(async () => {
  walk.close();
  await world.close();
});

it(
  'as those who have something to do: damaged in many ways, then as it should be',
  async () => {
    const undone: string[] = [];
    const complaints = await walk.everywhere(async (operation) => {
      for (const { caller, path, body } of walk.leftFor(operation)) {
        const id = /[a-z]+_[0-9a-f]{32}/.exec(path)?.[0];
        const ask = (what: string, sent: string | Buffer) =>
          walk.ask(operation, what, { path, headers: walk.headersFor(operation, caller, id), body: sent });
        await walk.refresh();
        for (const seed of sample(fc.tuple(fc.nat(), fc.nat(), fc.nat()), 12))
          if ((await ask(`damaged ${seed.join()}`, damage(body as never, seed))).status < 300) await walk.refresh();
        const { status, text } = await ask('as it should be', asText(body as never));
        if (status >= 300 && !walk.isDone(operation)) undone.push(`${path} ${status} ${text}`);
        await walk.refresh();
      }
    });
    expect([complaints, undone]).toEqual([[], []]);
  },
  LIMIT,
);

it(
  'with no token, and with the right role at the wrong organisation',
  async () => {
    const complaints = await walk.everywhere(async (operation) => {
      const [id, body] = [walk.idOf(operation), walk.bodyFor(operation)];
      for (const caller of [undefined, ...walk.strangers])
        await walk.ask(operation, caller?.name ?? 'anonymous', {
          id,
          headers: walk.headersFor(operation, caller, id),
          ...body,
        });
    });
    expect(complaints).toEqual([]);
  },
  LIMIT,
);

// prettier-ignore
const BAD_IDS = [
  'x', '%00', '%zz', '%2e%2e', '%2F', '%F0%9F%92%A9', '%ED%A0%80', '..', '-1', '__proto__', 'constructor', "';--", '%0d%0aX:1',
  '*', 'x'.repeat(255), 'x'.repeat(257), 'x'.repeat(8000), 'a/b/c', '', '?', '%C2%80', '9'.repeat(200),
];

it(
  'with unknown, garbled and overlong ids',
  async () => {
    const complaints = await walk.everywhere(async (operation) => {
      if (!operation.path.includes('{')) return;
      const others = ['org', 'ord'].map((prefix) => walk.words.ids.get(prefix)![0]!);
      const body = walk.bodyFor(operation);
      for (const id of [`${prefixOf(operation)}_${'f'.repeat(32)}`, ...others, ...BAD_IDS]) {
        const headers = walk.headersFor(operation, walk.mighty[1], id);
        await walk.ask(operation, `id ${id.slice(0, 40)}`, { id, headers, ...body });
      }
    });
    expect(complaints).toEqual([]);
  },
  LIMIT,
);

it(
  'with bodies as the job sends them or the description allows them, and the same ones damaged',
  async () => {
    const complaints = await walk.everywhere(async (operation) => {
      if (operation.method === 'GET') return;
      const { mighty } = walk;
      const recorded = walk.recorded(operation).slice(0, 2);
      const bodies = [...recorded, ...walk.bodiesOf(operation, 3)];
      const seeds = sample(fc.tuple(fc.nat(), fc.nat(), fc.nat()), operation.schema ? 30 : 0);
      for (const [n, seed] of seeds.entries()) {
        const id = walk.idOf(operation, n % 3);
        const body = damage(bodies[n % bodies.length]!, seed);
        await walk.ask(operation, `damaged ${seed.join()}`, {
          id,
          headers: walk.headersFor(operation, mighty[n % mighty.length], id),
          body,
        });
      }
      for (const [n, body] of bodies.entries())
        for (const caller of mighty) {
          const id = walk.idOf(operation, n % 2);
          const headers = walk.headersFor(operation, caller, id);
          const { status } = await walk.ask(operation, `as ${caller.name}`, { id, headers, body: asText(body) });
          if (status < 300) await walk.refresh();
        }
    });
    expect(complaints).toEqual([]);
  },
  LIMIT,
);

it(
  'as everybody who acted before, of things in every state, until it is done once',
  async () => {
    const complaints = await walk.everywhere(async (operation) => {
      // A wrong password of somebody who has one is counted on purpose.
      if (operation.path !== '/v1/session/password') await insist(operation, walk, world);
    });
    expect(complaints).toEqual([]);
  },
  LIMIT,
);

// prettier-ignore
const TYPES = [
  undefined, 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=gbk',
  'application/json;', '/', 'APPLICATION/JSON', 'application/json, text/plain',
];

it(
  'with bodies that are none, and types that are none',
  async () => {
    const complaints = await walk.everywhere(async (operation, n) => {
      if (operation.method === 'GET') return;
      const id = walk.idOf(operation);
      const ask = (what: string, body: string | Buffer, changes: Record<string, string | undefined> = {}) => {
        const headers = { ...walk.headersFor(operation, walk.mighty[1], id), ...changes };
        const given = Object.entries(headers).filter(([, value]) => value !== undefined);
        return walk.ask(operation, what, { id, body, headers: Object.fromEntries(given) });
      };
      // The large ones take their time: each goes to every fourth operation.
      for (const [i, [name, body]] of BODIES.entries())
        if (body.length < 1000 || (n + i) % 4 === 0) await ask(name, body);
      for (const type of TYPES) await ask(`type ${type}`, '{"a":1}', { 'content-type': type });
      await ask('gzip', '{}', { 'content-encoding': 'gzip' });
    });
    expect(complaints).toEqual([]);
  },
  LIMIT,
);

// prettier-ignore
const IF_MATCH = [undefined, '', '*', '1', '"x"', 'W/"1"', '"999999999"', '"9999999999999999999"', '"-1"', '"1", "2"', '"0"'];
const KEYS = [
  undefined,
  '',
  'short',
  'x'.repeat(256),
  'with space inside',
  'caf\u00e9caf\u00e9',
  ['two-keys-1', 'two-keys-2'],
];
// prettier-ignore
const TOKENS = [
  '', 'Bearer', 'Bearer x', 'Bearer a.b.c', 'Basic eDp5', 'Bearer eyJhbGciOiJub25lIn0.e30.', 'Bearer eyJhbGciOiJub25lIn0.e30.x',
  `Bearer ${'x'.repeat(9000)}`,
];
const ODD = {
  'accept-language': `${'zh,'.repeat(500)};q=x`,
  traceparent: '00-x',
  accept: 'image/png',
  range: 'bytes=9-1',
  'content-disposition': "attachment; filename*=UTF-8''%zz",
};

it(
  'with wrong headers',
  async () => {
    const complaints = await walk.everywhere(async (operation) => {
      const id = walk.idOf(operation);
      const body = walk.bodyFor(operation);
      for (const authorization of TOKENS) {
        const headers = { ...walk.headersFor(operation), authorization };
        const { status } = await walk.ask(operation, `token ${authorization.slice(0, 30)}`, { id, headers, ...body });
        if (operation.path.startsWith('/v1/') && status !== 401)
          walk.complain(operation, `took the token ${authorization}`);
      }
      await walk.ask(operation, 'odd headers', {
        id,
        headers: { ...walk.headersFor(operation, walk.mighty[2], id), ...ODD },
        ...body,
      });
      if (operation.method === 'GET') return;
      const actsOnVersion =
        id !== undefined &&
        !/\/(link|keys|clients|objections|erasure|declaration|votes|record-requests)$/.test(operation.path);
      for (const match of IF_MATCH) {
        const { 'if-match': _, ...rest } = walk.headersFor(operation, walk.mighty[1], id);
        const headers = match === undefined ? rest : { ...rest, 'if-match': match };
        const { status } = await walk.ask(operation, `If-Match ${match}`, { id, headers, ...body });
        if (actsOnVersion && status < 400) walk.complain(operation, `took If-Match ${match}`);
      }
      for (const given of KEYS) {
        const { 'idempotency-key': _, ...rest } = walk.headersFor(operation, walk.mighty[1], id);
        const headers = given === undefined ? rest : { ...rest, 'idempotency-key': given as string };
        await walk.ask(operation, `key ${String(given)}`, { id, headers, ...body });
      }
    });
    expect(complaints).toEqual([]);
  },
  LIMIT,
);

// prettier-ignore
const QUERIES = [
  '', '%00', '%ED%A0%80', '%zz', 'x'.repeat(7000), '%F0%9F%92%A9', '-1', '0', '101', '1e9', '1.5', '9'.repeat(400), '__proto__', '%25_%5C', '\\',
];
// prettier-ignore
const CURSORS = [
  ['x'], [''], [1], [-1], [1e21], [2 ** 53], [2 ** 53 - 1], [2 ** 31], [0.5], ['\u0000'], ['\ud800'], [null], [{}], {}, 'x', ['x', 'y'],
  ['2026-13-45', 'app_x'], ['infinity', 'app_x'], ['4001', 'acc_x'], ['1', '2', '3'], ['x'.repeat(200)],
];
const encoded = (cursor: unknown) => Buffer.from(JSON.stringify(cursor)).toString('base64url');

it(
  'with wrong queries, and the cursors of other lists',
  async () => {
    const complaints = await walk.everywhere(async (operation) => {
      if (operation.method !== 'GET') return;
      const queries = operation.query.flatMap((name) => [
        ...QUERIES.map((value) => `${name}=${value}`),
        `${name}=1&${name}=2`,
        `${name}[]=1`,
        name,
      ]);
      queries.push('unknown=%00', '__proto__[x]=1', 'constructor=1', '%zz=1', '&'.repeat(1000));
      const others = [...walk.words.ids.entries()].filter(([prefix]) => prefix.length <= 4).map(([, [id]]) => [id]);
      const cursors = operation.query.includes('cursor') ? [...CURSORS, ...others] : [];
      const id = walk.idOf(operation);
      const base = operation.path.replace(/\{\w+\}/, id ?? '');
      const ask = (query: string) =>
        walk.ask(operation, `?${query.slice(0, 60)}`, {
          path: `${base}?${query}`,
          headers: walk.headersFor(operation, walk.mighty[5]),
        });
      for (const query of queries) await ask(query);
      let taken = 0;
      for (const cursor of cursors) if ((await ask(`cursor=${encoded(cursor)}`)).status < 400) taken += 1;
      // A list that is sorted by one number or by a code takes every number or code.
      if (taken > 6) walk.complain(operation, `took ${taken} cursors that are not its own`);
    });
    expect(complaints).toEqual([]);
  },
  LIMIT,
);

it(
  'leaves nothing half done',
  async () => {
    await world.settle();
    const stuck = await world.db.query('SELECT consumer, stream, error FROM platform.relay_backlog');
    expect(stuck.rows).toEqual([]);
    const failed = await world.db.query('SELECT kind, subject, error FROM platform.deadline WHERE error IS NOT NULL');
    expect(failed.rows).toEqual([]);
    expect(await readdir(join(world.config.DATA_DIR, 'files', 'tmp'))).toEqual([]);
    const auditor = new DataSource(dataSourceOptions(world.databaseUrl, 'databourse_auditor', 2));
    await auditor.initialize();
    const { differences, events } = await replay(auditor);
    await auditor.destroy();
    expect(differences).toEqual([]);
    const log = `${world.origin}/log`;
    const vkeys = (await (await fetch(`${log}/key`)).text()).trim().split('\n');
    const { ok, faults, checkpoint } = await fsck(log, vkeys, { origin: parseVkey(vkeys[0]!).name });
    expect([ok, faults, checkpoint?.size]).toEqual([true, [], events]);
  },
  LIMIT,
);

it('was no walk past closed doors', () => {
  const statuses = new Map<string, Set<number>>();
  for (const name of walk.seen.keys()) {
    const at = name.lastIndexOf(' ');
    statuses.set(name.slice(0, at), (statuses.get(name.slice(0, at)) ?? new Set()).add(Number(name.slice(at + 1))));
  }
  const all = new Set([...statuses.values()].flatMap((set) => [...set]));
  for (const status of [200, 201, 204, 400, 401, 403, 404, 409, 412, 413, 415, 422, 428]) expect(all).toContain(status);
  const done = [...statuses].filter(([, set]) => [...set].some((status) => status < 300));
  if (process.env['WALK_REPORT']) console.log([...walk.seen].map(([name, n]) => `${name} ×${n}`).join('\n'));
  expect(done.length / statuses.size).toBeGreaterThan(0.8);
});
