import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { canonicalJson, disclosureDigest, LocalKey, SD_JWT_TYP, sealPdf, signCredential, statusListCredential, StatusList, type RejectionCode } from '@app/signing'; // prettier-ignore
import { certificateForms, evidenceOf, type CertificateForms } from './certificate-forms.js';

/** A document that is made to deceive or to harm, and a reason against it; null: it is none of the forms at all. */
export type Hostile = readonly [name: string, bytes: Buffer | string, code: RejectionCode | null];

const base64url = (value: object | string): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** Where the signature stands, by the offsets that the file names. */
export function placesOf(pdf: Buffer): { before: number; after: number; range: string; hex: string } {
  const text = pdf.toString('latin1');
  const [range, before, after] = /\/ByteRange \[0 (\d+) (\d+) \d+ *\]/.exec(text) ?? [];
  return {
    before: Number(before),
    after: Number(after),
    range: range!,
    hex: text.slice(Number(before), Number(after)),
  };
}

export async function hostilePdfs({ pdf, page, seal }: CertificateForms): Promise<Hostile[]> {
  const text = pdf.toString('latin1');
  const { before, after, range, hex } = placesOf(pdf);
  const rest = pdf.length - after;
  const bytes = (value: string) => Buffer.from(value, 'latin1');
  const ranged = (...numbers: number[]) =>
    bytes(text.replace(range, `/ByteRange [${numbers.join(' ')}`.padEnd(range.length - 1).slice(0, range.length - 1) + ']')); // prettier-ignore
  const sealed = (value: string) => bytes(text.slice(0, before) + value.padEnd(hex.length - 1, '0') + '>' + text.slice(after)); // prettier-ignore
  // By the length in its header: it may end in zeros itself.
  const cms = hex.slice(0, 9 + 2 * Number.parseInt(hex.slice(5, 9), 16));
  /** The least that has the form of a sealed file. */
  const around = (der: string) => {
    const head = `%PDF-1.7\n1 0 obj\n<</M (D:20260101000000Z)>>endobj /ByteRange [0 100 ${102 + der.length} 1]`;
    return bytes(`${head.padEnd(100)}<${der}>x`);
  };
  const stranger = await certificateForms();
  stranger.close();
  const update = '\n99 0 obj\n<</Type /Annot /Contents (more)>>\nendobj\ntrailer <</Prev 1>>\nstartxref\n1\n%%EOF\n';
  const again = `/ByteRange [0 ${text.length} ${text.length + 10} 5] /Contents <00000000>`;
  const spec = '/Type /Filespec /F (credential.jwt) /EF <<\n/F 9 0 R\n>>\n';
  return [
    ['with bytes after its end', bytes(`${text}\n`), 'PDF_RANGE_INVALID'],
    ['with a later revision', bytes(text + update), 'PDF_RANGE_INVALID'],
    ['with a second seal in a later revision', bytes(text + again), 'PDF_RANGE_INVALID'],
    ['sealed up to its last bytes', ranged(0, before, after, rest - 10), 'PDF_RANGE_INVALID'],
    ['sealed from its second byte', ranged(1, before, after, rest), 'PDF_RANGE_INVALID'],
    ['with overlapping ranges', ranged(0, after, before, pdf.length - before), 'PDF_RANGE_INVALID'],
    ['with ranges that leave nothing out', ranged(0, before, before, pdf.length - before), 'PDF_RANGE_INVALID'],
    ['with more left out than the signature', ranged(0, before - 60, after, rest), 'PDF_RANGE_INVALID'],
    ['with a range beyond the file', ranged(0, before, after, rest + 1), 'PDF_RANGE_INVALID'],
    ['with a range too large for a number', bytes(text.replace(range, '/ByteRange [0 1 99999999999999999999 1]')), 'PDF_UNSIGNED'], // prettier-ignore
    ['with spaces in the signature', bytes(text.slice(0, before + 9) + ' ' + text.slice(before + 10)), 'PDF_RANGE_INVALID'], // prettier-ignore
    ['with something hidden after the signature', sealed(`${cms}41`), 'PDF_SEAL_MALFORMED'],
    ['with two signatures', sealed(cms + cms.slice(1)), 'PDF_SEAL_MALFORMED'],
    ['with half a signature', sealed(cms.slice(0, 1001)), 'PDF_SEAL_MALFORMED'],
    ['with no signature in its place', sealed('<'), 'PDF_SEAL_MALFORMED'],
    ['with the seal of another', sealed(placesOf(await sealPdf(bytes(page.toString('latin1').replace('/Title', '/title')), seal)).hex.replace(/0+>$/, '')), 'PDF_DIGEST_DIFFERS'], // prettier-ignore
    ['sealed by a stranger of the same names', stranger.pdf, 'PDF_CHAIN_UNTRUSTED'],
    ['never sealed', page, 'PDF_UNSIGNED'],
    ['with structures one inside another', around('30820ffc'.repeat(4000)), 'PDF_SEAL_MALFORMED'],
    ['with structures without end', around('3080'.repeat(60_000)), 'PDF_SEAL_MALFORMED'],
    ['with a structure longer than everything', around(`3084ffffffff${'00'.repeat(20)}`), 'PDF_SEAL_MALFORMED'],
    ['with a length of many bytes', around(`30ff${'ff'.repeat(127)}`), 'PDF_SEAL_MALFORMED'],
    ['with a length that is cut off', around('3082'), 'PDF_SEAL_MALFORMED'],
    ['with half a byte', around('308'), 'PDF_SEAL_MALFORMED'],
    ['with a signature that is too long to be read', around(`3084003fffff${'0500'.repeat(2_000_000)}`), 'PDF_SEAL_MALFORMED'], // prettier-ignore
    ['with many seals', `%PDF-1.7\n${'/ByteRange [0 1 2 3] '.repeat(100_000)}`, 'PDF_RANGE_INVALID'],
    ['with the beginning of many seals', `%PDF-1.7\n${'/ByteRange [ '.repeat(200_000)}`, 'PDF_UNSIGNED'],
    ['with many files inside that are nowhere', `%PDF-1.7\n${spec.repeat(50_000)}`, 'PDF_ATTACHMENT_MISSING'],
  ];
}

