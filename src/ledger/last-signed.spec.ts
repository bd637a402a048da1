import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatCheckpoint, type Checkpoint } from '@app/tlog';
import { LastSigned } from './last-signed.js';
import { MovedOn } from './log-signer.js';

const tree = (size: number): Checkpoint => ({ origin: 'log.example/demo', size, root: Buffer.alloc(32, size) });
let dir: string;
let folder: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'databourse-signed-'));
  folder = join(dir, 'signer');
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const open = (): LastSigned => new LastSigned(folder, join(dir, 'last-signed'));

it('remembers the newest, in any process, and keeps no more than it needs', async () => {
  expect(await open().read()).toBeUndefined();
  for (let size = 1; size <= 20; size += 1) await open().replace(await open().read(), tree(size));
  expect((await open().read())?.checkpoint).toEqual(tree(20));
  expect(await readdir(folder)).toEqual(['000000000019', '000000000020']);
});

it('lets one of those win that go on from the same', async () => {
  await open().replace(undefined, tree(1));
  const seen = await open().read();
  const outcomes = await Promise.allSettled([2, 3, 4, 5, 6].map((size) => open().replace(seen, tree(size))));
  const won = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [i + 2] : []));
  expect(won).toHaveLength(1);
  expect((await open().read())?.checkpoint.size).toBe(won[0]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(MovedOn);
});

it('lets nobody who slept take it back, not even into a place that was used and removed', async () => {
  await open().replace(undefined, tree(1));
  const seen = await open().read();
  for (let size = 2; size <= 9; size += 1) await open().replace(await open().read(), tree(size));
  await expect(open().replace(seen, tree(2))).rejects.toThrow(MovedOn);
  expect((await open().read())?.checkpoint.size).toBe(9);
  await open().replace(await open().read(), tree(10));
  expect(await readdir(folder)).toEqual(['000000000009', '000000000010']);
});

it('goes on from the one file in which it was kept before, and past what a crash left', async () => {
  await writeFile(join(dir, 'last-signed'), formatCheckpoint(tree(7)));
  expect(await open().read()).toEqual({ place: 0, checkpoint: tree(7) });
  await open().replace(await open().read(), tree(8));
  expect(await readdir(dir)).toEqual(['signer']);
  await writeFile(join(folder, '.draft-000000'), 'half');
  expect((await open().read())?.checkpoint).toEqual(tree(8));
});

it('does not take damage for forgetting', async () => {
  await open().replace(undefined, tree(1));
  await writeFile(join(folder, '000000000001'), 'x');
  await expect(open().read()).rejects.toThrow();
  await writeFile(join(folder, '000000000001'), '');
  await expect(open().read()).rejects.toThrow();
});
