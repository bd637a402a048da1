import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cosignatureTime, fsck, generateNoteKey, openNote, parseCosignerVkey, parseVkey, splitNote } from '@app/tlog';
import { witness } from '../scripts/witness.js';
import { rawClient } from './support/raw.js';
import { startStaticLog, type StaticLog } from './support/static-log.js';

/** The witness and the mirror as a regulator runs them: a folder and the address of a log. */
let dir: string;
let log: StaticLog;
const programs: { stop: () => Promise<unknown> }[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'databourse-witness-'));
  log = await startStaticLog();
});
afterEach(async () => {
  for (const { stop } of programs.splice(0)) await stop();
  await log.close();
  await rm(dir, { recursive: true, force: true });
});

interface Program {
  readonly url: string;
  readonly output: () => string;
  stop(): Promise<number>;
}
/** In this process: until it listens. */
async function start(...args: string[]): Promise<Program> {
  const stopping = new AbortController();
  let text = '';
  const terminal = { write: (chunk: string) => void (text += chunk) };
  const ended = witness([...args, '--dir', dir, '--port', '0'], {}, terminal, stopping.signal);
  const stop = (): Promise<number> => {
    stopping.abort();
    return ended;
  };
  programs.push({ stop });
  let url: string | undefined;
  void ended.then(() => (url ??= ''));
  while (url === undefined) {
    await sleep(2);
    url ??= /listening on (\S+)/.exec(text)?.[1];
  }
  if (url === '') throw new Error(text);
  return { url, output: () => text, stop };
}
async function run(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const terminal = { write: (chunk: string) => void (text += chunk) };
  return { code: await witness(args, {}, terminal, new AbortController().signal), text };
}
async function add(
  url: string,
  body: string | Promise<string>,
): Promise<{ status: number; type: string; text: string }> {
  const answer = await fetch(`${url}/add-checkpoint`, { method: 'POST', body: await body });
  return { status: answer.status, type: answer.headers.get('content-type')!, text: await answer.text() };
}
const vkeyOf = async (url: string): Promise<string> => (await (await fetch(`${url}/vkey`)).text()).trim();
async function until(there: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await there())) await sleep(5);
}
const evidence = async (): Promise<string[][]> => {
  if (!existsSync(join(dir, 'evidence'))) return [];
  const folders = await readdir(join(dir, 'evidence'));
  const read = (folder: string, name: string) => readFile(join(dir, 'evidence', folder, name), 'utf8');
  return Promise.all(folders.map((folder) => Promise.all(['ours', 'theirs'].map((name) => read(folder, name)))));
};

