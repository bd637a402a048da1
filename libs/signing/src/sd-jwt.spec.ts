import fc from 'fast-check';
import { canonicalJson, disclosureDigest, issueSdJwt, keysOf, LocalKey, presentSdJwt, SD_JWT_TYP, verifySdJwt, type SdVerifyOptions } from './index.js'; // prettier-ignore

const issuer = 'did:web:registrar.example';
const now = new Date('2026-09-01T00:00:00Z');
const credential = {
  '@context': ['https://www.w3.org/ns/credentials/v2', { '@vocab': 'https://registrar.example/terms#' }],
  type: ['VerifiableCredential'],
  issuer,
  validFrom: '2026-08-15T02:00:00Z',
  credentialSubject: {
    id: 'urn:uscc:91350100M000100Y43',
    certificateNumber: 'SJ4412026080001',
    holder: { name: '示范', contact: '0591-0000000' },
    price: '100.00',
    'a/b~c': 1,
  },
};
const hidden = ['/credentialSubject/holder', '/credentialSubject/holder/contact', '/credentialSubject/price', '/credentialSubject/a~1b~0c']; // prettier-ignore

let key: LocalKey;
let holder: LocalKey;
let options: SdVerifyOptions;
let sdJwt: string;
beforeAll(async () => {
  [key, holder] = (await Promise.all([LocalKey.generate('ES256'), LocalKey.generate('EdDSA')])) as [LocalKey, LocalKey];
  options = { now, resolveKey: keysOf(issuer, { keys: [key.publicJwk] }) };
  sdJwt = await issueSdJwt(credential, hidden, key, { holder: holder.publicJwk });
});
const codes = async (text: string, more: Partial<SdVerifyOptions> = {}) =>
  (await verifySdJwt(text, { ...options, ...more })).reasons.map(({ code }) => code);
/** An SD-JWT over any payload, right or wrong. */
const secure = async (payload: object, ...disclosures: string[]) => {
  const jwt = await key.sign(canonicalJson(payload), { typ: SD_JWT_TYP, cty: 'vc', kid: `${issuer}#${key.kid}` });
  return `${[jwt, ...disclosures].join('~')}~`;
};
const disclosure = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
const withSubject = (subject: object, more: object = {}) => ({
  ...credential,
  credentialSubject: { id: 'urn:x:1', ...subject },
  _sd_alg: 'sha-256',
  ...more,
});

describe('a credential with hidden claims', () => {
  it('shown whole is the credential itself', async () => {
    const verdict = await verifySdJwt(sdJwt, options);
    expect(verdict).toMatchObject({ ok: true, reasons: [], bound: false });
    expect(verdict.disclosed.toSorted()).toEqual(hidden.toSorted());
    const { cnf, ...shown } = verdict.credential as Record<string, unknown>;
    expect(canonicalJson(shown)).toBe(canonicalJson(credential));
    expect(cnf).toEqual({ jwk: { kty: 'OKP', crv: 'Ed25519', x: holder.publicJwk.x } });
  });

  it('is shown without price and contact, and nothing hidden can be read from it', async () => {
    const shown = await presentSdJwt(sdJwt, ['/credentialSubject/a~1b~0c', '/credentialSubject/holder/name']);
    const verdict = await verifySdJwt(shown, options);
    expect(verdict.credential?.credentialSubject).toEqual({
      id: 'urn:uscc:91350100M000100Y43',
      certificateNumber: 'SJ4412026080001',
      holder: { name: '示范' },
      'a/b~c': 1,
    });
    const text = shown.split(/[.~]/).map((part) => Buffer.from(part, 'base64url').toString()).join(); // prettier-ignore
    expect(text).not.toMatch(/0591|100\.00|price|contact/);
    expect((await verifySdJwt(await presentSdJwt(sdJwt, []), options)).disclosed).toEqual([]);
  });

  it('discloses what stands around a disclosed claim', async () => {
    const { disclosed } = await verifySdJwt(await presentSdJwt(sdJwt, ['/credentialSubject/holder/contact']), options);
    expect(disclosed.toSorted()).toEqual(['/credentialSubject/holder', '/credentialSubject/holder/contact']);
  });

  it('has other salts every time', async () => {
    expect(await issueSdJwt(credential, hidden, key)).not.toBe(await issueSdJwt(credential, hidden, key));
  });

  it('lacks what is asked for when it is not disclosed', async () => {
    const shown = await presentSdJwt(sdJwt, ['/credentialSubject/holder']);
    expect(await codes(shown, { required: ['/credentialSubject/price'] })).toEqual(['SD_UNDISCLOSED']);
    expect(await codes(sdJwt, { required: ['/credentialSubject/price'] })).toEqual([]);
  });
});

