import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addCheckpoint,
  generateCosignerKey,
  openCheckpoint,
  parseCosignerSkey,
  parseVkey,
  policyOf,
  splitNote,
  verifyCheckpoint,
  type WitnessStore,
} from '@app/tlog';
import pg from 'pg';
import request from 'supertest';
import { LedgerDatabase } from '../src/ledger/ledger-database.js';
import { KmsSigner } from '../src/ledger/kms-signer.js';
import { LogKey } from '../src/ledger/log-key.js';
import { LogSigner } from '../src/ledger/log-signer.js';
import { Publisher } from '../src/ledger/publisher.js';
import { RecordStart } from '../src/ledger/record-start.js';
import { Sequencer } from '../src/ledger/sequencer.js';
import { WitnessAsker } from '../src/ledger/witness-asker.js';
import { asSystem } from '../src/platform/context.js';
import { newId } from '../src/platform/id.js';
import { registry } from '../src/platform/metrics.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { startSimulatedKms, type SimulatedKms } from '../scripts/simulated-kms.js';
import { startApp, type TestApp } from './support/app.js';
import type { Who } from './support/client.js';
import { note } from './support/noted.js';
import { differences } from './support/differences.js';

let t: TestApp;
let superuser: pg.Client;
const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };

async function begin(env: Record<string, string> = {}): Promise<void> {
  t = await startApp(env);
  superuser = new pg.Client(t.databaseUrl);
  await superuser.connect();
}
afterEach(async () => {
  await superuser.end();
  await t.close();
});

const publish = (): Promise<number> => t.app.get(Publisher).step();
const get = (path: string): request.Test => request(t.app.getHttpServer()).get(path);
const served = async (): Promise<string> => (await get('/log/checkpoint').expect(200)).text;
const vkeys = async (): Promise<string[]> => (await get('/log/key').expect(200)).text.trim().split('\n');
const sizeOf = (signed: string): number => Number(splitNote(signed).text.split('\n')[1]);
const signersOf = (signed: string): number[] => splitNote(signed).signatures.map(({ keyId }) => keyId);
const memory = async () => t.app.get<LogSigner>(LogSigner).lastSigned(t.config.LEDGER_ORIGIN);

let version = 0;
beforeEach(() => void (version = 0));
/** Appends leaves and sequences everything that waits. */
async function grow(count: number): Promise<void> {
  const from = version + 1;
  version += count;
  if (count > 0)
    await note(
      superuser,
      'tst_1',
      Array.from({ length: count }, (_, i) => from + i),
    );
  const waiting = `SELECT FROM ledger.payload e, ledger.head h WHERE (e.gen, e.xid, e.seq) > (h.gen, h.xid, h.seq) LIMIT 1`;
  while ((await superuser.query(waiting)).rowCount! > 0) if ((await t.app.get(Sequencer).step()) === 0) await sleep(5);
}
async function metric(name: string, labels: Record<string, string> = {}): Promise<number> {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return values.find((v) => Object.entries(labels).every(([k, label]) => v.labels[k] === label))?.value ?? 0;
}

