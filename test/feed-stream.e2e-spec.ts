import { createHash } from 'node:crypto';
import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { CloudEvent } from '@app/sdk';
import { FeedReader } from '../src/feed/feed-reader.js';
import { STREAMS_MAX } from '../src/feed/feed-streams.js';
import { newId } from '../src/platform/id.js';
import { startApp, type TestApp } from './support/app.js';
import { contractOrder, fen, openVenue, who, type Venue } from './support/sales.js';

let t: TestApp;
let venue: Venue;
const open: ClientRequest[] = [];
beforeEach(async () => {
  t = await startApp();
  venue = await openVenue(t);
  await sell();
});
afterEach(async () => {
  for (const request of open.splice(0)) request.destroy();
  await t.close();
});
const sell = (contract = '{}') => {
  const contractHash = createHash('sha256').update(contract).digest('hex');
  return contractOrder(t, { venueId: venue.id, gross: fen(100), contract, contractHash });
};

interface Told {
  readonly id: string;
  readonly event: CloudEvent;
}
interface Listener {
  readonly answer: IncomingMessage;
  /** The first `count` events, once they are there. */
  events(count: number): Promise<Told[]>;
  text(): string;
  readonly ended: Promise<void>;
}

/** A plain reader of server-sent events; it takes nothing before it is asked to. */
async function connect(query = '', headers: Record<string, string> = {}, life = '1h'): Promise<Listener> {
  const token = await t.issuer.token(newId('per'), venue.operatorId, ['exchangeOfficer'], { life });
  const { port } = t.app.getHttpServer().address() as AddressInfo;
  const request = get(`http://127.0.0.1:${port}/v1/feed/stream${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
    agent: false,
  });
  open.push(request);
  const answer = await new Promise<IncomingMessage>((resolve, reject) =>
    request.once('response', resolve).once('error', reject),
  );
  let rest = '';
  const blocks: string[] = [];
  const take = (chunk: string) => {
    rest += chunk;
    if (!chunk.includes('\n')) return;
    const parts = rest.split('\n\n');
    rest = parts.pop()!;
    blocks.push(...parts);
  };
  answer.setEncoding('utf8').on('error', () => undefined);
  const ended = new Promise<void>((resolve) => answer.once('end', resolve));
  const told = () =>
    blocks
      .map((block) => /^id: (.+)\ndata: (.+)$/.exec(block))
      .filter((found) => found !== null)
      .map(([, id, data]) => [id!, data!] as const);
  return {
    answer,
    text: () => [...blocks, rest].join('\n\n'),
    ended,
    events: async (count) => {
      if (answer.listenerCount('data') === 0) answer.on('data', take);
      while (told().length < count) await sleep(20);
      return told().map(([id, data]) => ({ id, event: JSON.parse(data) as CloudEvent }));
    },
  };
}
const pulled = async (): Promise<CloudEvent[]> =>
  JSON.parse((await t.as(who(venue.operatorId, 'exchangeOfficer')).get('/v1/feed?limit=1000')).text) as CloudEvent[];

it('sends what is there, then what comes, in the same bytes as the pull', async () => {
  const listener = await connect();
  expect(listener.answer.headers['content-type']).toMatch(/^text\/event-stream/);
  const before = await pulled();
  await listener.events(before.length);
  await sell();
  const all = await pulled();
  expect(all.length).toBeGreaterThan(before.length);
  const told = await listener.events(all.length);
  expect(told.map(({ event }) => event)).toEqual(all);
  expect(listener.text()).toMatch(/^retry: \d+\n\n/);
});

it('goes on exactly after Last-Event-ID, or after a cursor, within the filter', async () => {
  const all = await pulled();
  const told = await (await connect()).events(all.length);
  for (const at of [0, 1, all.length - 2]) {
    const resumed = await (await connect('', { 'last-event-id': told[at]!.id })).events(all.length - at - 1);
    expect(resumed).toEqual(told.slice(at + 1));
    expect(await (await connect(`?cursor=${told[at]!.id}`)).events(all.length - at - 1)).toEqual(told.slice(at + 1));
  }
  const type = 'trading.order-contracted.v1';
  const [only] = await (await connect(`?type=${type}`)).events(1);
  expect(only!.event.type).toBe(type);
  const { text } = await t.as(who(venue.operatorId, 'exchangeOfficer')).get(`/v1/feed?cursor=${only!.id}`);
  expect(JSON.parse(text)).toEqual(all.filter(({ position }) => Number(position) > Number(only!.event.position)));
});

it('refuses what the pull refuses, before it begins', async () => {
  const listener = await connect('', { 'last-event-id': 'x' });
  expect(listener.answer.statusCode).toBe(422);
  expect(listener.answer.headers['content-type']).toMatch('application/problem+json');
});

it('ends with the access token', async () => {
  let listener = await connect('', {}, '1s');
  // A slow machine may be too late for a short token.
  for (let seconds = 2; listener.answer.statusCode === 401; seconds *= 2)
    listener = await connect('', {}, `${seconds}s`);
  await listener.events(1);
  await listener.ended;
  expect(listener.answer.complete).toBe(true);
});

it('ends cleanly when the service does', async () => {
  const listener = await connect();
  await listener.events(1);
  await t.app.close();
  await listener.ended;
  expect(listener.answer.complete).toBe(true);
});

it('allows an operator so many streams, and another one when one is closed', async () => {
  for (let i = 0; i < STREAMS_MAX; i += 1) expect((await connect()).answer.statusCode).toBe(200);
  const refused = await connect();
  expect(refused.answer.statusCode).toBe(429);
  expect(Number(refused.answer.headers['retry-after'])).toBeGreaterThan(0);
  open[0]!.destroy();
  for (let status = 429; status !== 200; await sleep(10)) status = (await connect()).answer.statusCode!;
});

it('reads no further than its reader takes', async () => {
  // More than the buffers of the sockets hold.
  for (let i = 0; i < 14; i += 1) await sell(`"${'x'.repeat(2_000_000)}${i}"`);
  const size = await t.app.get(FeedReader).size(venue.operatorId);
  expect(size).toBeGreaterThan(60);
  const read = jest.spyOn(t.app.get(FeedReader), 'read');
  const listener = await connect();
  // By the time that another one has all, a broken one would have read on as well.
  await (await connect()).events(size);
  const places = read.mock.calls.map(([, after]) => after);
  expect(places.filter((after) => after === 0)).toHaveLength(2);
  expect(new Set(places).size).toBe(places.length - 1);
  const told = await listener.events(size);
  expect(told.map(({ event }) => Number(event.position))).toEqual(told.map((_, i) => i + 1));
  read.mockRestore();
});
