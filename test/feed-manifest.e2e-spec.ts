import { createHash } from 'node:crypto';
import { addDays, shanghaiDate } from '@app/calendar';
import { CloudEvent, FEED_MANIFEST_TYP, FeedManifestStatement, FeedManifestView } from '@app/sdk';
import { verifyJws } from '@app/signing';
import { openNote, parseCheckpoint, parseVkey } from '@app/tlog';
import type { JWK } from 'jose';
import request from 'supertest';
import { audit } from '../scripts/audit.js';
import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import { contractOrder, fen, openVenue, who, type Venue } from './support/sales.js';

let t: TestApp;
let venue: Venue;
const DAY = 86_400_000;
const operator = who(newId('org'), 'operator');
const officer = () => t.as(who(venue.operatorId, 'exchangeOfficer'));
const sell = () => contractOrder(t, { venueId: venue.id, gross: fen(100) });
const get = async <T>(path: string): Promise<T> => (await officer().get(path)).body as T;
const pulled = async (): Promise<CloudEvent[]> =>
  JSON.parse((await officer().get('/v1/feed?limit=1000')).text) as CloudEvent[];

async function pass(byMs: number): Promise<void> {
  await t.settle();
  const moved = await t.as(operator).post('/v1/demonstration/clock', { byMs, reason: 'a day' });
  expect(moved.status).toBeLessThan(300);
  await t.settle();
}
const manifests = async (): Promise<FeedManifestView[]> =>
  (await get<{ items: FeedManifestView[] }>('/v1/feed/manifests?limit=100')).items.toReversed();

/** RFC 6962 §2.1, from its text; nothing of ours. */
const sha256 = (...parts: Uint8Array[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
function merkleRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Uint8Array.of(0), leaves[0]!);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Uint8Array.of(1), merkleRoot(leaves.slice(0, k)), merkleRoot(leaves.slice(k)));
}
/** What a consumer does with its copy of a day. */
function fits(manifest: FeedManifestView, copy: readonly CloudEvent[]): boolean {
  const own = copy.filter(({ position }) => Number(position) >= manifest.first && Number(position) <= manifest.last);
  const root = merkleRoot(own.map(({ data }) => Buffer.from(data.leaf, 'base64'))).toString('hex');
  return own.length === manifest.count && root === manifest.root;
}

beforeAll(async () => {
  t = await startApp();
  venue = await openVenue(t);
  await sell();
  await pass(DAY);
  await sell();
  await sell();
  await pass(DAY);
  await pass(3 * DAY);
});
afterAll(() => t.close());

it('covers every position once, day after day in Asia/Shanghai, chained to the one before', async () => {
  const all = await manifests();
  const opened = shanghaiDate(new Date((await pulled())[0]!.time));
  expect(all.map(({ date }) => date)).toEqual([0, 1, 2, 3, 4].map((n) => addDays(opened, n)));
  let last = 0;
  let previous: string | null = null;
  for (const manifest of all) {
    expect([manifest.first, manifest.previous]).toEqual([last + 1, previous]);
    expect(manifest.count).toBe(manifest.last - manifest.first + 1);
    last = manifest.last;
    previous = createHash('sha256').update(manifest.jws).digest('hex');
    expect(manifest.digest).toBe(previous);
  }
});

it('is empty for a day on which nothing came', async () => {
  // The third and the fourth hold moves of the clock.
  const last = (await manifests()).at(-1);
  expect(last).toMatchObject({ count: 0, root: createHash('sha256').digest('hex') });
});

it('has the root of what was pulled, and none other', async () => {
  const copy = await pulled();
  for (const manifest of await manifests()) expect(fits(manifest, copy)).toBe(true);
  const [, day] = await manifests();
  const at = copy.findIndex(({ position }) => Number(position) === day!.first + 1);
  const leaf = Buffer.from(copy[at]!.data.leaf, 'base64');
  leaf[leaf.length - 3]! ^= 1;
  const forged = { ...copy[at]!, data: { ...copy[at]!.data, leaf: leaf.toString('base64') } };
  expect(fits(day!, copy.with(at, forged))).toBe(false);
  expect(fits(day!, copy.toSpliced(at, 1))).toBe(false);
  expect(fits(day!, copy.toSpliced(at, 0, copy[at]!))).toBe(false);
  expect(fits(day!, copy.with(at, copy[at + 1]!).with(at + 1, copy[at]!))).toBe(false);
});

it('is signed by a key that everybody can read, over exactly what it states', async () => {
  const { keys } = JSON.parse((await request(t.app.getHttpServer()).get('/v1/feed/keys').expect(200)).text) as {
    keys: (JWK & { kid: string })[];
  };
  for (const manifest of await manifests()) {
    const stated = await verifyJws<FeedManifestStatement>(manifest.jws, keys[0]!, { typ: FEED_MANIFEST_TYP });
    expect(stated).toEqual(FeedManifestStatement.strip().parse(manifest));
    expect(FeedManifestView.safeParse(manifest).error).toBeUndefined();
  }
});

it('stands under a checkpoint of the log that covers every leaf it names', async () => {
  const [vkey] = (await request(t.app.getHttpServer()).get('/log/key')).text.trim().split('\n');
  const copy = await pulled();
  for (const manifest of await manifests()) {
    const { text } = openNote(manifest.checkpoint, [parseVkey(vkey!)]);
    const { size } = parseCheckpoint(text);
    expect(size).toBe(manifest.logSize);
    const within = copy.filter(({ sequence }) => Number(sequence) < size);
    expect(Number(within.at(-1)!.position)).toBe(manifest.last);
  }
});

it('is an event of the ledger, and the replay gives its rows back', async () => {
  const [first] = await manifests();
  const { body } = await t.as({ ...operator, roles: ['auditor'] }).get(`/v1/events?stream=${first!.id}`);
  expect(body.items).toMatchObject([{ type: 'feed.manifest-published.v1', streamVersion: 1 }]);
  let text = '';
  const out = { write: (chunk: string) => void (text += chunk) };
  expect(await audit(['replay', '--database', t.databaseUrl], { DATABASE_URL: t.databaseUrl }, out)).toBe(0);
  expect(text).not.toBe('');
});

it('can be read by its date, by the operator and by who watches', async () => {
  const [first] = await manifests();
  expect(await get(`/v1/feed/manifests/${first!.date}`)).toEqual(first);
  const auditor = t.as(who(newId('org'), 'auditor'));
  const path = `/v1/feed/manifests/${first!.date}?operator=${venue.operatorId}`;
  expect((await auditor.get(path)).body).toEqual(first);
  expect((await auditor.get(`/v1/feed/manifests/${first!.date}`)).body.code).toBe('invalid-request');
  expect((await officer().get('/v1/feed/manifests/2020-01-01')).status).toBe(404);
  expect((await officer().get('/v1/feed/manifests/yesterday')).status).toBe(422);
  expect((await t.as(who(venue.operatorId, 'holder')).get('/v1/feed/manifests')).status).toBe(403);
  const page = await get<{ items: FeedManifestView[]; nextCursor: string }>('/v1/feed/manifests?limit=3');
  const rest = await get<{ items: FeedManifestView[] }>(`/v1/feed/manifests?limit=3&cursor=${page.nextCursor}`);
  expect([...page.items, ...rest.items].toReversed()).toEqual(await manifests());
});
