import { sign } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, keysOf, LocalKey, statusEntry, StatusList, statusListCredential, verifyCredential, verifyCredentials, type Verdict, type VerifyOptions } from './index.js'; // prettier-ignore

const issuer = 'did:web:registrar.example';
const listUrl = 'https://registrar.example/status/1';
const now = new Date('2026-09-01T00:00:00Z');
const good = {
  '@context': ['https://www.w3.org/ns/credentials/v2', { dataName: 'https://registrar.example/terms#dataName' }],
  id: 'https://registrar.example/certificates/SJ4412026080001',
  type: ['VerifiableCredential'],
  issuer,
  validFrom: '2026-08-15T02:00:00Z',
  validUntil: '2029-08-15T02:00:00Z',
  credentialSubject: { dataName: '用电量' },
};

let key: LocalKey;
let stranger: LocalKey;
beforeAll(async () => {
  [key, stranger] = [await LocalKey.generate('ES256'), await LocalKey.generate('EdDSA')];
});
const secure = (payload: unknown, by = key) => {
  const text = typeof payload === 'string' ? payload : canonicalJson(payload);
  return by.sign(text, { typ: 'vc+jwt', cty: 'vc', kid: by.kid });
};

describe('many credentials', () => {
  it('get the verdicts that they get one by one', async () => {
    const [ours, eddsa] = [key, await LocalKey.generate('EdDSA')];
    const list = (purpose: 'revocation' | 'suspension') => {
      const statuses = StatusList.create();
      statuses.set(purpose === 'revocation' ? 1 : 2, true);
      const period = { validFrom: new Date('2026-08-31T00:00:00Z'), validUntil: new Date('2026-09-02T00:00:00Z') };
      return statusListCredential({ id: `${listUrl}/${purpose}`, issuer, purpose, list: statuses, ...period });
    };
    const lists = new Map<string, string>();
    for (const purpose of ['revocation', 'suspension'] as const)
      lists.set(`${listUrl}/${purpose}`, await secure(list(purpose)));
    const keys = keysOf(issuer, { keys: [ours.publicJwk, eddsa.publicJwk] });
    const strange = keysOf('did:web:stranger.example', { keys: [stranger.publicJwk] });
    const common: VerifyOptions = {
      now,
      resolveKey: async (kid) => (await keys(kid)) ?? strange(kid),
      statusList: async (url) => lists.get(url),
    };
    const payloads: unknown[] = [
      good,
      { ...good, vc: {} },
      { ...good, validUntil: '2026-08-16T00:00:00Z' },
      { ...good, issuer: 'did:web:stranger.example' },
      { ...good, type: [] },
      '[]',
      'text',
      '',
      ...[0, 1, 2].map((index) => ({
        ...good,
        credentialStatus: (['revocation', 'suspension'] as const).map((purpose) =>
          statusEntry(`${listUrl}/${purpose}`, purpose, index),
        ),
      })),
    ];
    const damages: ((jwt: string) => string)[] = [
      (jwt) => jwt,
      (jwt) => `${jwt}x`,
      (jwt) => `${jwt.slice(0, jwt.lastIndexOf('.'))}.AAAA`,
      (jwt) => jwt.replace('.', '.e30'),
      (jwt) => jwt.replaceAll('.', ''),
      (jwt) => jwt.slice(jwt.indexOf('.')),
      () => '',
    ];
    const secured = await Promise.all(
      payloads.flatMap((payload) => [ours, eddsa, stranger].map(async (by) => secure(payload, by))),
    );
    const one = fc.record({
      of: fc.nat(secured.length - 1),
      damage: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { arbitrary: fc.nat(damages.length - 1), weight: 1 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { maxLength: 12 }), async (plan) => {
        const texts = plan.map(({ of, damage }) => damages[damage]!(secured[of]!));
        const alone = await Promise.all(texts.map((text) => verifyCredential(text, { ...common })));
        expect(await verifyCredentials(texts, common)).toEqual(alone);
      }),
    );
  });

  it('that secure the same are read once, but each must be by a key of the issuer', async () => {
    const another = await LocalKey.generate('EdDSA');
    const keys = keysOf(issuer, { keys: [key.publicJwk, another.publicJwk] });
    const strange = keysOf('did:web:stranger.example', { keys: [stranger.publicJwk] });
    let asked = 0;
    const credential = { ...good, credentialStatus: statusEntry(listUrl, 'revocation', 7) };
    const texts = await Promise.all([key, another, stranger].map((by) => secure(credential, by)));
    const verdicts = await verifyCredentials([texts[0]!, texts[1]!, `${texts[1]!.slice(0, -8)}AAAAAAAA`, texts[2]!], {
      now,
      resolveKey: async (kid) => (await keys(kid)) ?? strange(kid),
      statusList: async () => ((asked += 1), undefined),
    });
    expect(verdicts.map(({ reasons }) => reasons.map(({ code }) => code))).toEqual([
      ['STATUS_LIST_UNAVAILABLE'],
      ['STATUS_LIST_UNAVAILABLE'],
      ['SIGNATURE_INVALID'],
      ['ISSUER_NOT_CONTROLLER', 'STATUS_LIST_UNAVAILABLE'],
    ]);
    expect(asked).toBe(2);
  });

  it('may be longer than the memory kept for them', async () => {
    const long = { ...good, credentialSubject: { dataName: '用电量'.repeat(9_000) } };
    const texts = await Promise.all([good, long, good].map((one) => secure(one)));
    const verdicts = await verifyCredentials(texts, { now, resolveKey: keysOf(issuer, { keys: [key.publicJwk] }) });
    expect(verdicts.map(({ ok, credential }) => [ok, credential])).toEqual(
      [good, long, good].map((one) => [true, one]),
    );
  });

  it('are verified from bytes as from text', async () => {
    const options = { now, resolveKey: keysOf(issuer, { keys: [key.publicJwk] }) };
    const texts = await Promise.all([good, good, { ...good, type: [] }].map((one) => secure(one)));
    texts.push(` ${JSON.stringify(good)}`, `${texts[0]}x`, '用电量', '');
    const file = Buffer.from(texts.join('\n'));
    let at = 0;
    const bytes = texts.map((text) => file.subarray(at, (at += Buffer.byteLength(text) + 1) - 1));
    const verdicts = await verifyCredentials(bytes, options);
    expect(verdicts).toEqual(await verifyCredentials(texts, options));
    expect(verdicts.map(({ ok, reasons: [first] }) => (ok ? 'OK' : first?.code))).toEqual(
      ['OK', 'OK', 'TYPE_MISSING', 'UNSECURED_JSON', 'SIGNATURE_INVALID', 'MALFORMED', 'MALFORMED'], // prettier-ignore
    );
  });

  it('have one text: no part may be missing, padded, go on after its last byte, or end in other bits', async () => {
    const options = { now, resolveKey: keysOf(issuer, { keys: [key.publicJwk] }) };
    const signed = (parts: string[]) => {
      const by = { key: key.privateKey, dsaEncoding: 'ieee-p1363' } as const;
      return [...parts, sign('sha256', Buffer.from(parts.join('.')), by).toString('base64url')];
    };
    const header = JSON.stringify({ alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid: key.kid });
    const others = [
      (part: string) => `${part}=`,
      (part: string) => `${part}==`,
      (part: string) => `${part}A`,
      // Its last digit has bits for which there is no byte, unless it is one of four.
      (part: string) => part.slice(0, -1) + String.fromCharCode(part.charCodeAt(part.length - 1) + 1),
    ];
    for (const spaces of ['', ' ', '  ']) {
      const parts = [header, canonicalJson(good)].map((text) => Buffer.from(text + spaces).toString('base64url'));
      const jwt = signed(parts).join('.');
      for (const other of others)
        for (const at of [0, 1, 2]) {
          const change = (all: string[]) => all.map((part, i) => (i === at ? other(part) : part));
          const text = (at === 2 ? change(signed(parts)) : signed(change(parts))).join('.');
          const alone = await verifyCredential(text, options);
          expect([alone.ok, alone.reasons.length > 0]).toEqual([false, true]);
          expect(await verifyCredentials([jwt, text], options)).toMatchObject([{ ok: true }, alone]);
        }
      for (const lacking of [
        signed(parts.slice(0, 1)),
        signed([parts[0]!, '']),
        ['', ...signed(parts).slice(1)],
        [...parts, ''],
      ]) {
        const [, { ok, reasons }] = (await verifyCredentials([jwt, lacking.join('.')], options)) as [Verdict, Verdict];
        expect([ok, reasons.map(({ code }) => code)]).toEqual([
          false,
          [lacking[0] ? 'SIGNATURE_INVALID' : 'MALFORMED'],
        ]);
      }
    }
  });

  it('are refused with a character that only looks like its last byte, in any part', async () => {
    const options = { now, resolveKey: keysOf(issuer, { keys: [key.publicJwk] }) };
    const jwt = await secure(good);
    const [first, last] = [jwt.indexOf('.'), jwt.lastIndexOf('.')];
    for (const at of [first - 1, first + 1, last - 1, last + 1, jwt.length - 1]) {
      const disguised = jwt.slice(0, at) + String.fromCharCode(jwt.charCodeAt(at) + 256) + jwt.slice(at + 1);
      for (const { ok, reasons } of [
        ...(await verifyCredentials([jwt, disguised], options)).slice(1),
        await verifyCredential(disguised, options),
      ])
        expect([ok, reasons.length > 0]).toEqual([false, true]);
    }
  });
});
