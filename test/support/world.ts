import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rulePack } from '@app/rulepacks';
import { FileKeyStore } from '@app/signing';
import type { Created, ExpertView, Page, PlacedOrder, Role } from '@app/sdk';
import { DiscoveryService } from '@nestjs/core';
import { importJWK, SignJWT } from 'jose';
import pg from 'pg';
import { gather, type Cast } from '../../scripts/job/cast.js';
import { DealMaker } from '../../scripts/job/deal.js';
import { recall, remember } from '../../scripts/job/memory.js';
import { Progress } from '../../scripts/job/progress.js';
import type { Config } from '../../src/platform/config.js';
import { keyPassphrase } from '../../src/platform/key-passphrase.js';
import { newId } from '../../src/platform/id.js';
import { Worker } from '../../src/platform/worker.js';
import { freePort } from '../../src/platform/port.js';
import { startApp, type TestApp } from './app.js';
import { Applications, stageApplications } from './application-scene.js';
import { stageAuthorities } from './authority-scene.js';
import { stageCommittee } from './committee-scene.js';
import { stageRecognition } from './recognition-scene.js';
import { stageRecordRequests, stageRegister } from './register-scene.js';
import { stageRegistrars } from './registrar-scene.js';
import { stageRulePacks } from './rule-pack-scene.js';
import { stageFollowUps, stageGroups, stageLeft } from './follow-up-scene.js';
import { Stage, type Left } from './stage.js';

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface Caller {
  readonly name: string;
  readonly sub: string;
  readonly token: string;
}

/** The whole service in which the main job was done once, so that there is a thing of every kind. Its workers stand still. */
export interface World extends TestApp {
  readonly origin: string;
  readonly cast: Cast;
  /** Those who acted in the scenes. */
  readonly actors: readonly Caller[];
  /** What the scenes left to do. */
  readonly left: readonly Left[];
  /** What the job and the scenes sent, in their order. */
  readonly requests: readonly Recorded[];
  /** A superuser's connection to its database. */
  readonly db: pg.Client;
  caller(org: string, roles: readonly Role[]): Promise<Caller>;
}

const FILE = '日期,数值\n2026-01-01,1\n2026-01-02,2\n';

export async function createWorld(): Promise<World> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  // An empty issuer: the embedded one, with which the job signs in.
  const t = await startApp({
    OIDC_ISSUER: '',
    PORT: String(port),
    PUBLIC_URL: origin,
    ROLES: 'api,worker',
    WEBHOOK_ALLOW_PRIVATE: '1',
  });
  const { result: cast, requests } = await recording(() => doJob(origin, t.config.DATA_DIR));
  const workers = t.app
    .get(DiscoveryService, { strict: false })
    .getProviders()
    .map(({ instance }) => instance as unknown)
    .filter((instance): instance is Worker => instance instanceof Worker);
  for (const worker of new Set(workers)) await worker.beforeApplicationShutdown();
  await t.settle();
  const db = new pg.Client(t.databaseUrl);
  await db.connect();
  const sign = await signer(t.config, origin);
  const { rows } = await db.query<{ fileId: string; applicationId: string }>(
    `SELECT (SELECT id FROM platform.uploaded_file WHERE owner_id = $1 LIMIT 1) AS "fileId",
       (SELECT id FROM registration.application WHERE applicant_id = $1 LIMIT 1) AS "applicationId"`,
    [cast.orgs.holder],
  );
  const stage = new Stage(t, origin, cast, sign);
  const scenes = await recording(async () => {
    const applications = await Applications.at(stage);
    const numbers = await applications.certificates(8);
    const further = numbers.splice(4);
    await stageFollowUps(stage, applications, further);
    await stageCommittee({ ...t, ...rows[0]!, origin, cast, token: sign });
    const pool = await cast.as.operator.get<Page<ExpertView>>('/v1/committee/experts?limit=100');
    for (const { personId } of pool.items) await stage.actor(cast.orgs.university, personId);
    await stageRegistrars(stage);
    await stageRulePacks(stage);
    await stageRecognition(stage, applications);
    await stageApplications(stage, applications, numbers);
    await stageGroups(stage, applications);
    await stageRegister(stage, applications, numbers);
    await stageRecordRequests(stage, applications, numbers);
    await stageLeft(stage, applications, further);
    await stageAuthorities(stage, applications);
    await t.settle();
  });
  return {
    ...t,
    origin,
    cast,
    actors: stage.actors,
    left: stage.left,
    requests: [...requests, ...scenes.requests],
    db,
    caller: async (org, roles) => {
      const sub = newId('per');
      return { name: `${roles.join('+')} of ${org}`, sub, token: await sign(sub, org, roles) };
    },
    close: async () => {
      await db.end();
      await t.close();
    },
  };
}

