import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import {
  generateKeyPair,
  generateSecret,
  KeyError,
  publicKeyOf,
  sign,
  verify,
  WebhookRefused,
  type WebhookFault,
} from './index.js';

const AT = new Date(1_614_265_330_000);
const MESSAGE = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: AT, body: Buffer.from('{"test": 2432232314}') };

const refusal = (work: () => unknown): WebhookFault | undefined => {
  try {
    work();
  } catch (error) {
    if (error instanceof WebhookRefused) return error.fault;
    throw error;
  }
  return undefined;
};

describe('the vectors of the libraries of the specification', () => {
  it.each([
    ['v1', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    [
      'v1a',
      'whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=',
      'v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==',
    ],
  ])('%s', (scheme, key, signature) => {
    const headers = sign(MESSAGE, [key]);
    expect(headers).toEqual({
      'webhook-id': MESSAGE.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    });
    const known = scheme === 'v1' ? key : publicKeyOf(key);
    expect(verify(MESSAGE.body, headers, [known], { now: AT })).toEqual({ id: MESSAGE.id, sentAt: AT });
  });

  it('agree with the library of the specification, both ways', () => {
    const ascii = fc.string({ unit: 'grapheme', maxLength: 200 });
    fc.assert(
      fc.property(ascii, fc.uuid(), (body, id) => {
        const [secret, at] = [generateSecret(), new Date()];
        const theirs = new Webhook(secret);
        const headers = sign({ id, at, body: Buffer.from(body) }, [secret]);
        expect(headers['webhook-signature']).toBe(theirs.sign(id, at, body));
        theirs.verify(body, headers, { jsonParse: false });
        const signed = { ...headers, 'webhook-signature': theirs.sign(id, at, body) };
        expect(verify(Buffer.from(body), signed, [secret]).id).toBe(id);
      }),
    );
  });
});

describe('a signature', () => {
  const pair = generateKeyPair();
  const keys = { v1: generateSecret(), v1a: pair.privateKey };
  const known = { v1: keys.v1, v1a: pair.publicKey };

  it.each(['v1', 'v1a'] as const)('%s holds for what was signed and for nothing else', (scheme) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.uuid(),
        fc.nat(),
        fc.nat(7),
        (bytes, id, n, bit) => {
          const body = Buffer.from(bytes);
          const headers = sign({ id, at: AT, body }, [keys[scheme]]);
          const check = (altered: Buffer, changed: object = {}): string | undefined =>
            refusal(() => verify(altered, { ...headers, ...changed }, [known[scheme]], { now: AT }));
          expect(check(body)).toBeUndefined();
          const flipped = Buffer.from(body);
          flipped[n % body.length]! ^= 1 << bit;
          expect(check(flipped)).toBe('signature-wrong');
          expect(check(body.subarray(1))).toBe('signature-wrong');
          expect(check(body, { 'webhook-id': `${id}0` })).toBe('signature-wrong');
          expect(check(body, { 'webhook-timestamp': '1614265331' })).toBe('signature-wrong');
          const [version, base64] = headers['webhook-signature'].split(',');
          const signature = Buffer.from(base64!, 'base64');
          signature[n % signature.length]! ^= 1 << bit;
          expect(check(body, { 'webhook-signature': `${version},${signature.toString('base64')}` })).toBe(
            'signature-wrong',
          );
        },
      ),
    );
  });

  it('by the old and the new key serves those who know one of them, in any mixture of schemes', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('v1', 'v1a'), { minLength: 1, maxLength: 4 }), fc.nat(), (schemes, n) => {
        const made = schemes.map((scheme) =>
          scheme === 'v1' ? { own: generateSecret(), other: undefined } : { own: undefined, ...generateKeyPair() },
        );
        const signing = made.map((key) => ('privateKey' in key ? key.privateKey : key.own));
        const verifying = made.map((key) => ('publicKey' in key ? key.publicKey : key.own));
        const headers = sign(MESSAGE, signing);
        expect(headers['webhook-signature'].split(' ')).toHaveLength(schemes.length);
        const one = verifying[n % verifying.length]!;
        expect(verify(MESSAGE.body, headers, [one], { now: AT }).id).toBe(MESSAGE.id);
        expect(verify(MESSAGE.body, headers, [generateSecret(), one], { now: AT }).id).toBe(MESSAGE.id);
        const strangers = [generateSecret(), generateKeyPair().publicKey];
        expect(refusal(() => verify(MESSAGE.body, headers, strangers, { now: AT }))).toBe('signature-wrong');
      }),
      { numRuns: 50 },
    );
  });

  it('counts only in the scheme of the key', () => {
    const headers = sign(MESSAGE, [keys.v1]);
    const renamed = { ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v1a,') };
    for (const key of [keys.v1, pair.publicKey])
      expect(refusal(() => verify(MESSAGE.body, renamed, [key], { now: AT }))).toBe('signature-wrong');
  });

  it.each(['', 'v1', 'v1,', ',', 'v1,!', 'v1a,AAAA', 'v2,AAAA', ' '.repeat(100)])('%j is none', (signature) => {
    const headers = { ...sign(MESSAGE, [keys.v1]), 'webhook-signature': signature };
    expect(refusal(() => verify(MESSAGE.body, headers, Object.values(known), { now: AT }))).toBe('signature-wrong');
  });

  it('is looked for among others that mean nothing here', () => {
    const headers = sign(MESSAGE, [keys.v1]);
    const among = `v1,AAAA v9,BBBB ${headers['webhook-signature']} v1a,CCCC`;
    expect(verify(MESSAGE.body, { ...headers, 'webhook-signature': among }, [keys.v1], { now: AT }).id).toBe(
      MESSAGE.id,
    );
  });

  it.each([
    [300, undefined],
    [301, 'too-old'],
    [-300, undefined],
    [-301, 'too-new'],
  ] as const)('%i s old: %s', (seconds, fault) => {
    const now = new Date(AT.getTime() + seconds * 1000);
    expect(refusal(() => verify(MESSAGE.body, sign(MESSAGE, [keys.v1]), [keys.v1], { now }))).toBe(fault);
  });

  it.each(['', '1614265330.0', ' 1614265330', '01614265330', '-1', '1e9', '9'.repeat(20)])('at %j is refused', (at) => {
    const headers = { ...sign(MESSAGE, [keys.v1]), 'webhook-timestamp': at };
    expect(refusal(() => verify(MESSAGE.body, headers, [keys.v1], { now: AT }))).toBe('timestamp-malformed');
  });

  it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('without %s is refused', (name) => {
    const headers = { ...sign(MESSAGE, [keys.v1]), [name]: undefined };
    expect(refusal(() => verify(MESSAGE.body, headers, [keys.v1], { now: AT }))).toBe('header-missing');
  });

  it.each(['', 'a.b', 'a b', 'ü', 'x'.repeat(256)])('is not made for the id %j', (id) => {
    expect(() => sign({ ...MESSAGE, id }, [keys.v1])).toThrow(RangeError);
  });
});