export async function hostileTexts({ key, credential, bundle, issuer, now }: CertificateForms): Promise<Hostile[]> {
  const jwt = bundle.credentials['ES256']!;
  const [head, body, signature] = jwt.split('.') as [string, string, string];
  const header = { alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid: `${issuer}#${key.kid}` };
  const under = (more: object, by = signature) => [base64url({ ...header, ...more }), body, by].join('.');
  const secure = (payload: string | Uint8Array, typ = 'vc+jwt') => key.sign(payload, { typ, cty: 'vc', kid: header.kid }); // prettier-ignore
  const stranger = await LocalKey.generate('ES256');
  const input = `${base64url({ ...header, alg: 'HS256' })}.${body}`;
  const secret = Buffer.from(JSON.stringify(key.publicJwk));
  const hidden = await nested(30);
  async function nested(levels: number): Promise<string> {
    const disclosures: string[] = [];
    let value: unknown = 'innermost';
    for (let i = 0; i < levels; i++) {
      const disclosure = base64url(JSON.stringify(['salt', `${'n'.repeat(40)}${i}`, value]));
      disclosures.push(disclosure);
      value = { _sd: [disclosureDigest(disclosure)] };
    }
    const subject = { ...credential.credentialSubject, hidden: value };
    return [await secure(canonicalJson({ ...credential, credentialSubject: subject }), SD_JWT_TYP), ...disclosures, ''].join('~'); // prettier-ignore
  }
  const list = decodeList(await signCredential(statusListOf(credential, now), key));
  const bomb = `u${gzipSync(Buffer.alloc(8_388_609)).toString('base64url')}`;
  const bombed = { ...list, credentialSubject: { ...(list['credentialSubject'] as object), encodedList: bomb } };
  const text = (more: object) => JSON.stringify({ ...bundle, ...more });
  const whole = `${base64url('{}')}.${base64url(`{"@context":${deep(20_000)}}`)}.AA`;
  const { evidence } = await evidenceOf(JSON.stringify({ number: bundle.number, credentials: { a: whole } }));
  const other = await signCredential({ ...credential, credentialSubject: { id: 'urn:x:1' } }, key);
  return [
    ['in the JSON form of a signature', JSON.stringify({ protected: head, payload: body, signature }), null],
    ['without any signature', JSON.stringify(credential), 'UNSECURED_JSON'],
    ['by no algorithm', under({ alg: 'none' }), 'ALG_NONE'],
    ['by the public key as a secret', `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`, 'ALG_UNSUPPORTED'], // prettier-ignore
    ['by a key that it brings itself', (await stranger.sign(canonicalJson(credential), { ...header, jwk: stranger.publicJwk } as never)), 'SIGNATURE_INVALID'], // prettier-ignore
    ['by a key of no name', under({ kid: '__proto__' }), 'KEY_UNKNOWN'],
    ['with an extension to be understood', under({ crit: ['b64'], b64: false }), 'SIGNATURE_INVALID'],
    ['with the signature of another', [head, body, other.split('.')[2]].join('.'), 'SIGNATURE_INVALID'],
    ['with the content of another', [head, other.split('.')[1], signature].join('.'), 'SIGNATURE_INVALID'],
    ['with a signature of zeros', [head, body, Buffer.alloc(64).toString('base64url')].join('.'), 'SIGNATURE_INVALID'],
    ['with a longer signature', [head, body, `${signature}AAAA`].join('.'), 'SIGNATURE_INVALID'],
    ['with padding', `${jwt}==`, null],
    ['in another alphabet', [head, `${body.slice(0, -1)}+`, signature].join('.'), null],
    ['with a line break inside', `${head}.\n${body}.${signature}`, null],
    ['with a fourth part', `${jwt}.${signature}`, null],
    ['with a header nested beyond reason', `${base64url(`{"alg":"ES256","typ":${deep(50_000)}}`)}.${body}.AA`, 'MALFORMED'], // prettier-ignore
    ['nested beyond reason', await secure(`{"a":${deep(50_000)}}`), 'MALFORMED'],
    ['with a nested text that is closed before', await secure('{"a":"[[["} }'), 'MALFORMED'],
    ['that is no UTF-8', await secure(Buffer.from([0x22, 0xff, 0x22])), 'MALFORMED'],
    ['longer than any', `${jwt}${'A'.repeat(200_000)}`, null],
    ['with too many disclosures', `${jwt}${'~AA'.repeat(1001)}~`, 'SD_MALFORMED'],
    ['with nothing but separators', `${jwt}${'~'.repeat(100_000)}`, 'SD_MALFORMED'],
    ['with disclosures in disclosures', hidden, 'SD_MALFORMED'],
    ['bundled with a nested trust file', text({ trust: 0 }).replace('"trust":0', `"trust":${deep(50_000)}`), null],
    ['bundled under another number', text({ number: 'SJ4412026089999' }), 'BUNDLE_CONTRADICTS'],
    ['bundled without a number', text({ number: undefined }), null],
    ['bundled with more credentials than are looked at', text({ credentials: Array.from({ length: 11 }, () => jwt) }), null], // prettier-ignore
    ['bundled with something that is no text', text({ credentials: { ES256: jwt, EdDSA: { forged: true } } }), null],
    ['bundled with a credential longer than any', text({ sdJwt: '~'.repeat(200_001) }), null],
    ['bundled with the credential of another', text({ credentials: { ES256: jwt, EdDSA: other } }), 'BUNDLE_CONTRADICTS'], // prettier-ignore
    ['bundled with its signature in another form', text({ credentials: { ES256: malleated(jwt) } }), 'REGISTER_DIFFERS'], // prettier-ignore
    ['bundled with an event nested beyond reason', text({ evidence }), 'INCLUSION_INVALID'],
    ['bundled with an endless proof', text({ evidence: { ...bundle.evidence, proof: `${bundle.evidence!.proof}${'x\n'.repeat(500_000)}` } }), 'INCLUSION_INVALID'], // prettier-ignore
    ['bundled with a status list that unpacks without end', text({ statusLists: [await secure(canonicalJson(bombed))] }), 'STATUS_LIST_MALFORMED'], // prettier-ignore
    ['bundled with a status list of somebody', text({ statusLists: [await stranger.sign(canonicalJson(list), header)] }), 'STATUS_LIST_INVALID'], // prettier-ignore
    ['bundled with many status lists', text({ statusLists: Array.from({ length: 5000 }, () => 'a.b.c') }), null],
  ];
}

const statusListOf = (credential: CertificateForms['credential'], now: Date) =>
  statusListCredential({
    id: (credential.credentialStatus as readonly { statusListCredential: string }[])[0]!.statusListCredential,
    issuer: credential.issuer as string,
    purpose: 'revocation',
    list: StatusList.create(),
    validFrom: now,
    validUntil: new Date(now.getTime() + 1000),
  });
const decodeList = (jwt: string) =>
  JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;

const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** The other signature that the same key could have made over the same bytes: r, n − s. */
export function malleated(jwt: string): string {
  const at = jwt.lastIndexOf('.') + 1;
  const bytes = Buffer.from(jwt.slice(at), 'base64url');
  const s = P256_ORDER - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  return jwt.slice(0, at) + Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex')]).toString('base64url'); // prettier-ignore
}
