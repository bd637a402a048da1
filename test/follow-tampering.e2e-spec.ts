import { createHash } from 'node:crypto';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays } from '@app/calendar';
import { FEED_MANIFEST_TYP, FeedManifestStatement, type CloudEvent } from '@app/sdk';
import { canonicalJson, LocalKey } from '@app/signing';
import { generateNoteKey, parseCheckpoint, parseSkey, signCheckpoint, splitNote } from '@app/tlog';
import { follow } from '../scripts/follow.js';
import { scratch, startExchange, type Exchange } from './support/exchange.js';
import { startTampering, type Tampering } from './support/tampering.js';

/** What the sample consumer says of what somebody altered on the way. */
let t: Exchange;
let proxy: Tampering;
let dir: string;
beforeAll(async () => {
  t = await startExchange();
  await t.sell();
  await t.sell();
  await t.nextDay();
  await t.sell();
  await t.nextDay();
  await t.sell();
});
afterAll(() => t.close());
beforeEach(async () => {
  [proxy, dir] = [await startTampering(t.origin), await scratch()];
});
afterEach(async () => {
  proxy.close();
  await rm(dir, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number; text: string }> {
  let text = '';
  const terminal = { write: (chunk: string) => void (text += chunk) };
  const given = args.includes('--verify') ? [] : ['--url', proxy.url, '--credentials', t.credentials];
  const code = await follow([...given, '--dir', dir, ...args], {}, terminal, AbortSignal.timeout(60_000));
  return { code, text };
}
const once = () => run('--once');

it('has nothing to say of what nobody altered', async () => {
  const { code, text } = await once();
  expect(text).toMatch(/complete: \d+ events/);
  expect([code, text.match(/manifest/g)?.length]).toEqual([0, 2]);
  expect(await run('--verify')).toMatchObject({
    code: 0,
    text: expect.stringMatching(/verified: \d+ events.*2 manifests/),
  });
  expect((await once()).text).toMatch(/complete/);
});

type Alter = (events: CloudEvent[]) => CloudEvent[];
const at = (events: CloudEvent[], position: number): CloudEvent => events[position - 1]!;
const changed = (change: (event: CloudEvent) => CloudEvent): Alter => {
  return (events) => events.map((event) => (event.position === '5' ? change(event) : event));
};
const renumbered: Alter = (events) => events.map((event, i) => ({ ...event, position: String(i + 1) }));
const withLeaf = (event: CloudEvent, leaf: object | string): CloudEvent => {
  const text = typeof leaf === 'string' ? leaf : canonicalJson(leaf);
  return { ...event, data: { ...event.data, leaf: Buffer.from(text).toString('base64') } };
};
const leafOf = ({ data }: CloudEvent): Record<string, unknown> =>
  JSON.parse(Buffer.from(data.leaf, 'base64').toString()) as Record<string, unknown>;

const alterations: readonly [name: string, alter: Alter, said: RegExp][] = [
  [
    'an event that is missing',
    (all) => all.filter(({ position }) => position !== '5'),
    /\[gap\].*missing: position 5$/m,
  ],
  [
    'some that are missing',
    (all) => all.filter(({ position }) => !'567'.includes(position)),
    /missing: position 5–7$/m,
  ],
  ['the end that is missing', (all) => all.slice(0, 9), /missing: position 10–\d+, which the manifest of/],
  ['two that are swapped', (all) => all.with(4, at(all, 6)).with(5, at(all, 5)), /\[order\].*position 5 came after 6/],
  [
    'two that are swapped and renumbered',
    (all) => renumbered(all.with(4, at(all, 6)).with(5, at(all, 5))),
    /\[order\].*position 6 is leaf \d+, although the position before is leaf \d+/,
  ],
  [
    'one that comes again as another',
    (all) => renumbered(all.toSpliced(5, 0, at(all, 5))),
    /\[order\].*position 6 is leaf/,
  ],
  [
    'one that is replaced when it comes again',
    (all) => all.toSpliced(5, 0, { ...at(all, 4), position: '5' }),
    /\[changed\].*position 5 came again as another event/,
  ],
  [
    'one byte of a payload',
    changed((event) => ({ ...event, data: { ...event.data, payload: { ...event.data.payload, reason: 'x' } } })),
    /\[payload\].*position 5: the payload is not what its digest says/,
  ],
  [
    'a payload that is kept back in part',
    changed((event) => ({ ...event, data: { ...event.data, payload: null } })),
    /\[payload\].*position 5/,
  ],
  [
    'one byte of a leaf',
    changed((event) => withLeaf(event, canonicalJson(leafOf(event)).replace('"v":1', '"v":2'))),
    /\[leaf\].*position 5: leaf \d+ of the log is another one/,
  ],
  ['a leaf that is no JSON', changed((event) => withLeaf(event, '{')), /\[leaf\].*position 5: the leaf is not JSON/],
  [
    'an envelope that says something else than its leaf',
    changed((event) => ({ ...event, data: { ...event.data, actor: 'per_other' } })),
    /\[leaf\].*position 5: leaf and envelope differ in actor/,
  ],
  [
    'leaf and envelope that agree on a lie',
    changed((event) => ({
      ...withLeaf(event, { ...leafOf(event), actor: 'per_other' }),
      data: { ...withLeaf(event, { ...leafOf(event), actor: 'per_other' }).data, actor: 'per_other' },
    })),
    /\[leaf\].*position 5: leaf \d+ of the log is another one/,
  ],
  ['what is no event', changed(() => ({}) as CloudEvent), /\[malformed\].*not an event/],
];
it.each(alterations)('names %s', async (name, alter, said) => {
  proxy.events = (events) => (events.length > 1 ? alter(events) : events);
  const { code, text } = await once();
  expect(text).toMatch(said);
  expect(text).toMatch(/\p{Script=Han}/u);
  expect(code).toBe(1);
  proxy.events = (events) => events;
  const after = await once();
  expect(after.text).toMatch(believed.includes(name) ? /\[(leaf|changed)\]/ : /^complete/m);
  expect(after.code).toBe(believed.includes(name) ? 1 : 0);
});
/** What only the log contradicts, or the next event, is in the copy by then: it is named each time, and stays as evidence. */
const believed = ['two that are swapped and renumbered', 'one byte of a leaf', 'leaf and envelope that agree on a lie'];

it('names it on the stream as well', async () => {
  await once();
  proxy.events = (events) => events.filter(({ type }) => type !== 'trading.order-contracted.v1');
  const following = run();
  while (!proxy.paths.includes('/v1/feed/stream')) await new Promise((resolve) => setTimeout(resolve, 5));
  await t.sell();
  await t.sell();
  const { code, text } = await following;
  expect([code, text]).toEqual([1, expect.stringMatching(/\[gap\].*missing: position \d+$/m)]);
});

it('drops what is repeated, and says so', async () => {
  proxy.events = (events) => events.flatMap((event) => (event.position === '5' ? [event, event] : [event]));
  const { code, text } = await once();
  expect([code, text]).toEqual([0, expect.stringContaining('dropped: 1')]);
  expect((await run('--verify')).code).toBe(0);
});

describe('names of the log', () => {
  it('a checkpoint of another log', async () => {
    await once();
    const { skey } = generateNoteKey('elsewhere.example/log');
    proxy.checkpoint = (note) => {
      const head = parseCheckpoint(splitNote(note).text);
      return signCheckpoint({ ...head, origin: 'elsewhere.example/log' }, [parseSkey(skey)]);
    };
    await t.sell();
    expect(await once()).toMatchObject({
      code: 1,
      text: expect.stringMatching(/\[checkpoint\].*no signature by a known key/),
    });
  });

  it('a checkpoint that is older than what was seen', async () => {
    let first: string | undefined;
    proxy.checkpoint = (note) => (first ??= note);
    await once();
    proxy.checkpoint = (note) => note;
    await t.sell();
    await once();
    await t.sell();
    proxy.checkpoint = () => first!;
    expect(await once()).toMatchObject({ code: 1, text: expect.stringContaining('the log is shorter than it was') });
  });

  it('a tile that is not of the tree', async () => {
    proxy.tile = (bytes) => Buffer.from(bytes.with(3, bytes[3]! ^ 1));
    expect(await once()).toMatchObject({ code: 1, text: expect.stringContaining('[checkpoint]') });
    proxy.tile = (bytes) => bytes;
    expect((await once()).code).toBe(0);
  });
});

describe('names of a manifest', () => {
  type View = Parameters<Tampering['manifest']>[0];
  it.each<[string, (manifest: View) => object, RegExp]>([
    ['another root', () => ({ root: '0'.repeat(64) }), /something else than what was signed/],
    ['another count', ({ count }) => ({ count: count + 1 }), /something else than what was signed/],
    ['another signature', ({ jws }) => ({ jws: `${jws.slice(0, -4)}AAAA` }), /signature is not valid/],
    ['another digest', () => ({ digest: '0'.repeat(64) }), /its digest is wrong/],
  ])('%s', async (_, change, said) => {
    proxy.manifest = (manifest) => ({ ...manifest, ...change(manifest) });
    const { code, text } = await once();
    expect([code, text]).toEqual([1, expect.stringMatching(/\[manifest\].*the manifest of \d{4}-/)]);
    expect(text).toMatch(said);
  });

  it.each<[string, (manifest: View) => Partial<FeedManifestStatement>, RegExp]>([
    ['another root', () => ({ root: '0'.repeat(64) }), /its root is not the one of the copy/],
    ['another count', ({ count }) => ({ count: count - 1 }), /count must be \d+/],
    ['another beginning', ({ first }) => ({ first: first + 1 }), /first must be \d+/],
    ['another end', ({ last, count }) => ({ last: last - 1, count: count - 1 }), /its root is not/],
    ['a day left out', ({ date }) => ({ date: addDays(date, 1) }), /date must be \d{4}-/],
    ['another one before', () => ({ previous: '0'.repeat(64) }), /previous must be [0-9a-f]{64}/],
    ['another size of the log', ({ logSize }) => ({ logSize: logSize - 1 }), /does not end with the tree of/],
    ['the checkpoint of another log', () => ({ checkpoint: 'elsewhere.example/log\n1\n\n' }), /\[checkpoint\]/],
  ])('%s, although it is signed', async (_, change, said) => {
    // Both keys are believed at the first use; the first day is as it was.
    const key = await LocalKey.generate('ES256');
    proxy.keys = (set) => ({ keys: [...(set as { keys: object[] }).keys, key.publicJwk] });
    proxy.manifest = async (manifest) => {
      if (manifest.previous === null) return manifest;
      const statement = { ...FeedManifestStatement.strip().parse(manifest), ...change(manifest) };
      const jws = await key.sign(canonicalJson(statement), { typ: FEED_MANIFEST_TYP, kid: key.kid });
      return { ...manifest, ...statement, jws, digest: createHash('sha256').update(jws).digest('hex') };
    };
    const { code, text } = await once();
    expect([code, text]).toEqual([1, expect.stringMatching(said)]);
    expect(text).toMatch(/^清单 \/ manifest  \S+: \d+ .*complete$/m);
  });

  it('one that was replaced later', async () => {
    await once();
    proxy.manifest = (manifest) => ({ ...manifest, digest: '0'.repeat(64) });
    expect((await once()).text).toContain('it is not the one that was there before');
  });
});

describe('finds in a folder, offline', () => {
  const events = async (): Promise<string> => {
    const names = (await readdir(join(dir, 'events'))).toSorted();
    return join(dir, 'events', names[0]!);
  };
  const rewrite = async (path: string, change: (lines: string[]) => string[]): Promise<void> => {
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    await writeFile(
      path,
      change(lines)
        .map((line) => `${line}\n`)
        .join(''),
    );
  };
  const flipped = (line: string): string => line.replace('"actor":"', '"actor":"x');

  it.each<[string, (lines: string[]) => string[], RegExp]>([
    ['a line that is missing', (lines) => lines.toSpliced(4, 1), /\[gap\].*missing: position 5$/m],
    ['a line twice', (lines) => lines.toSpliced(4, 0, lines[4]!), /\[duplicate\].*position 5 stands there already/],
    ['two lines swapped', (lines) => lines.with(4, lines[5]!).with(5, lines[4]!), /\[gap\].*missing: position 5/],
    ['a changed byte', (lines) => lines.with(4, flipped(lines[4]!)), /\[leaf\].*position 5/],
    ['half a line', (lines) => lines.with(4, lines[4]!.slice(0, 50)), /\[malformed\]/],
  ])('%s', async (_, change, said) => {
    await once();
    await rewrite(await events(), change);
    expect(await run('--verify')).toMatchObject({ code: 1, text: expect.stringMatching(said) });
  });

  it('an end that is missing, a tile, a checkpoint, a manifest', async () => {
    await once();
    const fine = join(`${dir}-fine`);
    await cp(dir, fine, { recursive: true });
    const tile = (await readdir(join(dir, 'log/tile/0'), { recursive: true })).find((name) => /\d$/.test(name))!;
    const manifest = join('manifests', (await readdir(join(dir, 'manifests')))[0]!);
    const damages: [string, (path: string) => Promise<void>, RegExp][] = [
      ['events', async () => rm(await lastOf('events')), /\[gap\].*missing: position \d+/],
      [join('log/tile/0', tile), (path) => writeFile(path, Buffer.alloc(32)), /\[checkpoint\]/],
      [join('log/tile/0', tile), (path) => rm(path), /\[checkpoint\].*missing/],
      ['log/checkpoint', (path) => rewrite(path, (lines) => lines.with(1, '7')), /\[checkpoint\].*bad signature/],
      [
        manifest,
        (path) => rewrite(path, ([line]) => [line!.replace(/"root":"./, '"root":"g')]),
        /\[manifest\].*signature is not valid/,
      ],
    ];
    for (const [path, damage, said] of damages) {
      await rm(dir, { recursive: true });
      await cp(fine, dir, { recursive: true });
      await damage(join(dir, path));
      expect(await run('--verify')).toMatchObject({ code: 1, text: expect.stringMatching(said) });
    }
    await rm(fine, { recursive: true });
  });
  const lastOf = async (folder: string): Promise<string> =>
    join(dir, folder, (await readdir(join(dir, folder))).toSorted().at(-1)!);
});