describe('a key', () => {
  const { privateKey, publicKey } = generateKeyPair();
  const bytes = (n: number): string => Buffer.alloc(n, 7).toString('base64');

  it('may be a seed or a seed with its public half', () => {
    const both = Buffer.concat([privateKey, publicKey].map((key) => Buffer.from(key.slice(5), 'base64')));
    const long = `whsk_${both.toString('base64')}`;
    expect(publicKeyOf(long)).toBe(publicKey);
    expect(sign(MESSAGE, [long])).toEqual(sign(MESSAGE, [privateKey]));
    const strange = Buffer.concat([both.subarray(0, 32), Buffer.from(generateKeyPair().publicKey.slice(5), 'base64')]);
    expect(() => publicKeyOf(`whsk_${strange.toString('base64')}`)).toThrow('do not belong together');
  });

  it.each([24, 32, 64])('secret of %i bytes is taken', (n) => {
    expect(() => sign(MESSAGE, [`whsec_${bytes(n)}`])).not.toThrow();
  });

  it.each([
    '',
    'whsec_',
    bytes(32),
    `whsec_${bytes(23)}`,
    `whsec_${bytes(65)}`,
    `whsk_${bytes(31)}`,
    `whsk_${bytes(33)}`,
    `whpk_${bytes(32)}`,
    `WHSEC_${bytes(32)}`,
    `whsec_${bytes(32)} `,
    `whsec_${bytes(32).replace('B', '-')}`,
    `whsec_${'A'.repeat(42)}B`,
  ])('%j does not sign', (key) => {
    expect(() => sign(MESSAGE, [key])).toThrow(KeyError);
  });

  it('does not show in its error', () => {
    expect(() => sign(MESSAGE, [`whsec_${bytes(23)}`])).toThrow(/^a secret has 24 to 64 bytes, not 23$/);
  });
});
