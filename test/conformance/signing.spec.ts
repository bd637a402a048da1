import { createHash, getHashes } from 'node:crypto';
import { canonicalJson, disclosureDigest, keysOf, LocalKey, sm3, StatusList, suites, verifyCredential, type PublicJwk } from '@app/signing'; // prettier-ignore

describe('RFC 8785, JSON canonicalization', () => {
  it('serializes the example of §3.2.2 as §3.2.3 does', () => {
    const example = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],' +
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    );
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('sorts members by UTF-16 code units (§3.2.3)', () => {
    const example = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const names = [...canonicalJson(example).matchAll(/:"([^"]+)"/g)].map(([, name]) => name);
    expect(names).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
  ])('writes the number %s of appendix B', (hex, text) => {
    expect(canonicalJson(Buffer.from(hex, 'hex').readDoubleBE())).toBe(text);
  });

  it.each(['7fffffffffffffff', '7ff0000000000000'])('refuses the number %s of appendix B', (hex) => {
    expect(() => canonicalJson(Buffer.from(hex, 'hex').readDoubleBE())).toThrow();
  });
});

describe('JOSE', () => {
  it('RFC 8037 A.3, the thumbprint of an Ed25519 key', async () => {
    // RFC 8037 A.1; the private half is published there.
    const key = await LocalKey.fromJwk({
      kty: 'OKP',
      crv: 'Ed25519',
      d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    });
    expect(key.kid).toBe('kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k');
  });

  it('RFC 8037 A.4 and A.5, an Ed25519 signature', async () => {
    const jws =
      'eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.' +
      'hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg';
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
    const { payload } = await suites.get('EdDSA')!.verify(jws, jwk);
    expect(Buffer.from(payload).toString()).toBe('Example of Ed25519 signing');
  });

  it('RFC 7515 A.3, an ES256 signature', async () => {
    const jws =
      'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.' +
      'DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q';
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    };
    const { payload } = await suites.get('ES256')!.verify(jws, jwk);
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({ iss: 'joe' });
  });
});

/**
 * The credential, keys and signatures of the W3C test suite for VC-JOSE-COSE (github.com/w3c/vc-jose-cose-test-suite, tests/input,
 * W3C 3-clause BSD licence). The cases with a wrong media type or forbidden claims have good signatures.
 */
