import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { sharedBuffersMb, startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';
import { isAlive } from './is-alive.js';
import { linkLibraries } from './postgres-binaries.js';
import { disownReusedPid } from './postmaster.js';

describe('the embedded PostgreSQL', () => {
  let home: string;
  let dataDir: string;
  const running: EmbeddedPostgres[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
    dataDir = join(home, 'with space', 'postgres');
  });

  afterEach(async () => {
    for (const cluster of running.splice(0)) await cluster.stop();
  });

  afterAll(() => rm(home, { recursive: true, force: true }));

  const start = async (options: { port?: number } = {}) => {
    const cluster = await startEmbeddedPostgres({ dataDir, ...options });
    running.push(cluster);
    return cluster;
  };
  const query = async <T extends pg.QueryResultRow>(url: string, sql: string): Promise<T[]> => {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(sql)).rows;
    } finally {
      await client.end();
    }
  };
  const isFile = (path: string) =>
    stat(path)
      .then((found) => found.isFile())
      .catch(() => false);
  const postmasterPid = async () => Number.parseInt(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'), 10);
  const until = async (condition: () => boolean | Promise<boolean>) => {
    while (!(await condition())) await delay(10);
  };

  /** A start in a process of its own, which ends only by being killed. */
  const startElsewhere = async (PATH = process.env['PATH']): Promise<{ child: ChildProcess; url: string }> => {
    const module = join(process.env['TEST_PLAIN_JS'] ?? '', 'embedded-postgres.js');
    const code = `import { startEmbeddedPostgres } from ${JSON.stringify(module)};
      console.log((await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} })).url);
      setInterval(() => {}, 1000);`;
    const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit'];
    const env = { ...process.env, PATH };
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio, env });
    const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    return { child, url: line.trim() };
  };
  const killOwner = async (child: ChildProcess) => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  it.each([
    ['half a gigabyte', 512, 128],
    ['two gigabytes', 2048, 256],
    ['a limit that is no whole number of megabytes', 2050.5, 256],
    ['a hundred gigabytes', 102_400, 1024],
  ])('takes an eighth of %s, within limits', (_, memoryMb, buffersMb) => {
    expect(sharedBuffersMb(memoryMb * 2 ** 20)).toBe(buffersMb);
  });

  it('makes a cluster on the first start, safe by default', async () => {
    const { url, version } = await start();
    expect(version).toMatch(/^18\./);
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'TimeZone', 'server_encoding'];
    const settings = await query(
      url,
      `SELECT name, setting FROM pg_settings WHERE name IN ('${names.join("','")}') ORDER BY 1`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      data_checksums: 'on',
      TimeZone: 'UTC',
      server_encoding: 'UTF8',
    });
    expect(await query(url, `SELECT 'Zürich' < 'abc' AS by_code_point, upper('é') AS upper`)).toEqual([
      { by_code_point: true, upper: 'É' },
    ]);
    await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  });

  it('lets nobody in without the password, which only its user can read', async () => {
    const { url } = await start();
    const guess = new URL(url);
    guess.password = 'guess';
    await expect(query(guess.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(dataDir, 'databourse.json'))).mode & 0o077).toBe(0);
    expect((await stat(dataDir)).mode & 0o077).toBe(0);
  });

  it('finds data and port again on the second start', async () => {
    const first = await start();
    await first.stop();
    await expect(stat(join(dataDir, 'postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('takes another port when its own is taken', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await once(squatter, 'listening');
    try {
      const second = await start();
      expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
      await second.stop();
      const port = (squatter.address() as AddressInfo).port;
      await expect(start({ port })).rejects.toThrow('PostgreSQL does not start');
    } finally {
      squatter.close();
    }
  });

  it('joins the server that another start owns, and leaves it running', async () => {
    const owner = await start();
    const guest = await start();
    expect(guest.url).toBe(owner.url);
    await guest.stop();
    expect(await query(owner.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('heals after kill -9 of the server, losing nothing that was committed', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE committed AS SELECT 1 AS one');
    const pid = await postmasterPid();
    process.kill(pid, 'SIGKILL');
    await until(() => !isAlive(pid));
    const second = await start();
    expect(await query(second.url, 'SELECT one FROM committed')).toEqual([{ one: 1 }]);
  });

  it('waits for what is left of a killed server, however long it takes to end', async () => {
    const { url } = await start();
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    process.kill(rows[0]!.pid, 'SIGSTOP');
    process.kill(await postmasterPid(), 'SIGKILL');
    setTimeout(() => process.kill(rows[0]!.pid, 'SIGCONT'), 8000);
    const again = await start();
    expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('keeps its pid file when another starter comes too late to see it begin', async () => {
    await start();
    const file = join(dataDir, 'postmaster.pid');
    const [text, { ino }] = [await readFile(file, 'utf8'), await stat(file)];
    await disownReusedPid(dataDir);
    expect(await readFile(file, 'utf8')).toBe(text);
    // Of a number that is somebody else's by now only the number changes, and only in the file that was looked at.
    const copy = join(home, 'postmaster.pid');
    await writeFile(copy, text.replace(/^\d+/, String(process.ppid)));
    const before = await stat(copy);
    await disownReusedPid(home);
    const [pid, ...rest] = (await readFile(copy, 'utf8')).split('\n');
    expect([Number(pid), rest.join('\n')]).toEqual([process.pid, text.slice(text.indexOf('\n') + 1)]);
    expect([(await stat(copy)).ino, (await stat(file)).ino]).toEqual([before.ino, ino]);
  });

  it('is started again by whoever started it, at the same address, and stays down once it is stopped', async () => {
    const server = await start();
    const { url } = server;
    const pid = await postmasterPid();
    process.kill(pid, 'SIGKILL');
    await until(async () => (await query(url, 'SELECT 1 AS one').catch(() => [])).length === 1);
    expect(await postmasterPid()).not.toBe(pid);
    await server.stop();
    await expect(query(url, 'SELECT 1')).rejects.toThrow();
  });

  it('is not held up by a stale pid file that names somebody else, and does not touch that process', async () => {
    const first = await start();
    await first.stop();
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      await writeFile(join(dataDir, 'postmaster.pid'), `${bystander.pid}\n${dataDir}\n1\n1\n\n127.0.0.1\n\nready   \n`);
      const second = await start();
      expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      expect(isAlive(bystander.pid ?? 0)).toBe(true);
    } finally {
      bystander.kill();
    }
  });

  it('is shared by processes, and stops when its owner is killed', async () => {
    const { child, url } = await startElsewhere();
    const guest = await start();
    expect(guest.url).toBe(url);
    const pid = await postmasterPid();
    await killOwner(child);
    await until(() => !isAlive(pid));
    const next = await start();
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('waits for a server that is just stopping because its owner was killed', async () => {
    for (let round = 0; round < 3; round++) {
      await killOwner((await startElsewhere()).child);
      const next = await start();
      expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      await next.stop();
    }
  });

  it('stops a server that outlived its owner, since nothing there could stop it', async () => {
    const onlyLaunchers = await mkdtemp(join(home, 'bin-')); // And no shell.
    for (const directory of process.env['PATH']?.split(':') ?? []) {
      for (const program of ['unshare', 'setpriv']) {
        const path = join(directory, program);
        if (await isFile(path)) await symlink(path, join(onlyLaunchers, program)).catch(() => undefined);
      }
    }
    await killOwner((await startElsewhere(onlyLaunchers)).child);
    const outlived = await postmasterPid();
    expect(isAlive(outlived)).toBe(true);
    const next = await start();
    expect(isAlive(outlived)).toBe(false);
    expect(await query(next.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('makes one cluster and one server when two starts race', async () => {
    dataDir = join(home, 'race');
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.url).toBe(two.url);
    expect((await readdir(home)).filter((name) => name.startsWith('race.'))).toEqual([]);
  });

  it('starts over when initdb never completed, and removes what it left', async () => {
    dataDir = join(home, 'interrupted');
    const gone = spawn('true');
    await once(gone, 'exit');
    for (const maker of [gone.pid, process.pid]) {
      await mkdir(`${dataDir}.new-0a0a-${maker}`, { recursive: true });
      await writeFile(join(`${dataDir}.new-0a0a-${maker}`, 'PG_VERSION'), '18\n');
      await writeFile(`${dataDir}.new-0a0a-${maker}.password`, 'x');
    }
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect((await readdir(home)).filter((name) => name.startsWith('interrupted'))).toEqual(['interrupted']);
  });

  it('leaves a directory alone that is not its own', async () => {
    dataDir = join(home, 'foreign');
    await mkdir(dataDir);
    await writeFile(join(dataDir, 'thesis.txt'), 'draft');
    await expect(start()).rejects.toThrow(/非空.*neither empty/);
    expect(await readdir(dataDir)).toEqual(['thesis.txt']);
  });

  it('says why when the files cannot be used', async () => {
    dataDir = join(home, 'broken');
    await (await start()).stop();
    running.splice(0);
    await writeFile(join(dataDir, 'PG_VERSION'), '9.6\n');
    await expect(start()).rejects.toThrow(/无法启动[^]*incompatible/);
  });
});

describe('the libraries of the package', () => {
  it('get their short names, as often as asked', async () => {
    const home = await mkdtemp(join(tmpdir(), 'libraries-'));
    try {
      await mkdir(join(home, 'native/lib'), { recursive: true });
      const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
      await writeFile(join(home, 'native/pg-symlinks.json'), JSON.stringify(links));
      await linkLibraries(home);
      await linkLibraries(home);
      expect((await lstat(join(home, 'native/lib/libpq.so.5'))).isSymbolicLink()).toBe(true);
      expect(await readlink(join(home, 'native/lib/libpq.so.5'))).toBe('libpq.so.5.18');
      await linkLibraries(join(home, 'native')); // No list there: nothing to do.
    } finally {
      await rm(home, { recursive: true });
    }
  });
});
