import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { transformFile } from '@swc/core';
import pg from 'pg';

const PREFIX = 'databourse-test-';
const repository = resolve(import.meta.dirname, '../..');

/**
 * One throwaway PostgreSQL for the whole run, in `TEST_DATABASE_URL` (a superuser's URL), unless that is given.
 * `TEST_PLAIN_JS` is a directory with the compiled database starter, for tests that need it in a process of its own.
 */
export default async function globalSetup(): Promise<void> {
  await removeAbandoned();
  const scratch = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  process.env['TEST_SCRATCH'] = scratch;
  process.env['TEST_PLAIN_JS'] = await compileStarter(scratch);
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return forgetEarlierRuns(given);
  const starter = join(process.env['TEST_PLAIN_JS'], 'embedded-postgres.js');
  const { startEmbeddedPostgres } = (await import(starter)) as typeof import('../../src/platform/embedded-postgres.js');
  const throwaway = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  const cluster = await startEmbeddedPostgres({ dataDir: join(scratch, 'postgres'), settings: throwaway });
  process.env['TEST_DATABASE_URL'] = cluster.url;
  (globalThis as { stopTestCluster?: () => Promise<void> }).stopTestCluster = () => cluster.stop();
}

/** Jest maps no module names in global setup, so `./x.js` would not find `x.ts` there: it gets plain JavaScript. */
async function compileStarter(scratch: string): Promise<string> {
  const target = join(scratch, 'platform');
  await mkdir(target);
  await writeFile(join(scratch, 'package.json'), '{ "type": "module" }');
  await symlink(join(repository, 'node_modules'), join(scratch, 'node_modules'));
  const names = [
    'embedded-postgres',
    'postgres-binaries',
    'postgres-cluster',
    'postmaster',
    'port',
    'is-alive',
    'start-error',
  ];
  for (const name of names) {
    const { code } = await transformFile(join(repository, `src/platform/${name}.ts`), {
      swcrc: false,
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    await writeFile(join(target, `${name}.js`), code);
  }
  return target;
}

/** A killed run leaves its directory; its server has stopped by itself. */
async function removeAbandoned(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]);
    if (pid && !isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function forgetEarlierRuns(url: string): Promise<void> {
  const admin = new pg.Client(url);
  await admin.connect();
  const { rows } = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'`,
  );
  for (const { datname } of rows) await admin.query(`DROP DATABASE ${admin.escapeIdentifier(datname)} WITH (FORCE)`);
  await admin.end();
}
