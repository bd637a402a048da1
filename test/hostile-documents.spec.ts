import { jest } from '@jest/globals';
import { deflateSync } from 'node:zlib';
import {
  examine,
  pdfAttachments,
  readCertificateFile,
  Undecodable,
  verifyCredential,
  type Examination,
} from '@app/signing';
import fc from 'fast-check';
import { certificateForms, type CertificateForms } from './support/certificate-forms.js';
import { hostilePdfs, hostileTexts, malleated, placesOf, type Hostile } from './support/hostile-documents.js';

let forms: CertificateForms;
beforeAll(async () => {
  forms = await certificateForms();
});
afterAll(() => forms.close());

/** The verdict, or null for what is no certificate at all; anything else that is thrown is a fault of ours. */
async function judge(bytes: Buffer | string): Promise<Examination | null> {
  try {
    const found = await examine(readCertificateFile(Buffer.from(bytes)), { trust: forms.trust, now: forms.now });
    for (const { zh, en, detail = '' } of found.reasons) {
      expect([/\p{Script=Han}/u.test(zh), /[a-z]/.test(en)]).toEqual([true, true]);
      expect(detail.length).toBeLessThanOrEqual(500);
    }
    expect(found.ok).toBe(found.reasons.length === 0 && found.subject !== null);
    return found;
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    expect(error.message).toMatch(/\p{Script=Han}.*\/.*[a-z]/su);
    return null;
  }
}
const jwt = () => forms.bundle.credentials['ES256']!;
const originals = () =>
  [forms.pdf, jwt(), forms.bundle.sdJwt, JSON.stringify(forms.bundle)].map((one) => Buffer.from(one));

describe('a document made to deceive or to harm', () => {
  const all = async (documents: Promise<Hostile[]>) => {
    for (const [name, bytes, code] of await documents) {
      const found = await judge(bytes);
      const said = { name, code: found?.reasons.some((reason) => reason.code === code) ? code : (found?.reasons.map((reason) => reason.code) ?? null), ok: found?.ok ?? false }; // prettier-ignore
      expect(said).toEqual({ name, code, ok: false });
    }
  };
  it('as PDF is refused with its reason', () => all(hostilePdfs(forms)));
  it('as text is refused with its reason', () => all(hostileTexts(forms)));

  it('is looked through a few times only, however many files it claims to have inside', () => {
    const search = jest.spyOn(String.prototype, 'indexOf');
    const spec = '/Type /Filespec /F (a) /EF <<\n/F 9 0 R\n>>\n';
    const packed = deflateSync(Buffer.alloc(50_000_000));
    const bomb = `9 0 obj\n<</Type /EmbeddedFile /Length ${packed.length} /Filter /FlateDecode>>\nstream\n`;
    expect(pdfAttachments(Buffer.concat([Buffer.from(`${spec.repeat(10_000)}${bomb}`), packed])).size).toBe(0);
    expect(search.mock.calls.length).toBeLessThan(50);
    search.mockRestore();
  });
});

it('the good documents are valid', async () => {
  for (const bytes of originals()) expect(await judge(bytes)).toMatchObject({ ok: true, reasons: [] });
});

it('a second signature that fits the same content changes no content: the register tells it', async () => {
  const options = { now: forms.now, resolveKey: () => ({ jwk: forms.key.publicJwk, controller: forms.issuer }) };
  expect((await verifyCredential(malleated(jwt()), options)).ok).toBe(true);
  expect(malleated(malleated(jwt()))).toBe(jwt());
});

/** What somebody could do to bytes without knowing anything of them. */
const damage = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'drop', 'repeat', 'swap', 'insert', 'append'),
  place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  length: fc.nat(200),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;
function damaged(bytes: Buffer, { kind, place, length, bytes: put }: Damage): Buffer {
  const at = Math.floor(place * bytes.length);
  const [head, some, tail] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
  const flipped = Buffer.from(bytes);
  flipped[at]! ^= put[0]!;
  const made = {
    flip: [flipped],
    cut: [head],
    drop: [head, tail],
    repeat: [head, some, some, tail],
    swap: [head, tail, some],
    insert: [head, put, some, tail],
    append: [bytes, put],
  };
  return Buffer.concat(made[kind]);
}

/** The parts that signatures cover, of what could be valid. */
function signed(bytes: Buffer): string[] {
  const { kind, credentials, number } = readCertificateFile(bytes);
  const { before, after } = kind === 'PDF' ? placesOf(bytes) : { before: 0, after: 0 };
  const sealed = kind === 'PDF' ? [Buffer.concat([bytes.subarray(0, before), bytes.subarray(after)]).toString('latin1')] : []; // prettier-ignore
  const texts = credentials.flatMap((text) => {
    const [secured, ...disclosures] = text.split('~');
    return [secured!.slice(0, secured!.lastIndexOf('.')), ...disclosures];
  });
  return [kind, number ?? '', ...sealed, ...texts];
}

it('any damage is refused, unless everything that is signed is as it was', async () => {
  const [known] = [originals().map((bytes) => ({ bytes, parts: new Set(signed(bytes)) }))];
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(3), fc.array(damage, { minLength: 1, maxLength: 3 }), async (which, damages) => {
      const { bytes, parts } = known[which]!;
      const changed = damages.reduce(damaged, bytes);
      const found = await judge(changed);
      if (found?.ok) for (const part of signed(changed)) expect(parts.has(part)).toBe(true);
      else refused += 1;
    }),
    { numRuns: 200 },
  );
  expect(refused).toBeGreaterThan(100);
});