describe('the publisher', () => {
  beforeEach(() => begin());

  it('is one of two, which wait for each other and together never go back', async () => {
    await grow(3);
    const database = new LedgerDatabase(t.databaseUrl);
    const other = new Publisher(database, t.app.get(LogKey), t.app.get<LogSigner>(LogSigner));
    await publish();
    expect([t.app.get(Publisher).leads, other.leads]).toEqual([true, false]);
    await other.step();
    expect(other.leads).toBe(false);
    // It slept between its look at the tree and its signature; the other has signed a longer one meanwhile.
    const signer = t.app.get<LogSigner>(LogSigner);
    const slept = (await memory())!;
    await grow(2);
    await publish();
    const late = { checkpoint: slept, keys: [1], from: slept.size, proof: [] };
    await expect(signer.sign(late)).rejects.toThrow('a tree of 5 was signed meanwhile');
    expect((await memory())?.size).toBe(5);
    await other.beforeApplicationShutdown();
    await database.onApplicationShutdown();
  });

  it('broken off between memory and publication, publishes the same tree', async () => {
    await grow(3);
    await superuser.query(`
      CREATE FUNCTION public.break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'cut off'; END $$;
      CREATE TRIGGER broken BEFORE INSERT ON ledger.checkpoint EXECUTE FUNCTION public.break()`);
    await expect(publish()).rejects.toThrow('cut off');
    const signed = (await memory())!;
    expect(signed.size).toBe(3);
    await superuser.query('DROP TRIGGER broken ON ledger.checkpoint');
    await publish();
    expect(openCheckpoint(await served(), [parseVkey((await vkeys())[0]!)]).checkpoint).toEqual(signed);
  });

  it('refuses to go on without its memory, and with another key than that of the log', async () => {
    await asSystem(() => t.app.get(UnitOfWork).execute(new RecordStart()));
    await grow(3);
    await publish();
    const before = await metric('databourse_log_refusals_total');
    await rm(join(t.config.DATA_DIR, 'signer'), { recursive: true });
    await expect(publish()).rejects.toThrow('the signer remembers nothing');
    await grow(1);
    await expect(publish()).rejects.toThrow('the signer remembers nothing');
    expect(sizeOf(await served())).toBe(5);
    expect(await metric('databourse_log_refusals_total')).toBe(before + 2);
  });

  it('signs with no key but the log’s own', async () => {
    await asSystem(() => t.app.get(UnitOfWork).execute(new RecordStart()));
    const elsewhere = await startSimulatedKms(join(t.config.DATA_DIR, 'elsewhere'), TOKEN);
    const database = new LedgerDatabase(t.databaseUrl);
    const stranger = new Publisher(database, t.app.get(LogKey), new KmsSigner(elsewhere.url, TOKEN));
    const outcome = await stranger.step().catch((error: unknown) => error);
    await stranger.beforeApplicationShutdown();
    await database.onApplicationShutdown();
    await elsewhere.stop();
    expect(String(outcome)).toContain('key 1 of the signer is not that of this log');
    await get('/log/checkpoint').expect(404);
  });

  it('tells how far it is behind', async () => {
    await grow(3);
    await publish();
    expect(await metric('databourse_log_unpublished_leaves')).toBe(0);
    await superuser.query(`ALTER TABLE ledger.head DISABLE TRIGGER ALL; UPDATE ledger.head SET size = 9`);
    await expect(publish()).rejects.toThrow();
    expect(await metric('databourse_log_unpublished_leaves')).toBe(6);
    const lag = await metric('databourse_log_checkpoint_lag_seconds');
    await expect(publish()).rejects.toThrow();
    expect(await metric('databourse_log_checkpoint_lag_seconds')).toBeGreaterThan(lag);
    await t.app.get(Publisher).beforeApplicationShutdown();
    expect(await metric('databourse_log_checkpoint_lag_seconds')).toBe(0);
  });
});

const TOKEN = 'token-of-the-simulated-kms';

describe('a key management service', () => {
  let kms: SimulatedKms;
  let kmsDir: string;
  beforeEach(async () => {
    kmsDir = join(process.env['TEST_SCRATCH']!, newId('kms'));
    kms = await startSimulatedKms(kmsDir, TOKEN);
    await begin({ LOG_SIGNER_URL: kms.url, LOG_SIGNER_TOKEN: TOKEN });
  });
  afterEach(() => kms.stop());

  it('holds the key and the memory; without it nothing is published, and afterwards all is', async () => {
    await grow(3);
    await publish();
    openCheckpoint(await served(), [parseVkey((await vkeys())[0]!)]);
    expect((await memory())?.size).toBe(3);
    const { port } = new URL(kms.url);
    await kms.stop();
    await expect(publish()).rejects.toThrow('ledger/signer-unavailable');
    kms = await startSimulatedKms(kmsDir, TOKEN, Number(port));
    await grow(2);
    await publish();
    expect(sizeOf(await served())).toBe(5);
  });
});

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const listen = (server: Server): Promise<Server> =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

