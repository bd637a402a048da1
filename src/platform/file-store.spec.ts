import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, open as openFile, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import { startBucket, type Bucket } from '../../test/support/bucket.js';
import { readConfig } from './config.js';
import { DiskFileStore } from './disk-file-store.js';
import { openFileStore, type FileStore } from './file-store.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const limit = 1_000_000;
const refusal = (code: string) => expect.objectContaining({ code });
const filesBelow = async (root: string) =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

let home: string;
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'files-'))));
afterEach(() => rm(home, { recursive: true, force: true }));

/** What holds wherever the bytes are kept. */
function keepsItsPromises(open: () => Promise<FileStore>) {
  it('gives back what was put, whole, in part and as a local file', async () => {
    const store = await open();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), async (chunks) => {
        const bytes = Buffer.concat(chunks);
        const stored = await store.put(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), { limit });
        expect(stored).toEqual({ sha256: sha256(bytes), bytes: bytes.length });
        expect(await store.has(stored.sha256)).toBe(true);
        expect(await buffer(await store.open(stored.sha256))).toEqual(bytes);
        expect(await readFile(await store.path(stored.sha256))).toEqual(bytes);
        if (bytes.length < 3) return;
        expect(await buffer(await store.open(stored.sha256, { start: 1, end: 2 }))).toEqual(bytes.subarray(1, 3));
        expect(await buffer(await store.open(stored.sha256, { start: 2 }))).toEqual(bytes.subarray(2));
        expect(await buffer(await store.open(stored.sha256, { end: 0 }))).toEqual(bytes.subarray(0, 1));
      }),
      { numRuns: 30 },
    );
  });

  it('accepts the limit, and refuses one byte more without reading on', async () => {
    const store = await open();
    expect(await store.put(Readable.from([Buffer.alloc(10)]), { limit: 10 })).toMatchObject({ bytes: 10 });
    let chunksRead = 0;
    const endless = Readable.from(
      (function* () {
        for (; chunksRead < 1000; chunksRead++) yield Buffer.alloc(6);
      })(),
      { highWaterMark: 1 },
    );
    await expect(store.put(endless, { limit: 11 })).rejects.toEqual(refusal('too-large'));
    expect(endless.destroyed).toBe(true);
    expect(chunksRead).toBeLessThan(10);
    expect(await filesBelow(home)).toHaveLength(1);
  });

  it('keeps nothing of an upload that breaks off', async () => {
    const store = await open();
    const failing = new PassThrough();
    failing.write('half');
    setImmediate(() => failing.destroy(new Error('connection reset')));
    await expect(store.put(failing, { limit })).rejects.toEqual(refusal('upload-broken'));
    const closing = new PassThrough();
    closing.write('half');
    setImmediate(() => closing.destroy());
    await expect(store.put(closing, { limit })).rejects.toEqual(refusal('upload-broken'));
    expect(await filesBelow(home)).toEqual([]);
  });

  it.each(['../../etc/passwd', '', 'A'.repeat(64), `${'a'.repeat(64)}/..`])('knows no file %j', async (name) => {
    const store = await open();
    await expect(store.open(name)).rejects.toEqual(refusal('not-found'));
    await expect(store.path(name)).rejects.toEqual(refusal('not-found'));
  });

  it('knows no file that was never put', async () => {
    const store = await open();
    const name = sha256(randomBytes(8));
    expect(await store.has(name)).toBe(false);
    await expect(store.open(name)).rejects.toEqual(refusal('not-found'));
    await expect(store.path(name)).rejects.toEqual(refusal('not-found'));
  });
}

