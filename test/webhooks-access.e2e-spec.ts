import { KeyStoreError } from '@app/signing';
import { verify, WebhookRefused } from '@app/webhooks';
import { WebhookKeys } from '../src/feed/webhook-keys.js';
import { newId } from '../src/platform/id.js';
import { Outgoing } from '../src/platform/outgoing.js';
import type { Who } from './support/client.js';
import { differences } from './support/differences.js';
import { startReceiver, type Receiver } from './support/receiver.js';
import { startWebhooks, taken, type Operator, type WebhookApp } from './support/webhooks.js';

let t: WebhookApp;
let o: Operator;
let r: Receiver;
beforeAll(async () => {
  t = await startWebhooks();
  [o, r] = [await t.operator(), await startReceiver()];
});
afterAll(async () => {
  r.close();
  await t.close();
});
beforeEach(() => void r.received.splice(0));

const believes = (key: string) =>
  r.received.filter(({ body, headers }) => {
    try {
      return verify(body, headers, [key]).id !== '';
    } catch (error) {
      if (error instanceof WebhookRefused && error.fault === 'signature-wrong') return false;
      throw error;
    }
  }).length;
const roll = async (id: string, body: object) => {
  const answer = await o.client.act(`/v1/webhooks/${id}/key`, body);
  expect(answer.status).toBe(201);
  return answer.body as { keyId: string; publicKey: string | null; secret: string | null };
};
const passHours = async (hours: number) => {
  const operator: Who = { sub: newId('per'), org: newId('org'), roles: ['operator'] };
  await t.as(operator).post('/v1/demonstration/clock', { byMs: hours * 3_600_000, reason: 'test' });
  await t.settle();
};
const codeOf = ({ body }: { body: { code?: string } }) => body.code;
const pointers = ({ body }: { body: { errors?: { pointer: string }[] } }) => body.errors?.map(({ pointer }) => pointer);