describe('a witness', () => {
  const given = () => ['witness', '--log', log.vkey, '--name', 'witness.example/one'];

  it('makes its key once, keeps it secret, and cosigns what continues the last tree', async () => {
    const first = await start(...given());
    const vkey = await vkeyOf(first.url);
    expect(vkey).toMatch(/^witness\.example\/one\+/);
    expect(first.output()).toContain(vkey);
    expect((await stat(join(dir, 'cosigner.key'))).mode & 0o777).toBe(0o600);
    const body = await log.request(0, 3);
    const { status, text, type } = await add(first.url, body);
    expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
    const signed = splitNote(body.slice(body.indexOf('\n\n') + 2)).text;
    const { verified } = openNote(`${signed}\n${text}`, [parseCosignerVkey(vkey)]);
    expect(cosignatureTime(verified[0]!.bytes)).toBeGreaterThan(1_700_000_000);
    expect(await first.stop()).toBe(0);
    const second = await start(...given());
    expect(await vkeyOf(second.url)).toBe(vkey);
    expect(second.output()).toContain('cosigned 3');
    await log.grow(300);
    expect(await add(second.url, log.request(0, 303))).toMatchObject({
      status: 409,
      type: 'text/x.tlog.size',
      text: '3\n',
    });
    expect((await add(second.url, log.request(3, 303))).status).toBe(200);
    expect((await add(second.url, body)).text).toBe('303\n');
  });

  it('trusts the key at the address of a log once, and no other later', async () => {
    const first = await start('witness', '--url', log.url);
    expect(first.output()).toContain('trusted on first use');
    expect((await add(first.url, log.request(0, 3))).status).toBe(200);
    await first.stop();
    const liar = await startStaticLog();
    try {
      const second = await start('witness', '--url', liar.url);
      expect(second.output()).not.toContain('first use');
      expect((await add(second.url, liar.request(0, 3))).status).toBe(403);
    } finally {
      await liar.close();
    }
  });

  it('keeps both checkpoints of a fork, says so, and cosigns neither again', async () => {
    const { url, output } = await start(...given());
    await log.grow(5);
    const ours = await log.request(0, 8);
    expect((await add(url, ours)).status).toBe(200);
    await log.fork(4, 4);
    const theirs = await log.request(8, 8);
    expect(await add(url, theirs)).toMatchObject({ status: 409, text: '8\n' });
    expect(output()).toMatch(/!!! 日志分叉[\s\S]*!!! FORK/);
    const note = (body: string) => body.slice(body.indexOf('\n\n') + 2);
    expect(await evidence()).toEqual([[note(ours), note(theirs)]]);
    await log.grow(10);
    expect((await add(url, log.request(8, 18))).status).toBe(422);
  });

  it('answers everything else in plain text', async () => {
    const { url } = await start(...given());
    const body = await log.request(0, 3);
    const other = await startStaticLog('log.example/other');
    const wrong: [number, string, RequestInit][] = [
      [404, '/add-checkpoint', { method: 'POST', body: await other.request(0, 3) }],
      [400, '/add-checkpoint', { method: 'POST', body: '' }],
      [400, '/add-checkpoint', { method: 'POST', body: 'old 0\n\n' }],
      [400, '/add-checkpoint', { method: 'POST', body: Buffer.from([0xff, 0xfe]) as unknown as string }],
      [400, '/add-checkpoint', { method: 'POST', body: body.replace('old 0', 'old 00') }],
      [400, '/add-checkpoint', { method: 'POST', body: body.replace('old 0', 'old 4') }],
      [403, '/add-checkpoint', { method: 'POST', body: body.replace('\n3\n', '\n4\n') }],
      [413, '/add-checkpoint', { method: 'POST', body: 'x'.repeat(65_537) }],
      [405, '/add-checkpoint', {}],
      [405, '/', { method: 'DELETE' }],
      [404, '/checkpoint', {}],
      [404, '/%zz', {}],
      [404, '/../../cosigner.key', {}],
    ];
    for (const [status, path, init] of wrong) {
      const answer = await fetch(`${url}${path}`, init);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        status,
        'text/plain; charset=utf-8',
      ]);
    }
    await other.close();
    const raw = rawClient(url);
    const chunked = { 'transfer-encoding': 'chunked', 'content-type': 'text/plain' };
    const sent = { method: 'POST', path: '/add-checkpoint', headers: chunked, body: 'x'.repeat(1 << 20) };
    expect((await raw.send(sent).catch(() => ({ status: 413 }))).status).toBe(413);
    raw.close();
    expect((await add(url, body)).status).toBe(200);
  });

  it('shares its folder with no other process, but takes over from one that was killed', async () => {
    await writeFile(join(dir, 'lock'), String(process.ppid));
    const refused = await run(...given(), '--dir', dir);
    expect([refused.code, refused.text]).toEqual([2, expect.stringContaining(String(process.ppid))]);
    await writeFile(join(dir, 'lock'), '999999999');
    const next = await start(...given());
    expect(await next.stop()).toBe(0);
    expect(existsSync(join(dir, 'lock'))).toBe(false);
  });

  it.each([
    [[]],
    [['witness']],
    [['witness', '--dir', 'x']],
    [['mirror', '--dir', 'x']],
    [['mirror', '--dir', 'x', '--url', 'ftp://x']],
    [['mirror', '--dir', 'x', '--url', 'http://127.0.0.1:1', '--every', '0']],
    [['witness', '--dir', 'x', '--log', 'no-key']],
    [['witness', '--dir', 'x', '--log', 'a+00000000+AAAA', '--port', '65536']],
    [['witness', '--dir', 'x', '--cosign']],
    [['witness', 'mirror', '--dir', 'x']],
    [['witness', '--what']],
  ])('explains itself when it is asked for %j', async (args) => {
    const { code, text } = await run(...args.map((arg) => (arg === 'x' ? join(dir, 'x') : arg)));
    expect(code).toBe(2);
    expect(text).toContain('用法 / usage');
  });

  it('has a help', async () => {
    expect(await run('--help')).toMatchObject({ code: 0, text: expect.stringContaining('npm run mirror') });
  });
});

