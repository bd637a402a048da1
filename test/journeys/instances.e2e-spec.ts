import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeUscc } from '@app/rulepacks';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import { replay } from '../../src/ledger/replay.js';
import { RegisterOrganisation } from '../../src/parties/register-organisation.js';
import { advisoryLocks } from '../../src/platform/advisory-locks.js';
import { createApplication } from '../../src/platform/application.js';
import { readConfig } from '../../src/platform/config.js';
import { dataSourceOptions, migrate } from '../../src/platform/data-source.js';
import { asSystem } from '../../src/platform/context.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import { freshDatabase, urlOf } from '../support/app.js';
import { AUDIENCE, startIssuer, type Issuer } from '../support/issuer.js';

/** Three of the same service, each with every worker, on one database and one data directory. */
let dir: string;
let issuer: Issuer;
let url: string;
const apps: NestFastifyApplication[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'databourse-instances-'));
  issuer = await startIssuer();
  url = urlOf(await freshDatabase());
  await Promise.all([migrate(url), migrate(url)]);
  const begin = async (): Promise<NestFastifyApplication> => {
    // The embedded issuer too, so that the first operator is made by one of them only.
    const config = readConfig({
      NODE_ENV: 'test',
      DATA_DIR: dir,
      DATABASE_POOL: '5',
      LOG_LEVEL: 'fatal',
      PUBLIC_URL: issuer.url,
      OIDC_AUDIENCE: AUDIENCE,
      RATE_LIMIT: '0',
    });
    const app = await createApplication(AppModule.with(config, url), config);
    await app.listen(0, '127.0.0.1');
    return app;
  };
  apps.push(await begin());
  // The first one leads everything by now; the others must start beside it.
  const leads = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid IN (${advisoryLocks.sequencer}, ${advisoryLocks.publisher})
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
  while ((await query(leads)).length < 2) await sleep(10);
  apps.push(...(await Promise.all([begin(), begin()])));
});
afterAll(async () => {
  for (const app of apps) await app.close();
  await issuer.close();
  await rm(dir, { recursive: true, force: true });
});

const query = async <T extends object>(sql: string): Promise<T[]> => {
  const db = new pg.Client(url);
  await db.connect();
  const { rows } = await db.query<T>(sql);
  await db.end();
  return rows;
};

it('starts beside a running instance, with one first operator', async () => {
  const [row] = await query<{ n: number }>(`SELECT count(*)::int AS n FROM parties.person WHERE roles ? 'operator'`);
  expect([apps.length, row!.n]).toEqual([3, 1]);
});

it('answers on every instance, and goes on when the leader stops', async () => {
  for (const app of apps) await request(app.getHttpServer()).get('/health/ready').expect(200);
  const leader = apps.shift()!;
  await leader.close();
  const drained = async () =>
    (
      await query<{ left: number }>(
        'SELECT count(*)::int AS left FROM ledger.intake i, ledger.head h WHERE (i.gen, i.xid, i.seq) > (h.gen, h.xid, h.seq)',
      )
    )[0]!.left;
  const facts = {
    uscc: completeUscc('91440101DEM777777'),
    name: 'Demonstration',
    kind: 'ENTERPRISE' as const,
    regionCode: '440100',
  };
  await asSystem(() => apps[0]!.get(UnitOfWork).execute(new RegisterOrganisation(facts)));
  while ((await drained()) > 0) await sleep(100); // For ever when nobody takes over.
  const [head] = await query<{ size: string }>('SELECT size FROM ledger.head');
  expect(Number(head!.size)).toBeGreaterThan(0);
});

it('leaves rows that the events give back', async () => {
  const database = new DataSource(dataSourceOptions(url, 'databourse_auditor', 1));
  await database.initialize();
  const { differences } = await replay(database);
  await database.destroy();
  expect(differences).toEqual([]);
});
