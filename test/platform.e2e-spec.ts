import { createHash, randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Socket } from 'node:net';
import pg from 'pg';
import request from 'supertest';
import type { DataSource } from 'typeorm';
import { Venue, VenueOpened } from '../src/market/venue.js';
import { Clock } from '../src/platform/clock.js';
import { asSystem } from '../src/platform/context.js';
import { DeadlineWorker, OnDeadline } from '../src/platform/deadline-worker.js';
import { Event } from '../src/platform/event.js';
import { DemonstrationClock } from '../src/platform/demonstration-clock.js';
import { newId } from '../src/platform/id.js';
import { News } from '../src/platform/news.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { Reaction, Relay, type Reacts } from '../src/platform/relay.js';
import { serializable, type CommandClient } from '../src/platform/serializable.js';
import { Sql } from '../src/platform/sql.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { organisation } from './support/sales.js';

const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
let operatorId: string;
const venue = (code: string) => ({
  code,
  name: { zh: '演示', en: 'Demonstration' },
  type: 'EXCHANGE' as const,
  parentId: null,
  operatorId,
});

const seen: string[] = [];
let failOn: string | undefined;

@Injectable()
@Reaction({ consumer: 'test.watch-venues', to: [VenueOpened] })
class WatchVenues implements Reacts<VenueOpened> {
  on({ code }: VenueOpened): Promise<void> {
    if (code === failOn) throw new Error('this one fails');
    seen.push(code);
    return Promise.resolve();
  }
}

const together: string[][] = [];

@Injectable()
@Reaction({ consumer: 'test.watch-venues-together', to: [VenueOpened] })
class WatchVenuesTogether implements Reacts<VenueOpened> {
  on({ code }: VenueOpened): Promise<void> {
    return this.onAll([{ code }]);
  }

  onAll(events: readonly Pick<VenueOpened, 'code'>[]): Promise<void> {
    const codes = events.map(({ code }) => code);
    if (codes.includes('ALONE')) throw new Error('this one fails');
    together.push(codes);
    return Promise.resolve();
  }
}

@Event('test.counted.v1')
class Counted {
  constructor(readonly n: number) {}
}

const counted: number[][] = [];
let failAt: number | undefined;

@Injectable()
@Reaction({ consumer: 'test.watch-counted', to: [Counted] })
class WatchCounted implements Reacts<Counted> {
  on(event: Counted): Promise<void> {
    return this.onAll([event]);
  }

  onAll(events: readonly Counted[]): Promise<void> {
    const numbers = events.map(({ n }) => n);
    if (failAt !== undefined && numbers.includes(failAt)) throw new Error('this one fails');
    counted.push(numbers);
    return Promise.resolve();
  }
}

let fired: string[] = [];

@OnDeadline('test.due')
class Fire extends Command<void> {
  constructor(readonly subject: string) {
    super();
  }
}

@CommandHandler(Fire)
class FireHandler implements ICommandHandler<Fire> {
  execute({ subject }: Fire): Promise<void> {
    if (subject === 'broken') throw new Error('broken');
    fired.push(subject);
    return Promise.resolve();
  }
}

@Module({ providers: [WatchVenues, WatchVenuesTogether, WatchCounted, FireHandler] })
class Watchers {}

