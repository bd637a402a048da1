import { setTimeout as sleep } from 'node:timers/promises';
import type { WebhookDeliveryView, WebhookKeyMade, WebhookView } from '@app/sdk';
import { verify } from '@app/webhooks';
import pg from 'pg';
import request from 'supertest';
import { FeedReader } from '../../src/feed/feed-reader.js';
import { FeedWriter } from '../../src/feed/feed-writer.js';
import { WebhookSender } from '../../src/feed/webhook-sender.js';
import { Sequencer } from '../../src/ledger/sequencer.js';
import { Venue } from '../../src/market/venue.js';
import { asSystem } from '../../src/platform/context.js';
import { newId } from '../../src/platform/id.js';
import { Sql } from '../../src/platform/sql.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { startApp, type TestApp } from './app.js';
import type { Client, Who } from './client.js';
import type { Received } from './receiver.js';

export interface Operator {
  readonly who: Who;
  readonly client: Client;
  /** Lets `n` events into the operator's feed. */
  happen(n: number): Promise<void>;
  add(body: object): Promise<WebhookKeyMade>;
  show(id: string): Promise<WebhookView>;
  patch(id: string, body: object, headers?: Record<string, string>): Promise<request.Response>;
  deliveries(id: string, query?: string): Promise<WebhookDeliveryView[]>;
  /** The bodies that the other channels would give, in order, after a position. */
  feed(after?: number): Promise<string[]>;
}

export interface WebhookApp extends TestApp {
  /** A superuser's connection to its database. */
  readonly db: pg.Client;
  readonly sender: WebhookSender;
  operator(): Promise<Operator>;
  /** Steps the sender until it has nothing to do that is due. */
  send(): Promise<void>;
  /** Steps the sender until something holds. */
  sendUntil(holds: () => boolean | Promise<boolean>): Promise<void>;
  /** As if all waits were over. */
  passTime(): Promise<void>;
}

export async function startWebhooks(env: Record<string, string> = {}): Promise<WebhookApp> {
  const t = await startApp({ WEBHOOK_ALLOW_PRIVATE: '1', ...env });
  const db = new pg.Client(t.databaseUrl);
  await db.connect();
  const sender = t.app.get(WebhookSender);
  const sendUntil = async (holds: () => boolean | Promise<boolean>) => {
    while (!(await holds())) if ((await sender.step()) === 0) await sleep(5);
  };
  return {
    ...t,
    db,
    sender,
    operator: () => newOperator(t),
    send: async () => {
      while ((await sender.step()) > 0);
    },
    sendUntil,
    passTime: async () => {
      await db.query(`UPDATE feed.webhook_delivery SET try_at = now() WHERE state = 'PENDING'`);
      await db.query(`UPDATE feed.webhook_progress SET paused_until = '-infinity', leased_until = '-infinity'`);
    },
    close: async () => {
      await db.end();
      await t.close();
    },
  };
}

let codes = 0;

async function newOperator(t: TestApp): Promise<Operator> {
  const who: Who = { sub: newId('per'), org: newId('org'), roles: ['exchangeOfficer'] };
  const client = t.as(who);
  const uow = t.app.get(UnitOfWork);
  const name = { zh: '演示交易所', en: 'Demonstration exchange' };
  // Every operator sees every venue open.
  const open = (...operators: string[]) =>
    asSystem(() =>
      uow.run(async () => {
        for (const operatorId of operators)
          uow.add(Venue.open({ code: `W-${(codes += 1)}`, name, type: 'EXCHANGE', parentId: null, operatorId }, null));
      }),
    );
  const show = async (id: string) => (await client.get(`/v1/webhooks/${id}`)).body as WebhookView;
  await open(who.org);
  await sequence(t);
  return {
    who,
    client,
    show,
    happen: async (n) => {
      await open(...Array.from({ length: n }, () => newId('org')));
      await sequence(t);
    },
    add: async (body) => {
      const answer = await client.post('/v1/webhooks', body);
      expect(answer.body).toMatchObject({ id: expect.stringMatching(/^whe_/) });
      return answer.body as WebhookKeyMade;
    },
    patch: async (id, body, headers = {}) =>
      request(t.app.getHttpServer())
        .patch(`/v1/webhooks/${id}`)
        .set('authorization', `Bearer ${await t.issuer.token(who.sub, who.org, who.roles)}`)
        .set('if-match', `"${(await show(id)).version}"`)
        .set(headers)
        .send(body),
    deliveries: async (id, query = '') =>
      (await client.get(`/v1/webhooks/${id}/deliveries?limit=100${query}`)).body.items as WebhookDeliveryView[],
    feed: async (after = 0) =>
      (await t.app.get(FeedReader).read(who.org, after, 10_000)).map(({ event }) => JSON.stringify(event)),
  };
}

/** Brings committed events into the feeds, and sends nothing. */
async function sequence(t: TestApp): Promise<void> {
  const waiting =
    'SELECT FROM ledger.payload e, ledger.head h WHERE (e.gen, e.xid, e.seq) > (h.gen, h.xid, h.seq) LIMIT 1';
  while (await t.app.get(Sql).row(waiting)) if ((await t.app.get(Sequencer).step()) === 0) await sleep(5);
  while ((await t.app.get(FeedWriter).step()) > 0);
}

/** The bodies of verified messages, each id once, in the order of their positions: what a consumer has in the end. */
export function taken(received: readonly Received[], keys: readonly string[]): string[] {
  const byId = new Map<string, Received>();
  for (const message of received) byId.set(verify(message.body, message.headers, keys).id, message);
  return [...byId.values()].toSorted((a, b) => a.position - b.position).map(({ body }) => body.toString());
}
