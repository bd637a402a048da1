import { canonicalJson, CONTRACT_SIGNATURE_TYP as typ, JwsRefused, LocalKey, signJws, verifyJws } from './index.js';

const payload = {
  contractHash: 'ab'.repeat(32),
  orderId: 'ord_1',
  party: 'org_1',
  signedAt: '2026-08-15T02:00:00Z',
};
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each(['ES256', 'EdDSA'] as const)('a party’s signature by %s', (alg) => {
  let key: LocalKey;
  let jws: string;
  beforeAll(async () => {
    key = await LocalKey.generate(alg);
    jws = await signJws(payload, await key.privateJwk(), { typ });
  });
  const refused = (text: string, jwk = key.publicJwk) =>
    verifyJws(text, jwk, { typ }).catch((error: JwsRefused) => error.code);
  const withHeader = (header: object) => [encode(header), ...jws.split('.').slice(1)].join('.');

  it('verifies and gives the payload', async () => {
    expect(await verifyJws(jws, key.publicJwk, { typ })).toEqual(payload);
    expect(Buffer.from(jws.split('.')[1]!, 'base64url').toString()).toBe(canonicalJson(payload));
  });

  it('is refused without an algorithm, under another one, or by an algorithm not allowed', async () => {
    expect(await refused(withHeader({ alg: 'none', typ, kid: key.kid }))).toBe('ALG_NONE');
    expect(await refused(withHeader({ alg: 'nOnE', typ, kid: key.kid }))).toBe('ALG_NONE');
    expect(await refused(withHeader({ typ, kid: key.kid }))).toBe('ALG_NONE');
    expect(await refused(withHeader({ alg: 'HS256', typ, kid: key.kid }))).toBe('ALG_UNSUPPORTED');
    const other = alg === 'ES256' ? 'EdDSA' : 'ES256';
    expect(await refused(withHeader({ alg: other, typ, kid: key.kid }))).toBe('ALG_UNSUPPORTED');
    await expect(verifyJws(jws, key.publicJwk, { typ, algs: [other] })).rejects.toMatchObject({
      code: 'ALG_UNSUPPORTED',
    });
  });

  it('is refused with another type or key id', async () => {
    await expect(verifyJws(jws, key.publicJwk, { typ: 'other+jws' })).rejects.toMatchObject({ code: 'TYP_WRONG' });
    expect(await refused(withHeader({ alg, kid: key.kid }))).toBe('TYP_WRONG');
    expect(await refused(withHeader({ alg, typ }))).toBe('KID_WRONG');
    const stranger = await LocalKey.generate(alg);
    expect(await refused(jws, stranger.publicJwk)).toBe('KID_WRONG');
    expect(await refused(jws, { ...stranger.publicJwk, kid: key.kid })).toBe('SIGNATURE_INVALID');
  });

  it('is refused when anything in it was changed', async () => {
    const [header, , signature] = jws.split('.');
    expect(await refused([header, encode({ ...payload, orderId: 'ord_2' }), signature].join('.'))).toBe(
      'SIGNATURE_INVALID',
    );
    expect(await refused(withHeader({ alg, typ, kid: key.kid, x: 1 }))).toBe('SIGNATURE_INVALID');
  });

  it('is refused over JSON that is not canonical, or over no JSON', async () => {
    const header = { typ, kid: key.kid };
    expect(await refused(await key.sign('{"b":1,"a":2}', header))).toBe('NOT_CANONICAL');
    expect(await refused(await key.sign('{"a":1,"a":1}', header))).toBe('NOT_CANONICAL');
    expect(await refused(await key.sign('{"a":"\\ud800"}', header))).toBe('MALFORMED');
    expect(await refused(await key.sign('text', header))).toBe('MALFORMED');
  });

  it.each(['', '.', 'a.b', 'a.b.c', '{}', '..', '����'])('is refused when it is no JWS: %s', async (text) => {
    expect(await refused(text)).toBe('MALFORMED');
  });
});