let t: TestApp;
let db: pg.Client;
beforeAll(async () => {
  t = await startApp({ FILE_LIMIT_BYTES: '65536' }, Watchers);
  operatorId = await organisation(t);
  db = new pg.Client(t.databaseUrl);
  await db.connect();
});
afterAll(async () => {
  await db.end();
  await t.close();
});
const count = async (sql: string, parameters: unknown[] = []) =>
  Number((await db.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`, parameters)).rows[0]!.n);

describe('a request', () => {
  const http = () => request(t.app.getHttpServer());
  const bearer = async (options = {}) =>
    `Bearer ${await t.issuer.token(operator.sub, operator.org, operator.roles, options)}`;

  it('without a token is refused where a permission is needed', async () => {
    const { status, body, headers } = await http().post('/v1/demonstration/clock').send({ byMs: 1, reason: 'x' });
    expect([status, body.code, headers['www-authenticate']]).toEqual([401, 'unauthenticated', 'Bearer']);
  });

  it.each([
    ['expired', { life: '-1m' }, 'ERR_JWT_EXPIRED'],
    ['meant for another service', { audience: 'https://elsewhere.test' }, 'ERR_JWT_CLAIM_VALIDATION_FAILED'],
  ])('with a token that is %s is refused', async (_, options, reason) => {
    const { status, body } = await http()
      .get('/v1/venues')
      .set('authorization', await bearer(options));
    expect([status, body.code, body.reason]).toEqual([401, 'invalid-token', reason]);
  });

  it('with a garbled or tampered token is refused', async () => {
    const token = await bearer();
    for (const bad of ['Bearer x', 'Basic eDp5', `${token.slice(0, -4)}AAAA`])
      expect((await http().get('/v1/venues').set('authorization', bad)).status).toBe(401);
  });

  it('cannot make itself the platform', async () => {
    const system = { ...operator, roles: ['system'] as const };
    expect((await t.as(system).post('/v1/venues', venue('SYS'))).status).toBe(403);
  });

  it.each([
    ['no JSON', 'application/json', '{"byMs":', 400, 'malformed-body'],
    ['another type', 'application/xml', '<a/>', 415, 'unsupported-media-type'],
    ['a body over the limit', 'application/json', `{"reason":"${'x'.repeat(1_100_000)}"}`, 413, 'too-large'],
    ['a list', 'application/json', '[]', 422, 'invalid-request'],
    ['nothing', 'application/json', '{}', 422, 'invalid-request'],
    ['an attack on the prototype', 'application/json', '{"__proto__":{"a":1}}', 400, 'malformed-body'],
  ])('with %s is told why', async (_, type, text, status, code) => {
    const answer = await http()
      .post('/v1/demonstration/clock')
      .set('authorization', await bearer())
      .set('content-type', type)
      .send(text);
    expect([answer.status, answer.body.code, answer.type]).toEqual([status, code, 'application/problem+json']);
    expect(answer.body.reasons).toEqual({ 'zh-CN': expect.any(String), en: expect.any(String) });
  });

  it('names each wrong place with a pointer, in both languages', async () => {
    const wrong = { ...venue('lower'), name: { zh: '', en: 'x\u0000' }, extra: 1 };
    const { status, body } = await t
      .as(operator)
      .post('/v1/venues', wrong, { 'accept-language': 'en;q=0.9, zh;q=0.1' });
    expect(status).toBe(422);
    const pointers = body.errors.map((e: { pointer: string }) => e.pointer);
    expect(pointers).toEqual(['/code', '/name/zh', '/name/en', '/extra']);
    expect(body.errors[3].detail).toBe('Unrecognized key: "extra"');
    for (const { reasons } of body.errors) expect(reasons['zh-CN']).toMatch(/[\u4e00-\u9fff]/);
  });

  it('in one language or the other', async () => {
    const ask = async (language: string) =>
      (await http().get('/v1/venues/ven_x').set('accept-language', language)).body;
    expect((await ask('en-GB')).title).toBe('Not found');
    expect((await ask('zh-TW, en;q=0.5')).title).toBe('未找到');
    expect((await ask('fr')).title).toBe('未找到');
  });

  it('carries its trace through', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const { headers, body } = await http()
      .get('/v1/venues/ven_x')
      .set('traceparent', `00-${trace}-b7ad6b7169203331-01`);
    expect([headers['traceparent']!.slice(3, 35), body.traceId]).toEqual([trace, trace]);
  });

  it.each([
    'x',
    'bm90IGpzb24',
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('[{}]').toString('base64url'),
  ])('with the foreign cursor %s is refused', async (cursor) => {
    const { status, body } = await http().get(`/v1/venues?cursor=${cursor}`);
    expect([status, body.errors[0].pointer]).toEqual([422, '/cursor']);
  });

  it.each(['0', '101', '-1', '1.5', 'many', '1e9'])('with limit=%s is refused', async (limit) => {
    expect((await http().get(`/v1/venues?limit=${limit}`)).status).toBe(422);
  });
});

describe('an Idempotency-Key', () => {
  const post = (key: string | undefined, body: object) =>
    t.as(operator).post('/v1/venues', body, key === undefined ? { 'idempotency-key': '' } : { 'idempotency-key': key });

  it('is required, and must be one', async () => {
    for (const key of [undefined, 'short', 'with space in it', 'x'.repeat(256)])
      expect((await post(key, venue('NOKEY'))).body.code).toBe('idempotency-key-required');
  });

  it('gives a repetition the first answer and no second effect', async () => {
    const key = randomUUID();
    const body = venue('ONCE');
    const first = await post(key, body);
    const second = await post(key, body);
    expect([second.status, second.body, second.headers['idempotent-replayed']]).toEqual([201, first.body, 'true']);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(await count(`market.venue WHERE code = 'ONCE'`)).toBe(1);
  });

  it('belongs to one request', async () => {
    const key = randomUUID();
    await post(key, venue('KEYA'));
    const { status, body } = await post(key, venue('KEYB'));
    expect([status, body.code]).toEqual([422, 'idempotency-key-reused']);
  });

  it('is kept with nothing by which a copy of the database lets its request be guessed', async () => {
    const key = randomUUID();
    const body = venue('KEYC');
    await post(key, body);
    const guess = createHash('sha256')
      .update(`POST /v1/venues\n${JSON.stringify(body)}`)
      .digest('hex');
    const { rows } = await db.query('SELECT request_hash FROM platform.idempotency WHERE key = $1', [key]);
    expect(rows).toEqual([{ request_hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(rows).not.toEqual([{ request_hash: guess }]);
  });

  it('is kept when the first try was refused', async () => {
    const key = randomUUID();
    const wrong = { ...venue('BASE'), type: 'BASE' as const };
    const first = await post(key, wrong);
    const second = await post(key, wrong);
    expect([first.body.code, second.body.code]).toEqual(['market/venue-parent', 'market/venue-parent']);
    expect(second.headers['idempotent-replayed']).toBe('true');
  });

  it('raced ten ways has one effect', async () => {
    const key = randomUUID();
    const body = venue('RACE');
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(key, body)));
    const created = answers.filter(({ status }) => status === 201);
    expect(new Set(created.map((a) => a.body.id as string)).size).toBe(1);
    for (const { status, body: answer } of answers)
      expect([status, answer.code]).toEqual(status === 201 ? [201, undefined] : [409, 'idempotency-in-progress']);
    expect(await count(`market.venue WHERE code = 'RACE'`)).toBe(1);
  });
});

describe('the unit of work', () => {
  it('repeats a command that the database could not serialise, and loses no update', async () => {
    const uow = t.app.get(UnitOfWork);
    const clock = t.app.get(Clock);
    const { offsetMs } = clock;
    const move = () => t.as(operator).post('/v1/demonstration/clock', { byMs: 1000, reason: 'race' });
    await move();
    const answers = await Promise.all(Array.from({ length: 4 }, move));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200]);
    const { rows } = await db.query<{ offset_ms: string }>('SELECT offset_ms FROM platform.demonstration_clock');
    expect(Number(rows[0]!.offset_ms)).toBe(offsetMs + 5000);
    expect(uow).toBeDefined();
  });

  it('begins anew when somebody else took the version in between, whose leaf is there first', async () => {
    const uow = t.app.get(UnitOfWork);
    const { offsetMs } = t.app.get(Clock);
    let tries = 0;
    await asSystem(() =>
      uow.run(async () => {
        const clock = await uow.get(DemonstrationClock, DemonstrationClock.ID);
        tries += 1;
        if (tries === 1) await t.as(operator).post('/v1/demonstration/clock', { byMs: 1000, reason: 'in between' });
        clock.advance(new Date(), 1000, 'test');
      }),
    );
    const { rows } = await db.query<{ offset_ms: string }>('SELECT offset_ms FROM platform.demonstration_clock');
    expect([tries, Number(rows[0]!.offset_ms)]).toEqual([2, offsetMs + 2000]);
  });

  it('writes nothing at all when a command is refused at its end', async () => {
    const before = await count('ledger.intake');
    const id = newId('ven');
    await expect(
      asSystem(() =>
        t.app.get(UnitOfWork).run(async () => {
          t.app.get(UnitOfWork).add(Venue.open(venue('HALF'), null));
          throw new Error('at the end');
        }),
      ),
    ).rejects.toThrow('at the end');
    expect([await count('ledger.intake'), await count(`market.venue WHERE code = 'HALF' OR id = $1`, [id])]).toEqual([
      before,
      0,
    ]);
  });

  it('tells the workers of this process what is committed, once it is, and nothing else', async () => {
    const [uow, news] = [t.app.get(UnitOfWork), t.app.get(News)];
    const seen: Promise<number>[] = [];
    const deafen = news.listen(() => void seen.push(count(`market.venue WHERE code = 'TOLD'`)));
    const add = async (end: () => void): Promise<void> => {
      uow.add(Venue.open(venue('TOLD'), null));
      await uow.run(async () => undefined); // Joined: no end of its own.
      end();
    };
    const refuse = (): void => {
      throw new Error('at the end');
    };
    await expect(asSystem(() => uow.run(() => add(refuse)))).rejects.toThrow('at the end');
    expect(seen).toEqual([]);
    await asSystem(() => uow.run(() => add(() => undefined)));
    expect(await Promise.all(seen)).toEqual([1]);
    deafen();
  });

  it('is SERIALIZABLE, and statements outside are not', async () => {
    const sql = t.app.get(Sql);
    const level = () => sql.row<{ level: string }>(`SELECT current_setting('transaction_isolation') AS level`);
    expect(await t.app.get(UnitOfWork).run(level)).toEqual({ level: 'serializable' });
    expect(await level()).toEqual({ level: 'read committed' });
  });

  it('writes nothing, and says why, when its transaction does not begin', async () => {
    const { dataSource } = t.app.get(UnitOfWork) as unknown as { dataSource: DataSource };
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as CommandClient;
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<pg.QueryResult>;
    client.query = ((...given: unknown[]) =>
      query(...(String(given[0]).startsWith('BEGIN') ? [beginning] : given))) as never;
    let beginning = '';
    const insert = `INSERT INTO platform.relay_cursor (consumer) VALUES ('test.unbegun')`;
    const read: unknown[] = [];
    const [id, bytes] = [randomUUID(), Buffer.from('{}')];
    const leaf = {
      id,
      stream: 'unbegun',
      version: 1,
      type: 'test.unbegun.v1',
      leaf: bytes,
      payload: bytes,
      salt: bytes,
    };
    const works = [
      () => Promise.resolve({ answer: 0, leaves: [leaf], written: [] }),
      async () => ({ answer: read.push((await client.query('SELECT 1 AS one')).rows[0]), leaves: [], written: [] }),
      async () => ({ answer: await client.query(insert), leaves: [], written: [] }),
      () => Promise.resolve({ answer: 0, leaves: [], written: [{ text: insert, values: [] }] }),
    ];
    // Refused, and begun but for a part of it.
    for (beginning of ['SELECT 1 / 0', 'BEGIN; SELECT 1 / 0'])
      for (const work of works) {
        await expect(serializable<unknown>(client, work)).rejects.toThrow(/division by zero|aborted/);
        expect(client.getTransactionStatus()).toBe('I');
      }
    expect(read).toEqual([{ one: 1 }]);
    expect((await db.query(`SELECT FROM ledger.payload WHERE stream = 'unbegun'`)).rows).toEqual([]);
    client.query = query as never;
    await runner.release();
    const written = `SELECT FROM platform.relay_cursor WHERE consumer = 'test.unbegun'`;
    expect(await t.app.get(Sql).rows(written)).toEqual([]);
  });

  it('waits for nothing before it reads, and says nothing to the database twice', async () => {
    const said: string[] = [];
    const { dataSource } = t.app.get(UnitOfWork) as unknown as { dataSource: DataSource };
    const runner = dataSource.createQueryRunner();
    const client = (await runner.connect()) as CommandClient;
    const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
    const write = jest.spyOn(stream, 'uncork').mockImplementation(function (this: Socket) {
      said.push('sent');
      return Object.getPrototypeOf(stream).uncork.call(stream) as void;
    });
    const sql = `SELECT set_config('databourse.test', 'x', true)`;
    await serializable(client, async () => {
      await client.query('SELECT 1');
      said.push('read');
      return { answer: undefined, leaves: [], written: [1, 2, 3].map(() => ({ text: sql, values: [] })) };
    });
    write.mockRestore();
    await runner.release();
    expect(said).toEqual(['sent', 'read', 'sent']);
  });

  it('says so when the error of a statement was caught, for then PostgreSQL commits nothing', async () => {
    const sql = t.app.get(Sql);
    const swallow = t.app.get(UnitOfWork).run(async () => {
      await sql.rows(`INSERT INTO platform.relay_cursor (consumer) VALUES ('test.swallowed')`);
      await sql.rows('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(swallow).rejects.toThrow('nothing is committed');
    expect(await sql.rows(`SELECT FROM platform.relay_cursor WHERE consumer = 'test.swallowed'`)).toEqual([]);
    expect(await sql.row('SELECT 1 AS one')).toEqual({ one: 1 });
  });

  it('plans each statement of its commands once for each connection', async () => {
    const sql = t.app.get(Sql);
    const prepared = () =>
      t.app.get(UnitOfWork).run(async () => {
        await sql.row('SELECT $1::int AS "of a command"', [1]);
        await sql.row('SELECT $1::int AS "of a command"', [2]);
        return sql.rows(`SELECT from_sql FROM pg_prepared_statements WHERE statement LIKE '%"of a command"%'`);
      });
    expect(await prepared()).toHaveLength(1);
    await sql.row('SELECT $1::int AS outside', [1]);
    expect(await sql.rows(`SELECT FROM pg_prepared_statements WHERE statement LIKE '%AS outside'`)).toEqual([]);
  });

  it('leaves neither row nor leaf without the other, even for the owner of the tables', async () => {
    await db.query('SET ROLE databourse_owner');
    for (const sql of [
      `UPDATE market.venue SET code = code || 'X'`,
      `INSERT INTO market.venue VALUES ('ven_x', 1, 'FREE', '{}', 'EXCHANGE', NULL, 'org_x')`,
      'DELETE FROM market.venue',
      'TRUNCATE market.venue CASCADE',
      'UPDATE ledger.intake SET leaf = leaf',
      'DELETE FROM ledger.intake',
      'DELETE FROM ledger.payload',
    ])
      await expect(db.query(sql)).rejects.toMatchObject({ code: '23000' });
    await db.query('RESET ROLE');
  });

  it('lets the application write the ledger through one function only', async () => {
    await db.query('SET ROLE databourse_app');
    for (const sql of [
      `INSERT INTO ledger.intake VALUES (1, '1', 1, '\\x00')`,
      'SELECT * FROM ledger.intake',
      'UPDATE ledger.head SET size = 0',
      `DELETE FROM market.venue`,
      `SELECT platform.audit('market.venue')`,
    ])
      await expect(db.query(sql)).rejects.toMatchObject({ code: '42501' });
    await db.query('RESET ROLE');
  });
});

describe('the relay', () => {
  const open = async (code: string) => (await t.as(operator).post('/v1/venues', venue(code))).body.id as string;

  it('brings each event to a reaction once', async () => {
    await t.settle();
    seen.length = 0;
    await Promise.all(['R1', 'R2', 'R3'].map(open));
    await t.settle();
    await t.settle();
    expect(seen.toSorted()).toEqual(['R1', 'R2', 'R3']);
  });

  it('brings events together to a reaction that takes them so, and one by one when that fails', async () => {
    await t.settle();
    together.length = 0;
    for (const code of ['T1', 'T2', 'T3']) await open(code);
    await t.settle();
    expect(together).toEqual([['T1', 'T2', 'T3']]);
    together.length = 0;
    for (const code of ['U1', 'ALONE', 'U2']) await open(code);
    await t.settle();
    expect(together).toEqual([['U1'], ['U2']]);
    const failed = `consumer = 'test.watch-venues-together'`;
    expect(await count(`platform.relay_backlog WHERE ${failed}`)).toBe(1);
    await db.query(`DELETE FROM platform.relay_backlog WHERE ${failed}`);
  });

  it('passes what a consumer does not want, many bundles at a time, and never past what it wants', async () => {
    await t.settle();
    seen.length = 0;
    const type = 'test.unwanted.v1';
    const unwanted = (stream: string) =>
      db.query(
        `SELECT ledger.append(array_agg(gen_random_uuid()), array_agg($1::text), array_agg(i), array_agg($2::text),
           array_agg(convert_to(json_build_object('id', i, 'type', $2::text, 'stream', $1::text, 'version', i)::text, 'UTF8')),
           array_agg('{}'::text), array_agg(sha256('salt'))) FROM generate_series(1, 600) i`,
        [stream, type],
      );
    await unwanted('first');
    await open('BETWEEN');
    await unwanted('second');
    await open('AFTER');
    await t.settle();
    expect(seen).toEqual(['BETWEEN', 'AFTER']);
    const behind = 'SELECT consumer FROM platform.relay_cursor WHERE position <> (SELECT size FROM ledger.head)';
    expect((await db.query(behind)).rows).toEqual([]);
  });

  it('brings several batches in one step while all goes well, each once and in their order', async () => {
    const relay = t.app.get(Relay);
    const step = async (numbers: number[], stream: string) => {
      await t.settle();
      counted.length = 0;
      await db.query(
        `SELECT ledger.append(array_agg(id), array_agg($1::text || i), array_agg(1), array_agg('test.counted.v1'::text),
           array_agg(convert_to(json_build_object('id', id, 'type', 'test.counted.v1', 'stream', $1::text || i)::text, 'UTF8')),
           array_agg(json_build_object('n', i)::text), array_agg(sha256('salt')))
         FROM (SELECT gen_random_uuid() AS id, i FROM unnest($2::int[]) WITH ORDINALITY u (i, place) ORDER BY place) x`,
        [stream, numbers],
      );
      while ((await t.app.get(Sequencer).step()) === 0);
      Reflect.set(relay, 'steps', 0);
      await relay.step();
      return counted.map((numbers) => [numbers.length, numbers.at(-1)]);
    };
    const numbers = Array.from({ length: 1100 }, (_, i) => i + 1);
    expect(await step(numbers, 'counted1')).toEqual([[256, 256], [256, 512], [256, 768], [256, 1024]]); // prettier-ignore
    await t.settle();
    expect(counted.flat()).toEqual(numbers);
    failAt = 300;
    const alone = numbers.slice(256, 512).filter((n) => n !== failAt);
    expect(await step(numbers, 'counted2')).toEqual([[256, 256], ...alone.map((n) => [1, n])]);
    await t.settle();
    expect(counted.flat()).toEqual(numbers.filter((n) => n !== failAt));
    failAt = undefined;
    await db.query(`UPDATE platform.relay_backlog SET try_at = now() WHERE consumer = 'test.watch-counted'`);
    await t.settle();
    expect(counted.at(-1)).toEqual([300]);
  });

  it('takes whoever is furthest behind first, and everybody now and then', async () => {
    await t.settle();
    await open('LATER');
    // It waits for older transactions of the cluster: those of other tests, too.
    while ((await t.app.get(Sequencer).step()) === 0);
    together.length = 0;
    const relay = t.app.get(Relay);
    Reflect.set(relay, 'steps', 0);
    const took: number[] = [];
    for (let step = 0; step < 4; step += 1) {
      await db.query(`UPDATE platform.relay_cursor SET position = 0 WHERE consumer = 'test.watch-venues'`);
      await relay.step();
      took.push(together.length);
    }
    expect(took).toEqual([0, 0, 0, 1]);
    await t.settle();
  });

  it('moves two cursors at the same time', async () => {
    const [uow, sql] = [t.app.get(UnitOfWork), t.app.get(Sql)];
    // It is known to be small then.
    await db.query('VACUUM ANALYZE platform.relay_cursor');
    const { rows } = await db.query<{ consumer: string }>('SELECT consumer FROM platform.relay_cursor LIMIT 2');
    let tries = 0;
    let arrive: () => void;
    const both = new Promise<void>((resolve) => (arrive = resolve));
    // Neither may commit before both have moved.
    const move = (consumer: string) =>
      uow.run(async () => {
        tries += 1;
        await sql.rows('UPDATE platform.relay_cursor SET position = position + 0 WHERE consumer = $1', [consumer]);
        if (tries === 2) arrive();
        await both;
      });
    await Promise.all(rows.map(({ consumer }) => move(consumer)));
    expect(tries).toBe(2);
  });

  it('lets a failing event hold back its own stream only, retries it, and goes on', async () => {
    seen.length = 0;
    failOn = 'BAD';
    await open('BAD');
    await open('GOOD');
    await t.settle();
    expect(seen).toEqual(['GOOD']);
    const held = await db.query('SELECT attempts, error FROM platform.relay_backlog');
    expect(held.rows).toEqual([{ attempts: expect.any(Number), error: 'Error: this one fails' }]);
    failOn = undefined;
    await db.query('UPDATE platform.relay_backlog SET try_at = now()');
    await t.settle();
    expect(seen).toEqual(['GOOD', 'BAD']);
    expect(await count('platform.relay_backlog')).toBe(0);
  });

  it('parks an event that always fails', async () => {
    failOn = 'NEVER';
    await open('NEVER');
    await t.settle();
    for (let i = 0; i < 12; i += 1) {
      await db.query('UPDATE platform.relay_backlog SET try_at = now()');
      await t.app.get(Relay).step();
    }
    const { rows } = await db.query('SELECT attempts, parked_at FROM platform.relay_backlog');
    expect(rows).toEqual([{ attempts: 10, parked_at: expect.any(Date) }]);
  });

  it('resumes it when an operator says so', async () => {
    failOn = undefined;
    const [parked, ...more] = (await t.as(operator).get('/v1/parked')).body;
    expect([parked, more]).toMatchObject([
      { kind: 'reaction', name: 'test.watch-venues', error: 'Error: this one fails' },
      [],
    ]);
    const { kind, name, subject } = parked;
    const resume = (who: Who) => t.as(who).post('/v1/parked/resumption', { kind, name, subject });
    expect((await resume({ ...operator, roles: ['regulator'] })).status).toBe(403);
    expect((await resume(operator)).status).toBe(204);
    seen.length = 0;
    await t.settle();
    expect(seen).toEqual(['NEVER']);
    expect((await resume(operator)).status).toBe(404);
  });
});

describe('a deadline', () => {
  const uow = () => t.app.get(UnitOfWork);
  const schedule = (subject: string, dueAt: Date | null) =>
    asSystem(() => uow().run(() => uow().schedule('test.due', subject, dueAt)));

  it('fires once it is due, once, however many workers look', async () => {
    const now = t.app.get(Clock).now().getTime();
    await schedule('later', new Date(now + 3_600_000));
    await schedule('now', new Date(now - 1));
    await schedule('dropped', new Date(now - 1));
    await schedule('dropped', null);
    const worker = t.app.get(DeadlineWorker);
    await Promise.all([worker.step(), worker.step(), worker.step()]);
    expect(fired).toEqual(['now']);
    fired = [];
    await t.as(operator).post('/v1/demonstration/clock', { byMs: 3_600_000, reason: 'an hour' });
    await worker.step();
    expect(fired).toEqual(['later']);
  });

  it('is slept towards, and no further', async () => {
    const worker = t.app.get(DeadlineWorker);
    const pause = (idleMs: number): number => worker['pauseAfter'](0, idleMs);
    const now = t.app.get(Clock).now();
    const clock = jest.spyOn(t.app.get(Clock), 'now').mockReturnValue(now);
    fired = [];
    await schedule('soon', new Date(now.getTime() + 40));
    await schedule('parked', new Date(now.getTime() + 20));
    await db.query(`UPDATE platform.deadline SET parked_at = now() WHERE subject = 'parked'`);
    expect([await worker.step(), pause(1000), pause(31)]).toEqual([0, 40, 31]);
    clock.mockReturnValue(new Date(now.getTime() + 40));
    expect([await worker.step(), fired]).toEqual([1, ['soon']]);
    await schedule('parked', null);
    expect([await worker.step(), pause(1000)]).toEqual([0, 1000]);
    clock.mockRestore();
  });

  it('that fails is tried again later and loses nothing', async () => {
    await schedule('broken', new Date(0));
    await t.app.get(DeadlineWorker).step();
    const { rows } = await db.query(`SELECT attempts, error FROM platform.deadline WHERE subject = 'broken'`);
    expect(rows).toEqual([{ attempts: 1, error: 'Error: broken' }]);
  });
});

describe('a file', () => {
  const holder: Who = { sub: newId('per'), org: newId('org'), roles: ['holder'] };
  const upload = async (body: string | Buffer, type: string, name = 'data.csv', who = holder) =>
    request(t.app.getHttpServer())
      .post('/v1/files')
      .set('authorization', `Bearer ${await t.issuer.token(who.sub, who.org, who.roles)}`)
      .set('content-type', type)
      .set('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
      .send(body);

  it.each([
    ['text/csv', 'a,b\n1,2\n', '数据.csv'],
    ['application/json', '{"kept": "as it is"}', 'x.json'],
    ['text/html; charset=utf-8', '<script>', '../../etc/x'],
  ])('of type %s is kept as it is, with its name', async (type, content, name) => {
    const { status, body } = await upload(content, type, name);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      mediaType: type.split(';')[0],
      name: name.replaceAll('/', '_'),
      bytes: content.length,
    });
    const back = await t.as(holder).get(`/v1/files/${body.id}/content`);
    expect(back.headers['content-disposition']).toMatch(/^attachment/);
    expect(String(back.text ?? back.body)).toBe(content);
  });

  it('that is empty or too large is refused and leaves nothing', async () => {
    const before = await count('platform.uploaded_file');
    const empty = await upload('', 'text/csv');
    const large = await upload(Buffer.alloc(t.config.FILE_LIMIT_BYTES + 1), 'text/csv');
    expect([empty.status, large.status, large.body.code]).toEqual([422, 413, 'too-large']);
    expect(await count('platform.uploaded_file')).toBe(before);
  });

  it('belongs to the organisation that brought it', async () => {
    const { body } = await upload('x', 'text/plain');
    const stranger: Who = { ...holder, org: newId('org') };
    expect((await t.as(stranger).get(`/v1/files/${body.id}`)).status).toBe(403);
  });
});

it('answers 429 to an address that asks too often, and says when to come back', async () => {
  const limited = await startApp({ RATE_LIMIT: '3' });
  const ask = () => request(limited.app.getHttpServer()).get('/v1/venues');
  const answers = [await ask(), await ask(), await ask(), await ask()];
  const last = answers.at(-1)!;
  await limited.close();
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  expect([last.body.code, last.type]).toEqual(['too-many-requests', 'application/problem+json']);
  expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
  expect(last.headers['ratelimit-limit']).toBe('3');
});
