import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sm2 } from 'sm-crypto-v2';
import { FileKeyStore, HsmKey, keysOf, LocalKey, signCredential, SimulatedHsm, SM2_ALG, suites, verifyCredential } from './index.js'; // prettier-ignore
import { pointOf, pointOfKey, scalarOf, signSm2, sm2Digest, sm3, verifySm2 } from './sm2.js';

const message = Buffer.from('登记凭证 SJ4412026080001');
const dir = mkdtempSync(join(tmpdir(), 'sm2-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const hasOpenssl = (() => {
  try {
    return /^OpenSSL [3-9]/.test(execFileSync('openssl', ['version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
})();
const withOpenssl = hasOpenssl ? it : it.skip;
const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: dir, encoding: 'utf8', stdio: 'pipe' });
const sm2Options = ['-rawin', '-digest', 'sm3', '-pkeyopt', 'distid:1234567812345678'];

function pair() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
  return { privateKey, scalar: scalarOf(privateKey), point: pointOfKey(privateKey) };
}

describe('SM2 with SM3', () => {
  it('digests the example of GB/T 32918.5 annex A.2', () => {
    const point = Buffer.from(
      '09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020' +
        'CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13',
      'hex',
    );
    expect(sm2Digest(Buffer.from('message digest'), point).toString('hex').toUpperCase()).toBe(
      'F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640',
    );
    const signature = Buffer.from(
      '3046022100F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3' +
        '022100B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA',
      'hex',
    );
    expect(verifySm2(Buffer.from('message digest'), signature, point)).toBe(true);
    expect(verifySm2(Buffer.from('message digesT'), signature, point)).toBe(false);
  });

  withOpenssl('is the same to OpenSSL, in both directions', () => {
    const { privateKey, scalar, point } = pair();
    writeFileSync(join(dir, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(join(dir, 'pub.pem'), createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }));
    writeFileSync(join(dir, 'message'), message);
    openssl('pkeyutl', '-sign', '-inkey', 'key.pem', '-in', 'message', '-out', 'theirs', ...sm2Options);
    expect(verifySm2(message, readFileSync(join(dir, 'theirs')), point)).toBe(true);
    writeFileSync(join(dir, 'ours'), signSm2(message, scalar, point));
    const verify = ['pkeyutl', '-verify', '-pubin', '-inkey', 'pub.pem', '-in', 'message', '-sigfile', 'ours'];
    expect(openssl(...verify, ...sm2Options)).toContain('Signature Verified Successfully');
    writeFileSync(join(dir, 'message'), 'another');
    expect(() => openssl(...verify, ...sm2Options)).toThrow();
  });

  it('is another thing than what Node signs: no Z, so refused, and the other way round', () => {
    const { privateKey, scalar, point } = pair();
    const plain = sign('sm3', message, privateKey);
    expect(verifySm2(message, plain, point)).toBe(false);
    expect(verifySm2(message, signSm2(message, scalar, point), point)).toBe(true);
  });

  it('has one form only: neither trailing bytes nor padded numbers', () => {
    const { scalar, point } = pair();
    const good = signSm2(message, scalar, point);
    expect(verifySm2(message, Buffer.concat([good, Buffer.from([0])]), point)).toBe(false);
    const longer = Buffer.concat([Buffer.from([0x30, good[1]! + 1, 2, good[3]! + 1, 0]), good.subarray(4)]);
    expect(verifySm2(message, longer, point)).toBe(false);
    for (const odd of [Buffer.alloc(0), Buffer.alloc(64), Buffer.from('3006020100020100', 'hex')])
      expect(verifySm2(message, odd, point)).toBe(false);
  });

  it('has one form only, whatever numbers it consists of', () => {
    const { scalar, point } = pair();
    const number = (bytes: Buffer) => Buffer.concat([Buffer.from([2, bytes.length]), bytes]);
    const der = (...numbers: Buffer[]) => {
      const inside = Buffer.concat(numbers.map(number));
      return Buffer.concat([Buffer.from([0x30, inside.length]), inside]);
    };
    const zero = Buffer.from([0]);
    const seen = new Set<boolean>();
    while (seen.size < 2) {
      const good = signSm2(message, scalar, point);
      const [r, s] = [good.subarray(4, 4 + good[3]!), good.subarray(6 + good[3]!)];
      expect(der(r, s)).toEqual(good);
      const high = r[0] === 0;
      seen.add(high);
      // Without the zero that keeps it positive, or with one more than that.
      const other = high ? r.subarray(1) : Buffer.concat([zero, r]);
      for (const odd of [
        der(other, s),
        der(s, r),
        der(r),
        der(r, s, s),
        der(Buffer.alloc(0), s),
        der(Buffer.concat([zero, zero, r]), s),
      ])
        // prettier-ignore
        expect(verifySm2(message, odd, point)).toBe(false);
      const longForm = Buffer.concat([Buffer.from([0x30, 0x81, good[1]!]), good.subarray(2)]);
      for (const odd of [longForm, Buffer.concat([Buffer.from([0x31]), good.subarray(1)]), good.subarray(0, -1)])
        expect(verifySm2(message, odd, point)).toBe(false);
      expect(verifySm2(message, good, point)).toBe(true);
    }
  });

  it('refuses a key off the curve', () => {
    const { point } = pair();
    const half = (from: number) => point.subarray(from, from + 32).toString('base64url');
    expect(pointOf({ kty: 'EC', crv: 'SM2', x: half(0), y: half(32) }).equals(point)).toBe(true);
    expect(() => pointOf({ kty: 'EC', crv: 'SM2', x: half(0), y: half(0) })).toThrow('not on curve');
    expect(() => pointOf({ kty: 'EC', crv: 'P-256', x: half(0), y: half(32) })).toThrow('Not an SM2 key');
  });
});

describe('an adapter to a device (domain rule: the key never leaves it)', () => {
  it('verifies what sm-crypto-v2 signed, and refuses what Node signed', async () => {
    const { privateKey, scalar, point } = pair();
    const hsm = new SimulatedHsm();
    const digest = sm2Digest(message, point);
    const publicKey = `04${point.toString('hex')}`;
    const byLibrary = sm2.doSignature(message, scalar.toString('hex'), { hash: true, der: true, publicKey });
    expect(await hsm.verifyDigest(point, digest, Buffer.from(byLibrary, 'hex'))).toBe(true);
    expect(await hsm.verifyDigest(point, digest, sign('sm3', message, privateKey))).toBe(false);
    expect(await hsm.verifyDigest(point, sm3(message), Buffer.from(byLibrary, 'hex'))).toBe(false);
  });

  it('signs credentials that verify by the suite, and gives out no key', async () => {
    const hsm = new SimulatedHsm();
    const key = await HsmKey.open(hsm, 'credential');
    expect((await HsmKey.open(hsm, 'credential')).kid).toBe(key.kid);
    const { payload } = await suites.get(SM2_ALG)!.verify(await key.sign('x', { typ: 't' }), key.publicJwk);
    expect(Buffer.from(payload).toString()).toBe('x');
    expect(JSON.stringify([hsm, key])).not.toMatch(/scalar|"d"/);
    await expect(hsm.signDigest('other', Buffer.alloc(32))).rejects.toThrow('no key');
    await expect(hsm.signDigest('credential', Buffer.alloc(31))).rejects.toThrow('32 bytes');
  });
});

describe('a key of the store', () => {
  it('signs a credential by the national suite; another key of the same store does not verify it', async () => {
    const store = new FileKeyStore(join(dir, 'keys'), 'passphrase');
    const key = await store.active('credential-sm2', SM2_ALG);
    const again = await new FileKeyStore(join(dir, 'keys'), 'passphrase').active('credential-sm2', SM2_ALG);
    expect(again.kid).toBe(key.kid);
    const issuer = 'did:web:registrar.example';
    const jwt = await signCredential(
      {
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        type: ['VerifiableCredential'],
        issuer,
        credentialSubject: { id: 'urn:x:1' },
      },
      again,
    );
    const now = new Date();
    const codes = async (text: string, keys = [key.publicJwk]) =>
      (await verifyCredential(text, { now, resolveKey: keysOf(issuer, { keys }) })).reasons.map(({ code }) => code);
    expect(await codes(jwt)).toEqual([]);
    expect(await codes(jwt, (await store.publicJwks()).keys)).toEqual([]);
    expect(await codes(`${jwt.slice(0, -4)}AAAA`)).toEqual(['SIGNATURE_INVALID']);
    const stranger = (await LocalKey.generate(SM2_ALG)).publicJwk;
    expect(await codes(jwt, [{ ...stranger, kid: key.kid }])).toEqual(['SIGNATURE_INVALID']);
    const es256 = (await LocalKey.generate('ES256')).publicJwk;
    expect(await codes(jwt, [{ ...es256, kid: key.kid }])).toEqual(['ALG_UNSUPPORTED']);
    const crit = await again.sign('{}', { typ: 'vc+jwt', crit: ['b64'] } as never);
    await expect(suites.get(SM2_ALG)!.verify(crit, key.publicJwk)).rejects.toThrow('Not of this suite');
  });

  withOpenssl('is opened by OpenSSL with the passphrase', () => {
    const pem = openssl('pkey', '-in', 'keys/credential-sm2.0001.pem', '-passin', 'pass:passphrase');
    expect(pointOfKey(createPrivateKey(pem)).toString('hex')).toMatch(/^[0-9a-f]{128}$/);
    expect(openssl('pkey', '-in', 'keys/credential-sm2.0001.pem', '-passin', 'pass:passphrase', '-text')).toContain(
      'SM2',
    );
  });
});