describe('the file store on disk', () => {
  const open = () => openFileStore(readConfig({ DATA_DIR: home }));
  const drafts = () => join(home, 'files/tmp');
  keepsItsPromises(open);

  it('keeps the same bytes once, however many put them at the same time', async () => {
    const store = await open();
    const bytes = randomBytes(100_000);
    const stored = await Promise.all(Array.from({ length: 8 }, () => store.put(Readable.from([bytes]), { limit })));
    expect(new Set(stored.map((one) => one.sha256))).toEqual(new Set([sha256(bytes)]));
    expect(await filesBelow(home)).toEqual([sha256(bytes).slice(2)]);
    expect((await stat(await store.path(sha256(bytes)))).mode & 0o077).toBe(0);
  });

  it('keeps nothing when the sender of an HTTP upload hangs up', async () => {
    const store = await open();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = request({ port, method: 'PUT', headers: { 'content-length': 1000 } }).on('error', () => undefined);
    client.write('half');
    const [incoming] = (await once(server, 'request')) as [IncomingMessage];
    const put = store.put(incoming, { limit });
    client.destroy();
    await expect(put).rejects.toEqual(refusal('upload-broken'));
    expect(await filesBelow(home)).toEqual([]);
    server.close();
  });

  it('takes an HTTP upload, and lets the sender of a far too large one read the refusal', async () => {
    const store = await open();
    const server = createServer((incoming, response) => {
      store.put(incoming, { limit }).then(
        () => response.writeHead(201).end(),
        () => response.writeHead(413).end(),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const statusOf = async (chunks: number) => {
      const client = request({ port, method: 'PUT' });
      const answered = once(client, 'response') as Promise<[IncomingMessage]>;
      await pipeline(Readable.from(Array.from({ length: chunks }, () => Buffer.alloc(100_000))), client);
      return (await answered)[0].statusCode;
    };
    expect([await statusOf(10), await statusOf(200)]).toEqual([201, 413]);
    expect(await filesBelow(home)).toHaveLength(1);
    server.closeAllConnections();
    server.close();
  });

  it('removes at the start what a crash left, and nothing that is in work', async () => {
    const store = await open();
    const host = encodeURIComponent(hostname());
    const gone = 4_194_305; // Beyond the largest process number of Linux.
    const abandoned = [`${host}~${gone}~a~1`, `${host}~${process.pid}~earlier-life~1`, 'elsewhere~1~a~1'];
    const inWork = [`${host}~${process.ppid}~a~1`, 'elsewhere~1~a~2'];
    for (const name of [...abandoned, ...inWork]) await writeFile(join(drafts(), name), 'half');
    const longAgo = new Date(Date.now() - 25 * 3_600_000);
    await utimes(join(drafts(), 'elsewhere~1~a~1'), longAgo, longAgo);
    const upload = new PassThrough();
    const put = store.put(upload, { limit });
    upload.write('first half, ');
    while ((await readdir(drafts())).length < 6) await new Promise(setImmediate);
    await open();
    expect((await readdir(drafts())).filter((name) => abandoned.includes(name))).toEqual([]);
    expect(await readdir(drafts())).toEqual(expect.arrayContaining(inWork));
    upload.end('second half');
    expect((await put).bytes).toBe(23);
  });

  it('answers that the storage is not available when the disk refuses', async () => {
    const store = await DiskFileStore.at(home);
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const file = await openFile(home);
    const handle = Object.getPrototypeOf(file) as typeof file;
    await file.close();
    const sync = jest.spyOn(handle, 'sync').mockRejectedValueOnce(full);
    await expect(store.put(Readable.from([Buffer.from('x')]), { limit })).rejects.toEqual(
      refusal('storage-unavailable'),
    );
    expect(await filesBelow(home)).toEqual([]);
    sync.mockRestore();
  });

  it('as a cache forgets what was not used for longest, but not what was just used', async () => {
    const store = await DiskFileStore.at(home);
    const put = async (text: string, ageMs: number) => {
      const { sha256: name } = await store.put(Readable.from([Buffer.from(text)]), { limit });
      const usedAt = new Date(Date.now() - ageMs);
      await utimes(await store.path(name), usedAt, usedAt);
      return name;
    };
    const [oldest, touched, old, fresh] = [
      await put('aaaa', 9e6),
      await put('bbbb', 8e6),
      await put('cccc', 7e6),
      await put('dddd', 0),
    ];
    await store.touch(touched);
    await store.trim(12, 60_000);
    expect(await Promise.all([oldest, touched, old, fresh].map((name) => store.has(name)))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    await store.trim(0, 60_000);
    expect(await Promise.all([touched, old, fresh].map((name) => store.has(name)))).toEqual([true, false, true]);
  });
});

describe('the file store on S3', () => {
  let bucket: Bucket;

  beforeAll(async () => {
    bucket = await startBucket();
    Logger.overrideLogger(false);
  });
  afterAll(() => {
    Logger.overrideLogger(['log', 'error', 'warn']);
    bucket.close();
  });
  beforeEach(() => bucket.reset());

  const open = (secret = bucket.env.S3_SECRET_ACCESS_KEY) =>
    openFileStore(readConfig({ DATA_DIR: home, ...bucket.env, S3_SECRET_ACCESS_KEY: secret }));
  const forgetCache = () =>
    rm(join(home, 'cache'), { recursive: true }).then(() => mkdir(join(home, 'cache/tmp'), { recursive: true }));
  keepsItsPromises(() => open());

  it('uploads the same bytes once, under their hash', async () => {
    const store = await open();
    const bytes = randomBytes(300_000);
    for (let round = 0; round < 3; round++) await store.put(Readable.from([bytes]), { limit });
    const name = sha256(bytes);
    expect([...bucket.objects.keys()]).toEqual([`/bucket/${name.slice(0, 2)}/${name.slice(2)}`]);
    expect(bucket.puts).toBe(1);
  });

  it('fetches a local file when it has none, and believes only the right bytes', async () => {
    const store = await open();
    const { sha256: name } = await store.put(Readable.from([Buffer.from('honest')]), { limit });
    await forgetCache();
    expect(await readFile(await store.path(name), 'utf8')).toBe('honest');
    await forgetCache();
    for (const key of bucket.objects.keys()) bucket.objects.set(key, Buffer.from('forged'));
    await expect(store.path(name)).rejects.toThrow(/has the bytes of/);
    expect(await filesBelow(home)).toEqual([]);
  });

  it('keeps nothing, and says so, when the bucket fails', async () => {
    const store = await open();
    bucket.outage = 503;
    await expect(store.put(Readable.from([Buffer.from('x')]), { limit })).rejects.toEqual(
      refusal('storage-unavailable'),
    );
    expect(await filesBelow(home)).toEqual([]);
    bucket.outage = undefined;
    expect(await store.put(Readable.from([Buffer.from('x')]), { limit })).toMatchObject({ bytes: 1 });
  });

  it('takes a wrong secret for the misconfiguration it is', async () => {
    const store = await open('not the secret');
    await expect(store.put(Readable.from([Buffer.from('x')]), { limit })).rejects.toMatchObject({ status: 403 });
  });
});