describe('keys', () => {
  it('roll during traffic: whoever knows the old or the new one accepts everything while both sign', async () => {
    const { id, publicKey: old } = await o.add({ url: r.url });
    await o.happen(3);
    await t.send();
    expect(believes(old!)).toBe(3);
    const { publicKey: young } = await roll(id, { overlapHours: 24 });
    await o.happen(4);
    await t.send();
    expect([believes(old!), believes(young!)]).toEqual([7, 4]);
    const { secret } = await roll(id, { scheme: 'v1', overlapHours: 48 });
    await o.happen(2);
    await t.send();
    expect([believes(old!), believes(young!), believes(secret!)]).toEqual([9, 6, 2]);
    expect(r.received.at(-1)!.headers['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+ v1a,\S+$/);
    expect((await o.show(id)).keys.map(({ endsAt }) => endsAt !== null)).toEqual([false, true, true]);

    for (const [hours, known] of [
      [25, 3],
      [24, 0],
    ] as const) {
      await passHours(hours);
      r.received.splice(0);
      await o.happen(3);
      await t.send();
      expect([believes(old!), believes(young!), believes(secret!)]).toEqual([0, known, 3]);
    }
    const { keys } = await o.show(id);
    expect(keys).toMatchObject([{ scheme: 'v1', publicKey: null, endsAt: null }]);
    const { rows } = await t.db.query('SELECT key_id FROM feed.webhook_secret');
    expect(rows).toEqual([{ key_id: keys[0]!.id }]);
    expect(taken(r.received, [secret!])).toEqual((await o.feed()).slice(-3));
    await o.client.act(`/v1/webhooks/${id}/retirement`);
  });

  it('end at once when they became known, and no more than four sign', async () => {
    const { id, publicKey } = await o.add({ url: r.url, scheme: 'v1a' });
    await roll(id, { overlapHours: 0 });
    expect((await o.show(id)).keys).toHaveLength(1);
    await o.happen(1);
    await t.send();
    expect(believes(publicKey!)).toBe(0);
    for (let i = 0; i < 3; i += 1) await roll(id, {});
    expect(codeOf(await o.client.act(`/v1/webhooks/${id}/key`, {}))).toBe('webhook/too-many-keys');
    await passHours(25);
    expect((await o.show(id)).keys).toHaveLength(1);
    await o.client.act(`/v1/webhooks/${id}/retirement`);
  });

  it('are shown once, sealed in the database, and stand neither in the ledger nor in stored answers', async () => {
    const key = { 'idempotency-key': `once-${newId('x')}` };
    const body = { url: r.url, scheme: 'v1' };
    const first = await o.client.post('/v1/webhooks', body, key);
    const second = await o.client.post('/v1/webhooks', body, key);
    expect([first.status, second.status, second.headers['idempotent-replayed']]).toEqual([201, 201, 'true']);
    expect(second.body).toEqual({ ...first.body, secret: null });
    const secret = String(first.body.secret);
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    const [raw, bare] = [Buffer.from(secret.slice(6), 'base64').toString('hex'), secret.slice(6)];
    const { rows: tables } = await t.db.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('feed', 'ledger', 'platform')`,
    );
    for (const { name } of tables) {
      const { rows } = await t.db.query<{ text: string }>(`SELECT x::text AS text FROM ${name} x`);
      const text = rows.map((row) => row.text).join('\n');
      expect([name, text.includes(bare), text.includes(raw)]).toEqual([name, false, false]);
    }
    const shown = JSON.stringify([await o.show(first.body.id as string), (await o.client.get('/v1/webhooks')).body]);
    expect(shown).not.toContain(bare);
    await o.client.act(`/v1/webhooks/${first.body.id}/retirement`);
  });

  it('open with the passphrase only, and only as what they are', async () => {
    const { id } = await o.add({ url: r.url });
    const keyId = (await o.show(id)).keys[0]!.id;
    const config = { ...t.config, KEY_PASSPHRASE: 'another passphrase' };
    const stranger = new WebhookKeys(config, t.app.get(WebhookKeys)['sql']);
    await expect(stranger.secrets([keyId])).rejects.toThrow(KeyStoreError);
    await expect(stranger.secrets([keyId])).rejects.toThrow(/^(?!.*whs).*KEY_PASSPHRASE/);
    const fresh = new WebhookKeys(t.config, t.app.get(WebhookKeys)['sql']);
    expect(await fresh.secrets([keyId])).toEqual([expect.stringMatching(/^whsk_/)]);
    // Another key's row under this id does not open either.
    const other = await fresh.make('v1a');
    await t.db.query('UPDATE feed.webhook_secret SET sealed = $2 WHERE key_id = $1', [keyId, other.sealed]);
    const later = new WebhookKeys(t.config, t.app.get(WebhookKeys)['sql']);
    await expect(later.secrets([keyId])).rejects.toThrow(KeyStoreError);
    await o.client.act(`/v1/webhooks/${id}/retirement`);
  });
});

describe('who may', () => {
  const person = (org: string, ...roles: Who['roles']): Who => ({ sub: newId('per'), org, roles });

  it('the operator sees and changes its own, watchers see all, others nothing', async () => {
    const { id } = await o.add({ url: r.url });
    const foreign = t.as(person(newId('org'), 'exchangeOfficer'));
    const watcher = t.as(person(newId('org'), 'regulator'));
    const nobody = t.as(person(o.who.org, 'holder'));
    for (const path of ['', '/deliveries']) {
      expect((await watcher.get(`/v1/webhooks/${id}${path}`)).status).toBe(200);
      expect((await foreign.get(`/v1/webhooks/${id}${path}`)).status).toBe(404);
      expect((await nobody.get(`/v1/webhooks/${id}${path}`)).status).toBe(403);
    }
    expect((await foreign.get('/v1/webhooks')).body.items).toEqual([]);
    expect((await watcher.get('/v1/webhooks')).body.items).toContainEqual(expect.objectContaining({ id }));
    const ifMatch = { 'if-match': '"1"' };
    for (const [who, status] of [
      [watcher, 403],
      [nobody, 403],
      [foreign, 403],
    ] as const)
      for (const act of ['deactivation', 'retirement'])
        expect((await who.post(`/v1/webhooks/${id}/${act}`, {}, ifMatch)).status).toBe(status);
    expect((await foreign.post(`/v1/webhooks/${id}/key`, {}, ifMatch)).status).toBe(404);
    expect((await foreign.post(`/v1/webhooks/${id}/replays`, { first: 1, last: 1 })).status).toBe(403);
    expect((await watcher.post('/v1/webhooks', { url: r.url })).status).toBe(403);
    await o.client.act(`/v1/webhooks/${id}/retirement`);
  });

  it('a change needs the version that was read', async () => {
    const { id } = await o.add({ url: r.url });
    expect((await o.patch(id, { description: 'x' }, { 'if-match': '"9"' })).status).toBe(412);
    expect((await o.patch(id, { description: 'x' }, { 'if-match': '' })).status).toBe(428);
    expect((await o.client.post(`/v1/webhooks/${id}/deactivation`)).status).toBe(428);
    expect((await o.patch(id, { description: 'x' })).status).toBe(204);
    expect(await o.show(id)).toMatchObject({ version: 2, description: 'x', url: r.url, types: null });
    await o.client.act(`/v1/webhooks/${id}/retirement`);
  });
});

describe('what is refused', () => {
  const post = (body: object) => o.client.post('/v1/webhooks', body);

  it.each([
    [{}, '/url'],
    [{ url: 1 }, '/url'],
    [{ url: 'not a url' }, '/url'],
    [{ url: 'ftp://127.0.0.1/' }, '/url'],
    [{ url: 'http://user:pw@127.0.0.1/' }, '/url'],
    [{ scheme: 'v2' }, '/scheme'],
    [{ after: -1 }, '/after'],
    [{ after: 1.5 }, '/after'],
    [{ after: 1e6 }, '/after'],
    [{ types: [] }, '/types'],
    [{ types: ['x'] }, '/types/0'],
    [{ types: ['market.venue-opened.v1', 'market.no-such-thing.v1'] }, '/types/1'],
    [{ types: ['parties.person-logged-in.v1'] }, '/types/0'],
    [{ venueId: newId('ven') }, '/venueId'],
    [{ venueId: 'x' }, '/venueId'],
    [{ secret: 'x' }, '/secret'],
  ])('%j at %s', async (wrong, pointer) => {
    const answer = await post('url' in wrong || pointer === '/url' ? wrong : { url: r.url, ...wrong });
    expect([answer.status, codeOf(answer)]).toEqual([422, 'invalid-request']);
    expect(pointers(answer)).toEqual([pointer]);
  });

  it.each([
    [{ first: 0, last: 1 }, '/first'],
    [{ first: 2, last: 1 }, '/last'],
    [{ first: 1, last: 1001 }, '/last'],
    [{ first: 1, last: 900 }, '/last'],
    [{ first: 1 }, '/last'],
  ])('a replay of %j at %s', async (range, pointer) => {
    const { id } = await o.add({ url: r.url });
    const answer = await o.client.post(`/v1/webhooks/${id}/replays`, range);
    expect([answer.status, pointers(answer)]).toEqual([422, [pointer]]);
    await o.client.act(`/v1/webhooks/${id}/retirement`);
  });

  it('unknown endpoints, positions and cursors', async () => {
    const { id } = await o.add({ url: r.url });
    expect((await o.client.get(`/v1/webhooks/${newId('whe')}`)).status).toBe(404);
    expect((await o.client.post(`/v1/webhooks/${newId('whe')}/replays`, { first: 1, last: 1 })).status).toBe(404);
    for (const position of ['0', '-1', 'x', '1e99'])
      expect((await o.client.post(`/v1/webhooks/${id}/deliveries/${position}/replay`)).status).toBe(422);
    for (const path of ['', `/${id}/deliveries`])
      expect((await o.client.get(`/v1/webhooks${path}?cursor=x`)).status).toBe(422);
    expect((await o.client.get(`/v1/webhooks/${id}/deliveries?state=LOST`)).status).toBe(422);
    await o.client.act(`/v1/webhooks/${id}/retirement`);
  });

  it('more than twenty endpoints', async () => {
    const many = await t.operator();
    for (let i = 0; i < 20; i += 1) await many.add({ url: r.url });
    expect(codeOf(await many.client.post('/v1/webhooks', { url: r.url }))).toBe('webhook/too-many');
  });
});

it('everything that was decided follows from events', async () => {
  await t.settle();
  const { rows } = await t.db.query(
    `SELECT DISTINCT type FROM ledger.payload WHERE type LIKE 'feed.webhook-%' ORDER BY 1`,
  );
  expect(rows.map(({ type }) => String(type).slice(13, -3))).toEqual([
    'added',
    'changed',
    'key-rolled',
    'keys-ended',
    'retired',
  ]);
  expect(await differences(t)).toEqual([]);
});

describe('outside a demonstration', () => {
  let strict: WebhookApp;
  let operator: Operator;
  beforeAll(async () => {
    strict = await startWebhooks({ WEBHOOK_ALLOW_PRIVATE: '' });
    operator = await strict.operator();
  });
  afterAll(() => strict.close());

  it.each([
    'http://hooks.example.org/',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://0x7f.1/',
    'https://10.0.0.1:8443/',
  ])('%s is refused with a pointer in both languages', async (url) => {
    const answer = await operator.client.post('/v1/webhooks', { url });
    expect([answer.status, pointers(answer)]).toEqual([422, ['/url']]);
    expect(answer.body.errors[0].reasons).toEqual({ 'zh-CN': expect.any(String), en: expect.any(String) });
  });

  it('a name that turned private is not connected to, and counts as a failure', async () => {
    const outgoing = strict.app.get(Outgoing);
    outgoing.resolve = () => Promise.resolve(['1.1.1.1']);
    const url = new URL(r.url);
    const { id } = await operator.add({ url: `https://rebind.example.org:${url.port}/` });
    outgoing.resolve = () => Promise.resolve(['127.0.0.1']);
    expect(pointers(await operator.patch(id, { url: `https://rebind.example.org:${url.port}/x` }))).toEqual(['/url']);
    await operator.happen(1);
    await strict.send();
    expect((await operator.deliveries(id))[0]!.last).toMatchObject({ status: null, error: 'not-public' });
    expect(r.received).toEqual([]);
  });
});