/** The main job to its end, and what stays on the way: orders that nobody signed or paid, a draft, an unanswered mandate, a proposed rule pack. */
async function doJob(origin: string, dir: string): Promise<Cast> {
  const memory = await recall(dir);
  const cast = await gather(origin, dir, memory);
  const data = join(dir, '演示.csv');
  await writeFile(data, FILE);
  await remember(dir, Object.assign(memory, { run: { id: randomUUID(), at: new Date().toISOString(), data } }));
  const description = {
    name: '演示数据',
    abstract: '演示',
    timeFrom: '2026-01-01',
    timeTo: '2026-01-02',
    regionText: '演示',
  };
  const deal = await new DealMaker(cast, memory, new Progress(true)).run(data, description, join(dir, 'received'));
  const { holder, buyer } = cast.as;
  for (const name of ['first', 'second'])
    await buyer.post<PlacedOrder>('/v1/orders', { listingId: deal.listingId }, `unsigned-${name}`);
  const { items } = await holder.get<Page<Record<string, unknown>>>('/v1/mandates');
  const { brokerId, side, venueId, commissionBp, validFrom, validTo, exclusive } = items[0]!;
  const offer = { brokerId, side, venueId, commissionBp, validFrom, validTo, exclusive };
  await holder.post<Created>('/v1/mandates', offer, 'unanswered');
  // A regime of its own, which is not yet in force when the walk ends.
  const pack = { ...rulePack('CN-PROPERTY-2026'), id: 'DEMO-PROPERTY', effectiveFrom: '2099-01-01' };
  await cast.as.approver.post<Created>('/v1/rule-pack-proposals', { pack, reason: '演示' }, 'a-rule-pack');
  // Nobody listens there, and nothing is sent: there is no such event any more.
  const webhook = { url: 'http://127.0.0.1:59999/', types: ['market.venue-opened.v1'] };
  await cast.as.exchange.post('/v1/webhooks', webhook, 'a-webhook');
  return cast;
}

async function recording<T>(work: () => Promise<T>): Promise<{ result: T; requests: Recorded[] }> {
  const [requests, { fetch }] = [[] as Recorded[], globalThis];
  globalThis.fetch = (input, init) => {
    const { method = 'GET', body } = init ?? {};
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    if (typeof body === 'string' && pathname.startsWith('/v1/')) requests.push({ method, path: pathname, body });
    return fetch(input, init);
  };
  try {
    return { result: await work(), requests };
  } finally {
    globalThis.fetch = fetch;
  }
}

/** The key of the embedded issuer: tokens for whatever roles a test needs together. */
async function signer(config: Config, origin: string) {
  const keys = new FileKeyStore(join(config.DATA_DIR, 'keys'), await keyPassphrase(config));
  const jwk = await (await keys.active('oidc', 'ES256')).privateJwk();
  const [key, issuer] = [await importJWK(jwk, 'ES256'), `${origin}/oidc`];
  return (sub: string, org: string, roles: readonly Role[]): Promise<string> =>
    new SignJWT({ org, roles })
      .setProtectedHeader({ alg: 'ES256', kid: jwk.kid!, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setSubject(sub)
      .setAudience(config.OIDC_AUDIENCE!)
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(key);
}