describe('W3C vc-jose-cose', () => {
  const issuer = 'https://example.issuer/vc-jose-cose';
  const p256: PublicJwk = {
    kty: 'EC',
    crv: 'P-256',
    alg: 'ES256',
    use: 'sig',
    kid: '73voMXFNmNlOEpuYCSJlh8eN0dscykoO6gBukgRS1uU',
    x: 'WfTi93YuhsQxKbD0ftnjOXJndqhnJ5kgDV-ZDGyrhBQ',
    y: 'qUd_55EjX0mjKZ6W6mF4UXVYTQ41K6jfdnYFwN5uPyk',
  };
  const ed25519: PublicJwk = {
    kty: 'OKP',
    crv: 'Ed25519',
    alg: 'EdDSA',
    use: 'sig',
    kid: '2aOHaQxsWVT4mLsUkdtlCnUV-au0BBR-5yPYaPaCc5k',
    x: 'NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnI',
  };
  const credential = {
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://www.w3.org/ns/credentials/examples/v2'],
    credentialSchema: { id: 'https://example.org/examples/degree.json', type: 'JsonSchema' },
    credentialSubject: {
      degree: { name: 'Bachelor of Science and Arts', type: 'BachelorDegree' },
      id: 'did:example:123',
    },
    iat: '2010-01-01T19:23:24Z',
    id: 'http://university.example/credentials/1872',
    iss: issuer,
    issuer,
    jti: 'http://university.example/credentials/1872',
    type: ['VerifiableCredential', 'ExampleAlumniCredential'],
    validFrom: '2010-01-01T19:23:24Z',
  };
  // The suite's payloads have their members in alphabetical order, which for these is the canonical form.
  const jws = (header: object, payload: object, signature: string) =>
    [header, payload].map((part) => Buffer.from(canonicalJson(part)).toString('base64url')).join('.') + `.${signature}`;
  const codes = async (jwt: string) => {
    const { reasons } = await verifyCredential(jwt, {
      now: new Date('2026-01-01T00:00:00Z'),
      resolveKey: keysOf(issuer, { keys: [p256, ed25519] }),
      contexts: { 'https://www.w3.org/ns/credentials/examples/v2': 'any' },
    });
    return reasons.map(({ code }) => code);
  };
  const es256 = { alg: 'ES256', cty: 'vc', kid: p256.kid, typ: 'vc+jwt' };
  const eddsa = { alg: 'EdDSA', cty: 'vc', kid: ed25519.kid, typ: 'vc+jwt' };

  it('credential-jose-minimal verifies', async () => {
    const signature = '-X6A--TnCgeepna-dXn7j6_q2DfQzjiYdEc-pbaHR38JUIv5ubhjYp2Tb_LJuJInzI7qKfP-JcMlHdd6bDnOLw';
    expect(await codes(jws(es256, credential, signature))).toEqual([]);
  });

  it('credential-jose-bad-signature is refused', async () => {
    const signature = 'CAJ3jlPCjXpZyAr5NiKs71n_mfFSghy-cPjIRu96mF46XnNZ5QaqGvLrtHjI2pwbG055JDSPGFU2j9X0W3Kfuw';
    expect(await codes(jws(eddsa, credential, signature))).toEqual(['SIGNATURE_INVALID']);
  });

  it('credential-jose-bad-media-type is refused in spite of its good signature', async () => {
    const signature = 'w3QGXwK2TGiE25U4Ul55i4Bq4hS0RC9dqa9uKHLSQaOjtIi4eprUBgAXt6wxgEmnhM-SKrTzKfeOipPF-vESDA';
    const header = { ...eddsa, typ: 'bad+typ', cty: 'bad+cty' };
    expect(await codes(jws(header, credential, signature))).toEqual(['TYP_WRONG', 'CTY_WRONG']);
  });

  it('credential-jose-vc-vp-claims is refused in spite of its good signature', async () => {
    const signature = 'MYH7qVx4rMZs_VXhy0lTQ53k3eSM2C_zxRC-FfGBYiGP7pbGt89a445EpIhTB5n8OO2Iz3zaKrLeUYHwc4HuBw';
    const payload = { ...credential, vc: 'oops', vp: 'nooo' };
    expect(await codes(jws(eddsa, payload, signature))).toEqual(['VC_CLAIM', 'VP_CLAIM']);
  });

  it('an unsecured credential is refused', async () => {
    expect(await codes(JSON.stringify(credential))).toEqual(['UNSECURED_JSON']);
  });
});

describe('RFC 9901, disclosures', () => {
  it.each([
    ['WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0', 'X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0', '["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]'], // prettier-ignore
    ['WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd', 'jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4', '["2GLC42sKQveCfGfryNRN9w", "given_name", "John"]'], // prettier-ignore
    ['WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd', 'TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo', '["eluV5Og3gSNII8EYnsxA_A", "family_name", "Doe"]'], // prettier-ignore
    ['WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIlVTIl0', 'pFndjkZ_VCzmyTa6UjlZo3dh-ko8aIKQc9DlGzhaVYo', '["lklxF5jMYlGTPUovMNIvCA", "US"]'], // prettier-ignore
  ])('%s', (disclosure, digest, content) => {
    expect(Buffer.from(disclosure, 'base64url').toString()).toBe(content);
    expect(disclosureDigest(disclosure)).toBe(digest);
  });
});

describe('Bitstring Status List 1.0', () => {
  it('reads the empty list of the specification as 16,384 zero bytes', () => {
    const list = StatusList.decode('uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA');
    expect(list.length).toBe(16_384 * 8);
    expect(Array.from({ length: list.length }, (_, i) => list.get(i)).some(Boolean)).toBe(false);
    expect(StatusList.create().encode().slice(0, 14)).toBe('uH4sIAAAAAAAAA');
    expect(StatusList.decode(StatusList.create().encode()).length).toBe(list.length);
  });
});

const withSm3 = getHashes().includes('sm3') ? it : it.skip;
describe('national algorithms in node:crypto', () => {
  withSm3('SM3 of "abc" (GB/T 32905-2016, annex A.1)', () => {
    expect(createHash('sm3').update('abc').digest('hex')).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });

  it('SM3 as this library uses it (GB/T 32905-2016, annex A.1 and A.2)', () => {
    expect(sm3(Buffer.from('abc')).toString('hex')).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
    expect(sm3(Buffer.from('abcd'.repeat(16))).toString('hex')).toBe(
      'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
    );
  });
});