describe('an SD-JWT is refused', () => {
  it('when a disclosure, its salt or the signature was changed', async () => {
    const [jwt, first, ...rest] = sdJwt.split('~') as [string, string];
    const [, name, value] = JSON.parse(Buffer.from(first, 'base64url').toString()) as unknown[];
    const other = disclosure('AAAAAAAAAAAAAAAAAAAAAA', name, value);
    expect(await codes([jwt, other, ...rest].join('~'))).toEqual(['SD_UNREFERENCED']);
    expect(await codes([jwt, disclosure('x', 'y', 'z'), ''].join('~'))).toEqual(['SD_UNREFERENCED']);
    expect(await codes([`${jwt.slice(0, -4)}AAAA`, first, ''].join('~'))).toEqual(['SIGNATURE_INVALID']);
    expect(await codes([jwt, first, first, ''].join('~'))).toEqual(['SD_DIGEST_DUPLICATE']);
  });

  it('when its form is another', async () => {
    const [jwt] = sdJwt.split('~') as [string];
    expect(await codes(jwt)).toEqual(['SD_MALFORMED']);
    expect(await codes(`${jwt}~a b~`)).toEqual(['SD_MALFORMED']);
    expect(await codes(`${jwt}${'~AA'.repeat(1001)}~`)).toEqual(['SD_MALFORMED']);
    const plain = await key.sign(canonicalJson(credential), { typ: 'vc+jwt', cty: 'vc', kid: `${issuer}#${key.kid}` });
    expect(await codes(`${plain}~`)).toEqual(['TYP_WRONG']);
  });

  it('when digests are wrong', async () => {
    const one = disclosure('salt', 'price', 1);
    const digest = disclosureDigest(one);
    expect(await codes(await secure(withSubject({ _sd: [digest] }), one))).toEqual([]);
    expect(await codes(await secure(withSubject({ _sd: [digest, digest] }), one))).toEqual(['SD_DIGEST_DUPLICATE']);
    expect(await codes(await secure(withSubject({ _sd: [digest], inner: { _sd: [digest] } }), one))).toEqual(['SD_DIGEST_DUPLICATE']); // prettier-ignore
    expect(await codes(await secure(withSubject({ _sd: [digest], price: 2 }), one))).toEqual(['SD_CLAIM_CONFLICT']);
    expect(await codes(await secure(withSubject({ _sd: digest }), one))).toEqual(['SD_MALFORMED']);
    expect(await codes(await secure(withSubject({ _sd: [1] }), one))).toEqual(['SD_MALFORMED']);
    expect(await codes(await secure(withSubject({ inner: { _sd_alg: 'sha-256' } })))).toEqual(['SD_MALFORMED']);
    expect(await codes(await secure(withSubject({ '...': digest }), one))).toEqual(['SD_MALFORMED']);
    for (const alg of ['md5', 'sha-1', 1, 'constructor'])
      expect(await codes(await secure(withSubject({ _sd: [digest] }, { _sd_alg: alg }), one))).toEqual(['SD_HASH_UNSUPPORTED']); // prettier-ignore
  });

  it('when a disclosure is malformed, though its digest stands there', async () => {
    for (const bad of [disclosure('salt', 1), disclosure(1, 'price', 2), disclosure('s', 'n', 1, 2), 'AAAA', disclosure()])
      expect(await codes(await secure(withSubject({ _sd: [disclosureDigest(bad)] }), bad))).toEqual(['SD_DISCLOSURE_MALFORMED']); // prettier-ignore
    for (const name of ['_sd', '...']) {
      const bad = disclosure('salt', name, ['x']);
      expect(await codes(await secure(withSubject({ _sd: [disclosureDigest(bad)] }), bad))).toEqual(['SD_CLAIM_CONFLICT']); // prettier-ignore
    }
  });

  it('for what is wrong with the credential inside, also when it was hidden', async () => {
    const late = disclosure('salt', 'validUntil', '2026-08-20T00:00:00Z');
    const { _sd_alg, ...rest } = withSubject({});
    expect(await codes(await secure({ ...rest, _sd_alg, _sd: [disclosureDigest(late)] }, late))).toEqual(['EXPIRED']);
  });

  it('with hidden elements of a list, disclosed or not', async () => {
    const element = disclosure('salt', 'HOLD');
    const payload = withSubject({ rights: [{ '...': disclosureDigest(element) }, 'USE', { '...': 'decoy' }] });
    const read = async (text: string) =>
      ((await verifySdJwt(text, options)).credential!.credentialSubject as { rights: string[] }).rights;
    expect(await read(await secure(payload, element))).toEqual(['HOLD', 'USE']);
    expect(await read(await secure(payload))).toEqual(['USE']);
  });

  it('by a reason, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(sdJwt.length - 1), fc.string({ maxLength: 3 }), fc.nat(40), async (at, put, cut) => {
        const text = sdJwt.slice(0, at) + put + sdJwt.slice(at + cut);
        if (text === sdJwt) return;
        const verdict = await verifySdJwt(text, options);
        // Leaving out a disclosure is the holder's right; everything else is refused.
        const subject = JSON.stringify(verdict.credential?.credentialSubject ?? {});
        expect(verdict.ok ? subject.length <= JSON.stringify(credential.credentialSubject).length : verdict.reasons.length > 0).toBe(true); // prettier-ignore
      }),
      { numRuns: 150 },
    );
  });
});