describe.each(['the key store', 'a KMS'])('the rotation of the key in %s', (where) => {
  let kms: SimulatedKms | undefined;
  let kmsDir: string;
  beforeEach(async () => {
    kmsDir = join(process.env['TEST_SCRATCH']!, newId('kms'));
    kms = where === 'a KMS' ? await startSimulatedKms(kmsDir, TOKEN) : undefined;
    await begin(kms ? { LOG_SIGNER_URL: kms.url, LOG_SIGNER_TOKEN: TOKEN } : {});
  });
  afterEach(() => kms?.stop());

  const rotate = (step: string, who = operator) =>
    t.as(who).post(`/v1/log/keeping/key-rotation/${step}`, { reason: 'Yearly rotation' });

  it('lets who knows either key verify every checkpoint of the overlap', async () => {
    await grow(3);
    await publish();
    const [old] = await vkeys();
    if (kms) {
      await kms.stop();
      expect((await rotate('begin')).body).toMatchObject({ status: 503, code: 'ledger/signer-unavailable' });
      kms = await startSimulatedKms(kmsDir, TOKEN, Number(new URL(kms.url).port));
    }
    const byOld = [await served()];
    expect((await rotate('end')).body).toMatchObject({ code: 'ledger/no-rotation' });
    const begun = await rotate('begin');
    expect(begun).toMatchObject({ status: 200, body: { keys: [{ vkey: old, retired: false }, { retired: false }] } });
    const [first, fresh] = await vkeys();
    expect(first).toBe(old);
    expect((await rotate('begin')).body).toMatchObject({ status: 409, code: 'ledger/rotation-under-way' });
    expect((await rotate('end')).body).toMatchObject({ status: 409, code: 'ledger/rotation-unpublished' });
    const byBoth: string[] = [];
    for (const count of [0, 1, 300]) {
      await grow(count);
      await publish();
      byBoth.push(await served());
    }
    expect((await rotate('end')).body).toMatchObject({ keys: [{ retired: true }, { vkey: fresh, retired: false }] });
    await grow(0);
    await publish();
    expect(await vkeys()).toEqual([fresh]);
    const byNew = [await served()];
    for (const signed of [...byOld, ...byBoth]) openCheckpoint(signed, [parseVkey(old!)]);
    for (const signed of [...byBoth, ...byNew]) openCheckpoint(signed, [parseVkey(fresh!)]);
    for (const signed of byBoth)
      expect(openCheckpoint(signed, [old!, fresh!].map(parseVkey)).note.verified).toHaveLength(2);
    for (const signed of byOld) expect(() => openCheckpoint(signed, [parseVkey(fresh!)])).toThrow('no signature');
    for (const signed of byNew) expect(() => openCheckpoint(signed, [parseVkey(old!)])).toThrow('no signature');
    // Every change of the keys is in the tree that the keys before it signed.
    expect(sizeOf(byBoth[0]!)).toBeGreaterThan(sizeOf(byOld[0]!));
    const { items } = (await t.as(operator).get('/v1/events?stream=log_keeping')).body;
    expect(items.map(({ type }: { type: string }) => type)).toEqual([
      'ledger.log-key-added.v1',
      'ledger.schema-migrated.v1',
      'ledger.log-key-added.v1',
      'ledger.log-key-retired.v1',
    ]);
    expect(await differences(t)).toEqual([]);
  });

  it('is for the operator, and the next one makes another key', async () => {
    for (const role of ['auditor', 'regulator', 'exchangeOfficer'] as const) {
      expect((await rotate('begin', { ...operator, roles: [role] })).status).toBe(403);
      expect((await rotate('end', { ...operator, roles: [role] })).status).toBe(403);
    }
    expect((await get('/v1/log/keeping')).status).toBe(401);
    const watching = t.as({ ...operator, roles: ['regulator'] });
    expect((await watching.get('/v1/log/keeping')).body).toMatchObject({ version: 0, generation: 1, keys: [{}] });
    expect((await t.as(operator).post('/v1/log/keeping/key-rotation/begin', { reason: '' })).status).toBe(422);
    for (let i = 0; i < 2; i += 1) {
      await rotate('begin');
      await grow(0);
      await publish();
      await rotate('end');
    }
    const { keys } = (await watching.get('/v1/log/keeping')).body as { keys: { vkey: string; retired: boolean }[] };
    expect(keys.map(({ retired }) => retired)).toEqual([true, true, false]);
    expect(new Set(keys.map(({ vkey }) => vkey)).size).toBe(3);
    expect(await vkeys()).toEqual([keys[2]!.vkey]);
  });
});

