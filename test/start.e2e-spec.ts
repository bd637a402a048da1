import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { layOut, mark } from '../scripts/job/data-directory.js';
import { migrate } from '../src/platform/data-source.js';
import { StartError } from '../src/platform/start-error.js';
import { freshDatabase, urlOf } from './support/app.js';

/** What a start finds: a database that is not quite ready, a data directory of another database. */
const ADMIN = process.env['TEST_DATABASE_URL']!;
const login = `login_${randomBytes(4).toString('hex')}`;
const database = `test_${randomBytes(4).toString('hex')}`;
const url = Object.assign(new URL(urlOf(database)), { username: login, password: 'plain' }).href;

async function asAdmin(connection: string, ...statements: string[]): Promise<void> {
  const admin = new pg.Client(connection);
  await admin.connect();
  try {
    for (const statement of statements) await admin.query(statement);
  } finally {
    await admin.end();
  }
}

beforeAll(async () => {
  await freshDatabase(); // The roles belong to the cluster: another database has them made.
  await asAdmin(ADMIN, `CREATE ROLE ${login} LOGIN PASSWORD 'plain'`, `CREATE DATABASE ${database}`);
});
afterAll(() => asAdmin(ADMIN, `DROP DATABASE ${database} WITH (FORCE)`, `DROP ROLE ${login}`));

it('a login without the rights is told what to run; that done, it migrates', async () => {
  const refusal: unknown = await migrate(url).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartError);
  const { message } = refusal as StartError;
  expect(message).toMatch(/权限不足/);
  const statements = message.split('\n').filter((line) => line.endsWith(';'));
  expect(statements.map((line) => line.trim())).toEqual([
    ...['owner', 'app', 'sequencer', 'auditor'].map((role) => `GRANT databourse_${role} TO ${login};`),
    `GRANT CREATE ON DATABASE ${database} TO databourse_owner;`,
    'GRANT CREATE ON SCHEMA public TO databourse_owner;',
  ]);
  await asAdmin(urlOf(database), ...statements);
  await migrate(url);
  await migrate(url);
});

it('data of a newer version are left alone', async () => {
  await asAdmin(urlOf(database), `INSERT INTO migration (timestamp, name) VALUES (99, 'Later99')`);
  await expect(migrate(url)).rejects.toThrow(/更新版本.*newer version.*Later99/);
  await asAdmin(urlOf(database), `DELETE FROM migration WHERE name = 'Later99'`);
});

describe('a data directory', () => {
  let dir: string;
  const write = (name: string, text: string) => writeFile(join(dir, name), text);
  const read = (name: string) => readFile(join(dir, name), 'utf8').catch(() => undefined);
  beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'data-directory-'))));
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('keeps apart what belongs to one database and to another', async () => {
    expect(await layOut(dir, 'one')).toBe(false);
    await mark(dir, 'one');
    await write('last-signed', 'of one');
    expect(await layOut(dir, 'two')).toBe(true);
    await mark(dir, 'two');
    expect(await read('last-signed')).toBeUndefined();
    await write('last-signed', 'of two');
    expect(await layOut(dir, 'one')).toBe(true);
    await mark(dir, 'one');
    expect(await read('last-signed')).toBe('of one');
    expect(await layOut(dir, 'two')).toBe(true);
    expect(await read('last-signed')).toBe('of two');
  });

  it('puts aside what belonged to a database that is gone, before the next one is made', async () => {
    await mark(dir, 'one');
    await write('operator-password', 'of one');
    expect(await layOut(dir, undefined)).toBe(true);
    expect(await read('operator-password')).toBeUndefined();
    expect(await layOut(dir, undefined)).toBe(false);
  });

  it('adopts what nobody marked', async () => {
    await write('passphrase', 'known');
    expect(await layOut(dir, 'one')).toBe(false);
    expect(await read('passphrase')).toBe('known');
  });

  it('goes on where laying out broke off', async () => {
    await mark(dir, 'one');
    await write('passphrase', 'of one');
    await layOut(dir, 'two'); // Killed before it was marked as the other's.
    await write('last-signed', 'of two');
    expect(await layOut(dir, 'two')).toBe(false);
    expect([await read('passphrase'), await read('last-signed')]).toEqual([undefined, 'of two']);
    await mark(dir, 'two');
    await layOut(dir, 'one');
    expect((await readdir(dir)).toSorted()).toEqual(['other-databases', 'passphrase']);
  });
});
