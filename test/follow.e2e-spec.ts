import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, readdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from '@app/sdk';
import { generateKeyPair, sign } from '@app/webhooks';
import { follow } from '../scripts/follow.js';
import { FeedReader } from '../src/feed/feed-reader.js';
import { freePort } from '../src/platform/port.js';
import { scratch, startExchange, type Exchange } from './support/exchange.js';
import { startTampering } from './support/tampering.js';

/** The sample consumer as an operator runs it: the built program, while deals happen. */
const root = resolve(import.meta.dirname, '..');
let t: Exchange;
let dir: string;
const children = new Set<ChildProcess>();
beforeAll(async () => {
  t = await startExchange();
  await t.sell();
});
afterAll(() => t.close());
beforeEach(async () => {
  dir = await scratch();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await rm(dir, { recursive: true, force: true });
});

interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}
function begin(...args: string[]): Program {
  const env = { ...process.env };
  delete env['NODE_OPTIONS'];
  const given = ['--url', t.origin, '--credentials', t.credentials, '--dir', dir, ...args];
  const child = spawn(process.execPath, ['dist/scripts/follow.js', ...given], { cwd: root, env });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => {
    children.delete(child);
    return code as number | null;
  });
  return { child, output: () => text, ended };
}
/** In this process. */
async function run(signal: AbortSignal, ...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const terminal = { write: (chunk: string) => void (text += chunk) };
  return { code: await follow(['--dir', dir, ...args], {}, terminal, signal), text };
}
const verified = () => run(new AbortController().signal, '--verify');
const ofFeed = (url = t.origin): string[] => ['--url', url, '--credentials', t.credentials];

async function copied(): Promise<CloudEvent[]> {
  const folder = join(dir, 'events');
  if (!existsSync(folder)) return [];
  const texts = await Promise.all(
    (await readdir(folder)).toSorted().map((name) => readFile(join(folder, name), 'utf8')),
  );
  const lines = texts.join('').split('\n').slice(0, -1);
  return lines.flatMap((line) => (line.startsWith('{') && line.endsWith('}') ? [JSON.parse(line) as CloudEvent] : []));
}
async function until(there: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await there())) await sleep(10);
}
/** What the service itself says. */
const feed = async (): Promise<CloudEvent[]> =>
  (await t.running().get(FeedReader).read(t.operatorId, 0, 100_000)).map(({ event }) => event);

it('killed again and again while deals happen, its copy is whole, without repetition, and proves itself', async () => {
  let selling = true;
  const deals = (async () => {
    for (; selling; await sleep(20)) await t.sell();
  })();
  try {
    for (let kill = 0; kill < 6; kill += 1) {
      const before = (await copied()).length;
      const { child, ended, output } = begin();
      const ends = ended.then((code) => {
        if (code !== null) throw new Error(`ended with ${code}\n${output()}`);
      });
      // Half of the time as soon as there is something new, otherwise later on the stream.
      const seen = before + (kill % 2 === 0 ? 1 : 30);
      await Promise.race([until(async () => (await copied()).length >= seen), ends]);
      child.kill('SIGKILL');
      await ends;
    }
  } finally {
    selling = false;
    await deals;
  }
  await t.nextDay();
  const last = begin('--once');
  expect([await last.ended, last.output()]).toEqual([0, expect.stringMatching(/complete: \d+ events/)]);
  expect(last.output()).toMatch(/manifest {2}\S+: \d+ .*complete/);
  const [copy, all] = [await copied(), await feed()];
  expect(copy.map(({ position }) => Number(position))).toEqual(all.map((_, i) => i + 1));
  expect(copy).toEqual(all);
  const { code, text } = await verified();
  expect([code, text]).toEqual([
    0,
    expect.stringContaining(`verified: ${all.length} events, ${all.length} in the tree`),
  ]);
});

it('repairs a line that was cut off, and says so', async () => {
  await run(new AbortController().signal, ...ofFeed(), '--once');
  const [name] = (await readdir(join(dir, 'events'))).toSorted().toReversed();
  await appendFile(join(dir, 'events', name!), '{"specversion":"1.0","id":"01');
  const { code, text } = await run(new AbortController().signal, ...ofFeed(), '--once');
  expect([code, text]).toEqual([0, expect.stringContaining('its last line was cut off')]);
  expect((await verified()).code).toBe(0);
});

it('goes on when the service was away, and follows it again', async () => {
  const stopping = new AbortController();
  const following = run(stopping.signal, ...ofFeed());
  await until(async () => (await copied()).length > 0);
  await t.stop();
  await sleep(300);
  await t.restart();
  const sold = await t.sell();
  await until(async () => (await copied()).some(({ subject }) => subject === sold.orderId));
  stopping.abort();
  const { code, text } = await following;
  expect([code, text]).toEqual([0, expect.stringContaining('trying again')]);
  expect((await verified()).code).toBe(0);
});

it('pulls where there is no stream', async () => {
  const proxy = await startTampering(t.origin);
  proxy.noStream = true;
  const stopping = new AbortController();
  const following = run(stopping.signal, ...ofFeed(proxy.url));
  await until(() => proxy.paths.filter((path) => path === '/v1/feed/stream').length > 1);
  const sold = await t.sell();
  await until(async () => (await copied()).some(({ subject }) => subject === sold.orderId));
  stopping.abort();
  expect((await following).code).toBe(0);
  proxy.close();
});

it('takes webhooks: what is next, what was missed meanwhile, and nothing that is not signed', async () => {
  const { privateKey, publicKey } = generateKeyPair();
  const stopping = new AbortController();
  const port = await freePort();
  const listening = run(stopping.signal, ...ofFeed(), '--listen', String(port), '--webhook-key', publicKey);
  const post = async (event: CloudEvent, key = privateKey): Promise<number> => {
    const body = Buffer.from(JSON.stringify(event));
    const headers = sign({ id: event.id, at: new Date(), body }, [key]);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
    return answer.status;
  };
  const there = async (): Promise<number> => (await copied()).length;
  await until(async () => (await there()) > 0 && (await fetch(`http://127.0.0.1:${port}/`).then(Boolean, () => false)));
  const before = await there();
  await t.sell();
  const all = await feed();
  expect(await post(all[before]!, generateKeyPair().privateKey)).toBe(401);
  expect(await there()).toBe(before);
  expect(await post(all[before]!)).toBe(204);
  expect(await there()).toBe(before + 1);
  expect(await post(all[before]!)).toBe(204);
  expect(await post(all.at(-1)!)).toBe(204);
  expect(await copied()).toEqual(all);
  stopping.abort();
  expect((await listening).code).toBe(0);
  expect((await verified()).code).toBe(0);
});

it('says in both languages what it was not told', async () => {
  for (const args of [[], ['--url', 'x'], ['--listen', '80'], ['--verify'], ['--nonsense']]) {
    const { code, text } = await run(new AbortController().signal, ...args);
    expect([code, text]).toEqual([2, expect.stringMatching(/用法 \/ usage/)]);
  }
});