/** A witness on the loopback, of a log whose keys it reads from it. */
class TestWitness {
  readonly name = `witness.example/${newId('wit')}`;
  readonly key = generateCosignerKey(this.name);
  readonly store: WitnessStore & { stored: Map<string, string> } = memoryStore();
  server!: Server;
  asked = 0;
  /** Answers in the place of the witness. */
  instead: ((answer: import('node:http').ServerResponse) => void) | undefined;

  async start(): Promise<string> {
    const server = createServer((incoming, answer) => {
      this.asked += 1;
      if (this.instead) return this.instead(answer);
      void this.answer(incoming, answer);
    });
    this.server = await listen(server);
    return `${this.key.vkey} ${urlOf(server)}`;
  }

  private async answer(incoming: AsyncIterable<Buffer>, answer: import('node:http').ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const { status, contentType, body } = await addCheckpoint(Buffer.concat(chunks), {
      logs: new Map([[t.config.LEDGER_ORIGIN, (await vkeys()).map(parseVkey)]]),
      cosigners: [parseCosignerSkey(this.key.skey)],
      store: this.store,
    });
    answer.writeHead(status, { 'content-type': contentType }).end(body);
  }
}

function memoryStore(): TestWitness['store'] {
  const stored = new Map<string, string>();
  return {
    stored,
    load: async (origin) => stored.get(origin),
    replace: async (origin, previous, next) => stored.get(origin) === previous && Boolean(stored.set(origin, next)),
  };
}

describe('witnesses', () => {
  let one: TestWitness;
  let two: TestWitness;
  const ask = (): Promise<number> => t.app.get(WitnessAsker).step();
  beforeEach(async () => {
    [one, two] = [new TestWitness(), new TestWitness()];
    await begin({ WITNESSES: `${await one.start()},\n${await two.start()}` });
  });
  afterEach(() => Promise.all([one, two].map(({ server }) => close(server))));

  it('cosign what is published; whoever asks for them verifies the served checkpoint', async () => {
    await grow(3);
    await publish();
    const policy = policyOf(await vkeys(), [one.key.vkey, two.key.vkey], 2);
    expect(await ask()).toBe(2);
    const trusted = verifyCheckpoint(await served(), policy);
    expect(trusted).toMatchObject({ checkpoint: { size: 3 }, cosigned: [{}, {}] });
    const [once] = [one.asked];
    expect(await ask()).toBe(0);
    expect(one.asked).toBe(once);
    await grow(300);
    await publish();
    expect(await ask()).toBe(2);
    expect(verifyCheckpoint(await served(), policy).checkpoint.size).toBe(303);
    await expect(superuser.query('DELETE FROM ledger.cosignature')).rejects.toThrow('does not allow');
    await expect(superuser.query('UPDATE ledger.cosignature SET at = now()')).rejects.toThrow('does not allow');
  });

  it('that are dead, slow or wrong delay neither publishing nor the others', async () => {
    one.instead = () => undefined; // It never answers.
    await grow(3);
    await publish();
    const asking = ask();
    const policy = policyOf(await vkeys(), [two.key.vkey], 1);
    for (;;) if (signersOf(await served()).length === 2) break;
    verifyCheckpoint(await served(), policy);
    await grow(1);
    await publish();
    expect(sizeOf(await served())).toBe(4);
    one.server.closeAllConnections();
    expect(await asking).toBe(1);
    // It is left alone for a while; the other goes on.
    const asked = one.asked;
    one.instead = undefined;
    expect(await ask()).toBe(1);
    expect(one.asked).toBe(asked);
  });
});

