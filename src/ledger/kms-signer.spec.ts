import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  emptyLog,
  formatCheckpoint,
  formatVkey,
  integrate,
  parseVkey,
  Tree,
  leafHash,
  type Checkpoint,
} from '@app/tlog';
import { startSimulatedKms, type SimulatedKms } from '../../scripts/simulated-kms.js';
import { KmsSigner } from './kms-signer.js';
import { MovedOn, SigningRefused } from './log-signer.js';

const TOKEN = 'token-of-the-simulated-kms';
const GOOD = JSON.stringify({ publicKey: Buffer.alloc(32).toString('base64') });
const ORIGIN = 'log.example/demo';
const entries = ['one', 'two', 'three', 'four'].map((text) => Buffer.from(text));
const tree = (size: number): Checkpoint => ({
  origin: ORIGIN,
  size,
  root: integrate(emptyLog(), entries.slice(0, size)).root,
});
/** RFC 6962, section 2.1.2: from 2 leaves to 4 the root of the other two is the whole proof. */
const twoToFour = [
  ((): Buffer => {
    const right = new Tree();
    for (const entry of entries.slice(2)) right.append(leafHash(entry));
    return right.root;
  })(),
];

describe('the simulated KMS', () => {
  let dir: string;
  let kms: SimulatedKms;
  let signer: KmsSigner;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'databourse-kms-'));
    kms = await startSimulatedKms(dir, TOKEN);
    signer = new KmsSigner(kms.url, TOKEN);
    await signer.sign({ checkpoint: tree(2), keys: [1], from: 0, proof: [] });
  });
  afterEach(async () => {
    await kms.stop();
    await rm(dir, { recursive: true, force: true });
  });

  it('signs with each of the keys, and again what it signed last', async () => {
    for (const from of [2, 4]) {
      const proof = from === 2 ? twoToFour : [];
      const signatures = await signer.sign({ checkpoint: tree(4), keys: [1, 2], from, proof });
      for (const [i, signature] of signatures.entries()) {
        const key = parseVkey(formatVkey(ORIGIN, await signer.publicKey(i + 1)));
        expect(key.verify(formatCheckpoint(tree(4)), signature)).toBe(true);
      }
    }
    expect(await signer.lastSigned(ORIGIN)).toEqual(tree(4));
  });

  it.each([
    ['a smaller tree', { checkpoint: tree(1), from: 2, proof: [] }, SigningRefused],
    [
      'another tree of the size',
      { checkpoint: { ...tree(2), root: tree(3).root }, from: 2, proof: [] },
      SigningRefused,
    ],
    ['a longer tree without its proof', { checkpoint: tree(4), from: 2, proof: [] }, SigningRefused],
    [
      'a longer tree with another past',
      { checkpoint: { ...tree(4), root: tree(3).root }, from: 2, proof: twoToFour },
      SigningRefused,
    ],
    ['another log', { checkpoint: { ...tree(2), origin: 'other.example/log' }, from: 2, proof: [] }, SigningRefused],
    ['what goes on from nothing', { checkpoint: tree(4), from: 0, proof: [] }, MovedOn],
    ['what goes on from another tree', { checkpoint: tree(4), from: 3, proof: [] }, MovedOn],
  ] as const)('does not sign %s', async (_, request, why) => {
    await expect(signer.sign({ ...request, keys: [1] })).rejects.toThrow(why);
    expect(await signer.lastSigned(ORIGIN)).toEqual(tree(2));
  });

  it('remembers after a restart, and knows only who has the token', async () => {
    const { port } = new URL(kms.url);
    const key = await signer.publicKey(1);
    await kms.stop();
    await expect(signer.publicKey(1)).rejects.toThrow('ledger/signer-unavailable');
    kms = await startSimulatedKms(dir, TOKEN, Number(port));
    expect(await signer.publicKey(1)).toEqual(key);
    expect(await signer.lastSigned(ORIGIN)).toEqual(tree(2));
    await expect(new KmsSigner(kms.url, `${TOKEN}x`).publicKey(1)).rejects.toThrow('HTTP 401');
  });

  it('answers bad requests and goes on', async () => {
    const post = (path: string, body: string) =>
      fetch(`${kms.url}/${path}`, { method: 'POST', body, headers: { authorization: `Bearer ${TOKEN}` } });
    for (const body of ['', '{', '[]', '{"generation":0}', '{"generation":1,"x":1}', '\u0000', '"x"'.repeat(1 << 16)])
      for (const path of ['public-key', 'last-signed', 'sign'])
        expect([path, body.slice(0, 20), (await post(path, body)).status]).toEqual([path, body.slice(0, 20), 400]);
    const sign = { checkpoint: 'x\n1\nAA==\n', keys: [1], from: 0, proof: [] };
    expect((await post('sign', JSON.stringify(sign))).status).toBe(400);
    expect((await post('other', '{}')).status).toBe(404);
    expect((await fetch(kms.url)).status).toBe(401);
    expect(await signer.publicKey(1)).toHaveLength(32);
  });
});

it.each([
  ['a redirect', 302, '', { location: '/good' }],
  ['too much', 200, `${GOOD}${' '.repeat(70_000)}`, {}],
  ['no JSON', 200, 'ok', {}],
  ['another answer', 200, '{"publicKey":"AAAA"}', {}],
  ['a failure', 500, '{}', {}],
])('a KMS that answers with %s is not believed', async (_, status, body, headers) => {
  const server = createServer(({ url }, response) =>
    url === '/good' ? response.end(GOOD) : response.writeHead(status, headers).end(body),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const signer = new KmsSigner(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, TOKEN);
  const outcome = await signer.publicKey(1).catch((error: unknown) => error);
  await stop(server);
  expect(String(outcome)).toContain('ledger/signer-unavailable');
});

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
