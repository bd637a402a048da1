import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { AppModule } from '../../src/app.module.js';
import { createApplication } from '../../src/platform/application.js';
import { readConfig, type Config } from '../../src/platform/config.js';
import { migrate } from '../../src/platform/data-source.js';
import { clients, type Client, type Who } from './client.js';
import { AUDIENCE, startIssuer, type Issuer } from './issuer.js';
import { settle } from './settle.js';

const ADMIN = process.env['TEST_DATABASE_URL']!;
export const urlOf = (database: string): string => Object.assign(new URL(ADMIN), { pathname: `/${database}` }).href;

export interface TestApp {
  readonly app: NestFastifyApplication;
  readonly config: Config;
  /** A connection of the cluster's superuser to this application's own database. */
  readonly databaseUrl: string;
  readonly issuer: Issuer;
  /** An HTTP client with the token of somebody. */
  readonly as: (who: Who) => Client;
  /** Runs every worker until nothing is left to do: sequences, relays, fires what is due. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The real application on a database of its own: a copy of an empty, migrated template. Workers are stepped by the test.
 * `extra` modules stand beside the contexts.
 */
export async function startApp(env: Record<string, string> = {}, ...extra: (Type | DynamicModule)[]): Promise<TestApp> {
  const databaseUrl = urlOf(await freshDatabase());
  const issuer = await startIssuer();
  const config = readConfig({
    NODE_ENV: 'test',
    DEMO: '1',
    PORT: '0',
    ROLES: 'api',
    DATABASE_POOL: '10',
    DATA_DIR: await mkdtemp(join(tmpdir(), 'databourse-')),
    LOG_LEVEL: 'fatal',
    RATE_LIMIT: '0',
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: AUDIENCE,
    ...env,
  });
  const { imports = [], ...module } = AppModule.with(config, databaseUrl);
  const app = await createApplication({ ...module, imports: [...imports, ...extra] }, config);
  await app.listen(config.PORT, '127.0.0.1');
  const close = async () => {
    await app.close();
    await issuer.close();
    await rm(config.DATA_DIR, { recursive: true, force: true });
  };
  return { app, config, databaseUrl, issuer, as: clients(app, issuer), settle: () => settle(app), close };
}

export async function freshDatabase(): Promise<string> {
  const admin = new pg.Client(ADMIN);
  await admin.connect();
  try {
    await admin.query('SELECT pg_advisory_lock(1)'); // Workers take turns; the first one makes the template.
    const made = await admin.query(`SELECT FROM pg_database WHERE datname = 'test_template'`);
    if (made.rowCount === 0) {
      await admin.query('CREATE DATABASE test_template_new');
      await migrate(urlOf('test_template_new'));
      await admin.query('ALTER DATABASE test_template_new RENAME TO test_template');
    }
    const name = `test_${randomBytes(6).toString('hex')}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE test_template`);
    return name;
  } finally {
    await admin.end();
  }
}