describe('a mirror', () => {
  it('copies, serves every width, cosigns what it holds, and follows', async () => {
    await log.grow(600);
    const mirror = await start('mirror', '--url', log.url, '--cosign', '--every', '1');
    const at = async (path: string, init?: RequestInit) => fetch(`${mirror.url}/${path}`, init);
    await until(async () => (await at('checkpoint')).status === 200);
    await until(async () => splitNote(await (await at('checkpoint')).text()).signatures.length === 2);
    expect(await fsck(`${mirror.url}/log`, [log.vkey])).toMatchObject({ ok: true, counts: { entries: 603 } });
    const note = await (await at('checkpoint')).text();
    const vkey = await vkeyOf(mirror.url);
    expect(openNote(note, [parseVkey(log.vkey), parseCosignerVkey(vkey)]).verified).toHaveLength(2);
    const bytes = async (path: string) => Buffer.from(await (await at(path)).arrayBuffer());
    const full = await bytes('tile/0/001');
    expect(await bytes('tile/0/001.p/7')).toEqual(full.subarray(0, 7 * 32));
    expect(await bytes('tile/entries/002.p/1')).toEqual((await bytes('tile/entries/002.p/91')).subarray(0, 11));
    for (const [path, status] of [
      ['tile/0/002.p/92', 404],
      ['tile/0/003', 404],
      ['tile/0/00', 400],
      ['tile/entries/../../cosigner.key', 404],
      ['cosigner.key', 404],
      ['logs', 404],
    ] as const)
      expect([path, (await at(path)).status]).toEqual([path, status]);
    const raw = rawClient(mirror.url);
    for (const path of [
      '/tile/../../cosigner.key',
      '/tile/%2e%2e/%2e%2e/cosigner.key',
      '/log/tile/0/000.p/0',
      '/tile/%',
    ])
      expect([path, (await raw.send({ method: 'GET', path })).status]).toEqual([path, 400]);
    raw.close();
    expect((await at('tile/0/000', { method: 'HEAD' })).headers.get('content-length')).toBe('8192');
    const bundle = await at('tile/entries/000');
    expect([bundle.headers.get('content-encoding'), bundle.headers.get('cache-control')]).toEqual([
      'gzip',
      'public, max-age=31536000, immutable',
    ]);
    const etag = (await at('checkpoint')).headers.get('etag')!;
    expect((await at('checkpoint', { headers: { 'if-none-match': etag } })).status).toBe(304);
    await log.grow(1000);
    await until(async () => (await (await at('checkpoint')).text()).includes('\n1603\n'));
    expect(await fsck(mirror.url, [log.vkey])).toMatchObject({ ok: true, counts: { entries: 1603 } });
    expect((await bytes('tile/0/002.p/91')).length).toBe(91 * 32);
    expect(await fsck(join(dir, 'log'), [log.vkey])).toMatchObject({ ok: true });
    expect(await mirror.stop()).toBe(0);
  });

  it('cosigns for others only trees that it holds', async () => {
    const mirror = await start('mirror', '--url', log.url, '--cosign', '--every', '86400');
    await until(async () => (await fetch(`${mirror.url}/checkpoint`)).status === 200);
    await log.grow(300);
    // It asks the log, finds the new tree, and holds it when it answers.
    expect((await add(mirror.url, log.request(3, 303))).status).not.toBe(503);
    expect((await add(mirror.url, log.request(303, 303))).status).toBe(200);
    const ahead = await log.request(303, 303);
    await log.grow(10);
    const next = await log.request(303, 313);
    await log.close();
    expect((await add(mirror.url, next)).status).toBe(503);
    expect((await add(mirror.url, ahead)).status).toBe(200);
    expect((await (await fetch(`${mirror.url}/checkpoint`)).text()).split('\n')[1]).toBe('303');
    log = await startStaticLog();
  });

  it('keeps the evidence of a fork, and its own good copy', async () => {
    await log.grow(600);
    expect((await run('mirror', '--url', log.url, '--dir', dir, '--once')).code).toBe(0);
    await log.fork(300, 400);
    const { code, text } = await run('mirror', '--url', log.url, '--dir', dir, '--once');
    expect([code, text]).toEqual([1, expect.stringContaining('!!! FORK')]);
    expect(await evidence()).toHaveLength(1);
    expect(await fsck(join(dir, 'log'), [log.vkey])).toMatchObject({ ok: true, counts: { entries: 603 } });
    const mirror = await start('mirror', '--url', log.url, '--cosign', '--every', '1');
    await until(() => mirror.output().includes('错误 / error'));
    expect((await add(mirror.url, log.request(300, 700))).status).not.toBe(200);
    expect(await (await fetch(`${mirror.url}/checkpoint`)).text()).toContain('\n603\n');
  });

  it('says what to do when the log has another key, and goes on with either once it is given', async () => {
    expect((await run('mirror', '--url', log.url, '--dir', dir, '--once')).code).toBe(0);
    const known = await readFile(join(dir, 'logs'), 'utf8');
    const old = generateNoteKey('log.example/demo').vkey;
    await writeFile(join(dir, 'logs'), `${old}\n`);
    const refused = await run('mirror', '--url', log.url, '--dir', dir, '--once');
    expect([refused.code, refused.text]).toEqual([1, expect.stringContaining('add the new one with --log')]);
    const { code } = await run('mirror', '--url', log.url, '--log', known.trim(), '--dir', dir, '--once');
    expect([code, (await readFile(join(dir, 'logs'), 'utf8')).trim().split('\n')]).toEqual([0, [old, log.vkey]]);
    expect((await readFile(join(dir, 'log', 'key'), 'utf8')).trim().split('\n')).toEqual([old, log.vkey]);
  });

  it('says what to do when the log cannot be reached', async () => {
    await log.close();
    const { code, text } = await run('mirror', '--url', log.url, '--log', log.vkey, '--dir', dir, '--once');
    expect([code, text]).toEqual([1, expect.stringContaining('cannot be reached')]);
    log = await startStaticLog();
  });
});