describe('a presentation bound to a verifier', () => {
  const binding = { audience: 'https://bank.example', nonce: 'n-1' };
  const bind = (more: object = {}, by = holder) =>
    presentSdJwt(sdJwt, ['/credentialSubject/holder'], { key: by, ...binding, now, ...more });

  it('verifies once, there, soon', async () => {
    const text = await bind();
    expect(await verifySdJwt(text, { ...options, binding })).toMatchObject({ ok: true, reasons: [], bound: true });
    expect(await codes(text, { binding: { ...binding, nonce: 'n-2' } })).toEqual(['KB_NONCE_WRONG']);
    expect(await codes(text, { binding: { ...binding, audience: 'https://other.example' } })).toEqual(['KB_AUDIENCE_WRONG']); // prettier-ignore
    expect(await codes(text, { binding, now: new Date(now.getTime() + 301_000) })).toEqual(['KB_AGE_WRONG']);
    expect(await codes(await bind({ now: new Date(now.getTime() + 61_000) }), { binding })).toEqual(['KB_AGE_WRONG']);
  });

  it('is signed by the key that the credential names, over these disclosures', async () => {
    expect(await codes(await presentSdJwt(sdJwt, []), { binding })).toEqual(['KB_MISSING']);
    expect(await codes(await bind({}, await LocalKey.generate('EdDSA')), { binding })).toEqual([
      'KB_SIGNATURE_INVALID',
    ]);
    expect(await codes(await bind({}, await LocalKey.generate('ES256')), { binding })).toEqual(['ALG_UNSUPPORTED']);
    const text = await bind();
    const [jwt, kb] = [text.slice(0, text.indexOf('~')), text.slice(text.lastIndexOf('~') + 1)];
    expect(await codes(`${jwt}~${kb}`, { binding })).toEqual(['KB_HASH_DIFFERS']);
    expect(await codes(`${jwt}~${kb}`)).toEqual(['KB_HASH_DIFFERS']);
    const noKey = await issueSdJwt(credential, hidden, key);
    expect(await codes(`${noKey}${kb}`, { binding })).toEqual(['KB_KEY_MISSING']);
    const header = Buffer.from('{"alg":"none","typ":"kb+jwt"}').toString('base64url');
    expect(await codes(`${sdJwt}${header}.e30.`, { binding })).toEqual(['ALG_NONE']);
    const nested = await holder.sign(`{"aud":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, { typ: 'kb+jwt' });
    expect(await codes(`${sdJwt}${nested}`, { binding })).toEqual(['KB_SIGNATURE_INVALID']);
    const wrongTyp = await holder.sign('{}', { typ: 'JWT' });
    expect((await codes(`${sdJwt}${wrongTyp}`, { binding }))[0]).toBe('KB_TYP_WRONG');
  });
});