type Answer = [what: string, status: number, body: (witness: TestWitness) => string];
const wrong: Answer[] = [
  ['a forged cosignature', 200, ({ name }) => `— ${name} ${Buffer.alloc(76).toString('base64')}\n`],
  ['nothing', 200, () => ''],
  ['a redirect', 302, () => ''],
  ['too much', 200, () => 'x'.repeat(70_000)],
  ['a failure', 500, () => 'no'],
];
const conflicts: Answer[] = [
  ['a longer tree', 409, () => '9\n'],
  ['another tree of this size', 409, () => '3\n'],
  ['another past', 422, () => 'the consistency proof does not verify\n'],
];

it.each([
  ['failed', 'that answer wrongly are not believed', wrong],
  ['fork', 'that know another tree raise an alarm', conflicts],
] as const)('counts as %s: witnesses %s', async (outcome, _, answers) => {
  const good = new TestWitness();
  const bad = answers.map(([, status, body]) => {
    const witness = new TestWitness();
    const headers = { location: '/', 'content-type': 'text/x.tlog.size' };
    witness.instead = (answer) => answer.writeHead(status, headers).end(body(witness));
    return witness;
  });
  await begin({ WITNESSES: (await Promise.all([...bad, good].map((witness) => witness.start()))).join() });
  await grow(3);
  await publish();
  expect(await t.app.get(WitnessAsker).step()).toBe(1);
  expect(signersOf(await served())).toHaveLength(2);
  verifyCheckpoint(await served(), policyOf(await vkeys(), [good.key.vkey], 1));
  for (const [i, { name, asked }] of bad.entries()) {
    const of = async (outcome: string) => metric('databourse_log_witness_requests_total', { witness: name, outcome });
    const counts = { failed: await of('failed'), fork: await of('fork') };
    expect([answers[i]![0], counts]).toEqual([answers[i]![0], { failed: 0, fork: 0, [outcome]: 1 }]);
    expect(asked).toBe(answers[i]![0] === 'another tree of this size' ? 2 : 1);
  }
  await Promise.all([...bad, good].map(({ server }) => close(server)));
});

describe('the ledger', () => {
  beforeEach(() => begin());

  it('records its key and every migration once, whichever instance starts', async () => {
    const start = () => asSystem(() => t.app.get(UnitOfWork).execute(new RecordStart()));
    await Promise.all([start(), start(), start()]);
    await start();
    await t.settle();
    const { rows } = await superuser.query<{ name: string }>('SELECT name FROM migration ORDER BY id');
    const keeping = (await t.as(operator).get('/v1/log/keeping')).body;
    expect(keeping).toMatchObject({ version: 2, generation: 1, migrations: rows.map(({ name }) => name) });
    await superuser.query(`INSERT INTO migration (timestamp, name) VALUES (9, 'Next9')`);
    await start();
    await start();
    await t.settle();
    const { items } = (await t.as(operator).get('/v1/events?stream=log_keeping')).body;
    expect(items).toHaveLength(3);
    expect(JSON.parse(items[2].payload)).toEqual({ names: ['Next9'] });
    expect(await differences(t)).toEqual([]);
  });
});

it('an instance that works for the log records its start by itself', async () => {
  await begin({ ROLES: 'api,worker' });
  const published = async (): Promise<string> => {
    for (;;) {
      const { status, text } = await get('/log/checkpoint');
      if (status === 200 && sizeOf(text) >= 2) return text;
    }
  };
  openCheckpoint(await published(), (await vkeys()).map(parseVkey));
  expect((await t.as(operator).get('/v1/log/keeping')).body).toMatchObject({ version: 2 });
});