describe('killed', () => {
  const root = resolve(import.meta.dirname, '..');
  /** The built program, as its user runs it. */
  function begin(...args: string[]) {
    const env = { ...process.env };
    delete env['NODE_OPTIONS'];
    const child = spawn(process.execPath, ['dist/scripts/witness.js', ...args, '--dir', dir, '--port', '0'], {
      cwd: root,
      env,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const ended = once(child, 'exit').then(([code]) => code as number | null);
    const listening = async (): Promise<string> => {
      for (;;) {
        const url = /listening on (\S+)/.exec(text)?.[1];
        if (url !== undefined) return url;
        if (child.exitCode !== null) throw new Error(text);
        await sleep(5);
      }
    };
    return { child, ended, listening, output: () => text };
  }

  it('in the middle of a copy, a mirror goes on where it was', async () => {
    await log.grow(12_000);
    for (const limit of [10, 40, 60]) {
      const before = log.asked.length;
      // However fast it is, it cannot have finished.
      log.answer(before + limit);
      const { child, ended } = begin('mirror', '--url', log.url, '--once');
      await until(() => log.asked.length > before + limit || child.exitCode !== null);
      child.kill('SIGKILL');
      await ended;
      expect(existsSync(join(dir, 'log', 'checkpoint'))).toBe(false);
    }
    log.answer(Infinity);
    const before = log.asked.length;
    expect(await begin('mirror', '--url', log.url, '--once').ended).toBe(0);
    expect(await fsck(join(dir, 'log'), [log.vkey])).toMatchObject({ ok: true, counts: { entries: 12_003 } });
    const fetched = log.asked.slice(0, before).filter((path) => path.startsWith('/tile/entries/'));
    const again = log.asked.slice(before).filter((path) => path.startsWith('/tile/entries/'));
    expect(again.length).toBeLessThan(47);
    expect(fetched.length + again.length).toBeGreaterThanOrEqual(47);
  });

  it('under load, a witness never cosigns less than it did, nor another tree', async () => {
    let known = 0;
    for (let round = 0; round < 4; round++) {
      const { child, ended, listening } = begin('witness', '--log', log.vkey);
      const url = await listening();
      const kill = 3 + 5 * round;
      let cosigned = 0;
      for (;;) {
        // The last answer before the kill may be lost: then it knows one tree more than we do.
        if (cosigned === kill) setImmediate(() => child.kill('SIGKILL'));
        const answer = await add(url, log.request(known, log.size())).catch(() => undefined);
        if (!answer) break;
        if (answer.status === 409) known = Number(answer.text);
        else {
          expect(answer.status).toBe(200);
          known = log.size();
          cosigned += 1;
        }
        if (cosigned > 1 && known > 3) {
          const smaller = await add(url, log.request(0, 3)).catch(() => undefined);
          if (smaller) expect(smaller.status).toBe(409);
        }
        await log.grow(1 + (cosigned % 300));
      }
      await ended;
    }
    const { child, ended, listening } = begin('witness', '--log', log.vkey);
    const url = await listening();
    const { text } = await add(url, log.request(0, 3));
    expect(Number(text)).toBeGreaterThanOrEqual(known);
    await log.fork(2, Number(text) - 2);
    expect(await add(url, log.request(Number(text), Number(text)))).toMatchObject({ status: 409 });
    expect(await evidence()).toHaveLength(1);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
