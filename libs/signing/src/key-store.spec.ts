import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { FileKeyStore, KeyStoreError, LocalKey, suites } from './index.js';

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'keys-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));
const open = (passphrase = 'correct horse') => new FileKeyStore(dir, passphrase);

describe('file key store', () => {
  it('makes a key once and finds it again', async () => {
    const first = await open().active('certificate', 'ES256');
    const again = await open().active('certificate', 'ES256');
    expect(again.kid).toBe(first.kid);
    expect(first.kid).toBe(await calculateJwkThumbprint(first.publicJwk));
    const jws = await first.sign('text', { typ: 'test' });
    expect((await suites.get('ES256')!.verify(jws, again.publicJwk)).header).toMatchObject({ alg: 'ES256' });
  });

  it('keeps every key file to its owner, encrypted, without leftovers', async () => {
    const key = await open().active('certificate', 'EdDSA');
    const names = readdirSync(dir);
    expect(names).toEqual(['certificate.0001.pem']);
    const path = join(dir, names[0]!);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('BEGIN ENCRYPTED PRIVATE KEY');
    expect(text).not.toContain('BEGIN PRIVATE KEY');
    // Standard PKCS#8: other software opens it too.
    const encrypted = text.slice(text.indexOf('-----BEGIN ENCRYPTED'));
    const opened = createPrivateKey({ key: encrypted, passphrase: 'correct horse' });
    expect(opened.export({ format: 'jwk' })['x']).toBe(key.publicJwk.x);
  });

  it('refuses a wrong or empty passphrase and a key of another algorithm', async () => {
    await open().active('certificate', 'ES256');
    await expect(open('wrong').active('certificate', 'ES256')).rejects.toThrow(KeyStoreError);
    await expect(open().active('certificate', 'EdDSA')).rejects.toThrow('is a key for ES256');
    expect(() => open('')).toThrow(KeyStoreError);
    await expect(open().active('../certificate', 'ES256')).rejects.toThrow('Not a purpose');
  });

  it('refuses a file whose public half was exchanged', async () => {
    await open().active('a', 'ES256');
    await open().active('b', 'ES256');
    const [a, b] = ['a', 'b'].map((name) => readFileSync(join(dir, `${name}.0001.pem`), 'utf8'));
    const at = (text: string) => text.indexOf('-----BEGIN ENCRYPTED');
    writeFileSync(join(dir, 'a.0001.pem'), b!.slice(0, at(b!)) + a!.slice(at(a!)));
    await expect(open().active('a', 'ES256')).rejects.toThrow('halves do not match');
  });

  it('rotates: the newest signs, all are published, by purpose', async () => {
    const store = open();
    const first = await store.active('certificate', 'ES256');
    const second = await store.rotate('certificate', 'ES256');
    const other = await store.active('log', 'EdDSA');
    expect(second.kid).not.toBe(first.kid);
    expect((await store.active('certificate', 'ES256')).kid).toBe(second.kid);
    expect((await open().publicJwks(['certificate'])).keys).toEqual([first.publicJwk, second.publicJwk]);
    expect((await store.publicJwks()).keys.map(({ kid }) => kid)).toEqual([first.kid, second.kid, other.kid]);
    expect(JSON.stringify(await store.publicJwks())).not.toContain('"d"');
  });

  it('opens or makes the key of a generation', async () => {
    const first = await open().active('log', 'EdDSA');
    const second = await open().generation('log', 2, 'EdDSA');
    expect((await open().generation('log', 1, 'EdDSA')).kid).toBe(first.kid);
    expect((await open().generation('log', 2, 'EdDSA')).kid).toBe(second.kid);
    expect((await open().active('log', 'EdDSA')).kid).toBe(second.kid);
    expect(first.kid).not.toBe(second.kid);
  });

  it('gives everyone the same first key, and the same next one', async () => {
    const stores = Array.from({ length: 8 }, () => open());
    const first = await Promise.all(stores.map((store) => store.active('certificate', 'ES256')));
    expect(new Set(first.map(({ kid }) => kid)).size).toBe(1);
    expect(readdirSync(dir)).toEqual(['certificate.0001.pem']);
    const next = await Promise.all(stores.map((store) => store.rotate('certificate', 'ES256')));
    expect(new Set(next.map(({ kid }) => kid)).size).toBe(1);
  });

  it('makes a document once, the first one made', async () => {
    const late = await open().document('late.crt', async () => {
      await open().document('late.crt', () => 'theirs');
      return 'ours';
    });
    expect(late).toBe('theirs');
    const made = await Promise.all(['one', 'two', 'three'].map((text) => open().document('name.crt', () => text)));
    expect(new Set(made).size).toBe(1);
  });
});

describe('keys', () => {
  it.each(['ES256', 'EdDSA', 'RS256'] as const)(
    'sign and verify by %s, through a private JWK and back',
    async (alg) => {
      const key = await LocalKey.fromJwk(await (await LocalKey.generate(alg)).privateJwk());
      const jws = await key.sign('payload', { typ: 'test', kid: key.kid });
      const { payload } = await suites.get(alg)!.verify(jws, key.publicJwk);
      expect(Buffer.from(payload).toString()).toBe('payload');
      expect(key.publicJwk).toMatchObject({ alg, use: 'sig' });
      const stranger = await LocalKey.generate(alg);
      await expect(suites.get(alg)!.verify(jws, stranger.publicJwk)).rejects.toThrow();
    },
  );

  it('for encryption do not sign', async () => {
    const key = await LocalKey.generate('ECDH-ES+A256KW');
    expect(key.publicJwk.use).toBe('enc');
    await expect(key.sign('x', { typ: 't' })).rejects.toThrow('does not sign');
    expect((await LocalKey.fromJwk(await key.privateJwk())).kid).toBe(key.kid);
  });

  it('of a type not provided for are refused', async () => {
    await expect(LocalKey.fromJwk({ kty: 'oct', k: 'AA' })).rejects.toThrow('Unsupported key');
    await expect(LocalKey.fromJwk({ kty: 'EC', crv: 'P-256', alg: 'EdDSA' })).rejects.toThrow('Unsupported key');
  });
});
