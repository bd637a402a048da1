import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK, type JWK } from 'jose';
import { decodeBase64url } from './base64url.js';
import { canonicalJson } from './canonical.js';
import { parseJson } from './json.js';
import { jwkOfPoint, pointOf, pointOfKey, scalarOf, signSm2, SM2_ALG, verifySm2, type Sm2PublicJwk } from './sm2.js';

/** A public key as published: always with `kid` (RFC 7638 thumbprint, SHA-256), `alg` and `use`. */
export type PublicJwk = JWK & { kid: string; alg: string; use: 'sig' | 'enc' };

export interface JwsHeader {
  typ: string;
  cty?: string;
  kid?: string;
}

/**
 * One way of signing, named by the `alg` that stands with every signature. A further suite (a national algorithm, a hardware module)
 * is one more object of this kind.
 */
export interface SignatureSuite {
  readonly alg: string;
  /** A compact JWS (RFC 7515) over the bytes as they are. */
  sign(payload: Uint8Array, header: JwsHeader, privateKey: KeyObject): Promise<string>;
  /** The protected header and payload, or a rejection when the signature does not hold. */
  verify(jws: Compact, publicJwk: JWK): Promise<Verified>;
  /**
   * The same on the calling thread, which it holds up: for many, where the pool of threads costs more than it brings.
   * @param last what was verified before; when this secures the same, the payload is the very same object
   */
  verifyHere(jws: Compact, publicJwk: JWK, last?: Verified): Verified;
}

/** A text, or its bytes: those of a file need not become a text. */
export type Compact = string | Buffer;
export const bytesOf = (text: Compact): Buffer => (typeof text === 'string' ? Buffer.from(text) : text);

export interface Verified {
  header: Readonly<Record<string, unknown>>;
  payload: Uint8Array;
  /** The payload as it stands in the JWS. */
  encoded: Buffer;
}

/** What signs: a key of the file store below, or an adapter to a KMS or HSM. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly publicJwk: PublicJwk;
  sign(payload: string | Uint8Array, header: JwsHeader): Promise<string>;
}

export type KeyAlgorithm = 'ES256' | 'EdDSA' | 'RS256' | 'ECDH-ES+A256KW' | typeof SM2_ALG;

/** RS256 exists for X.509 sealing keys; contracts accept ES256 and EdDSA only, credentials the national suite too. */
export const suites: ReadonlyMap<string, SignatureSuite> = new Map(
  [joseSuite('ES256'), joseSuite('EdDSA'), joseSuite('RS256'), sm2Suite()].map((suite) => [suite.alg, suite]),
);

const signBytes = promisify(sign);
const verifyBytes = promisify(verify);
const base64url = (data: string | Uint8Array): string => Buffer.from(data).toString('base64url');
/** Ed25519 signs the text itself. */
export const DIGESTS: Readonly<Record<string, string>> = { ES256: 'sha256', RS256: 'sha256' };

function joseSuite(alg: string): SignatureSuite {
  // Importing a key costs as much as a verification; a JWK object is imported once.
  const imported = new WeakMap<JWK, KeyObject>();
  const keyOf = (jwk: JWK): KeyObject => {
    const key = imported.get(jwk) ?? createPublicKey({ key: { ...publicOnly(jwk) }, format: 'jwk' });
    imported.set(jwk, key);
    return key;
  };
  return {
    alg,
    async sign(payload, header, key) {
      const input = inputOf(alg, payload, header);
      const signature = await signBytes(DIGESTS[alg], Buffer.from(input, 'latin1'), { key, dsaEncoding: 'ieee-p1363' });
      return `${input}.${base64url(signature)}`;
    },
    async verify(jws, publicJwk) {
      const { input, signature, ...verified } = partsOf(bytesOf(jws), alg);
      const key = { key: keyOf(publicJwk), dsaEncoding: 'ieee-p1363' } as const;
      mustHold(await verifyBytes(DIGESTS[alg], input, key, signature));
      return verified;
    },
    verifyHere(jws, publicJwk, last) {
      const { input, signature, ...verified } = partsOf(bytesOf(jws), alg, last);
      const key = { key: keyOf(publicJwk), dsaEncoding: 'ieee-p1363' } as const;
      mustHold(verify(DIGESTS[alg], input, key, signature));
      return verified;
    },
  };
}

/** RFC 7515 §5.1: what is signed; it begins with the header and a dot. */
const inputOf = (alg: string, payload: string | Uint8Array, header: JwsHeader): string =>
  startOf(alg, header) + base64url(payload);
export const startOf = (alg: string, header: JwsHeader): string => `${base64url(JSON.stringify({ alg, ...header }))}.`;

function mustHold(holds: boolean): void {
  if (!holds) throw new Error('signature verification failed');
}

interface Parts extends Verified {
  /** What was signed. */
  input: Buffer;
  signature: Buffer;
}

const DOT = 0x2e;

/** What a compact JWS (RFC 7515 §7.1) by this algorithm consists of. */
function partsOf(jws: Buffer, alg: string, known?: Verified): Parts {
  const [first, last] = [jws.indexOf(DOT), jws.lastIndexOf(DOT)];
  const encoded = jws.subarray(first + 1, last);
  if (encoded.length === 0) throw new Error('Not a compact JWS');
  // What is known was decoded.
  const payload = known?.encoded.equals(encoded) ? known.payload : decodeBase64url(encoded);
  decodeBase64url(jws, 0, first);
  const signature = decodeBase64url(jws, last + 1);
  const header = protectedHeader(jws);
  // RFC 7515 §4.1.11: an extension that must be understood is not.
  if (header['alg'] !== alg || 'crit' in header) throw new Error('Not of this suite');
  return { header, payload, encoded, input: jws.subarray(0, last), signature };
}

const HEADERS_MAX = 64;
/** All that one key signs has one header. */
const headers = new Map<string, Readonly<Record<string, unknown>>>();

/** @throws Error when there is none to be read */
export function protectedHeader(jws: Compact): Readonly<Record<string, unknown>> {
  const bytes = bytesOf(jws);
  const text = bytes.toString('latin1', 0, Math.max(0, bytes.indexOf(DOT)));
  const known = headers.get(text);
  if (known) return known;
  const members = Object.freeze({ ...decodeProtectedHeader(bytes.toString()) });
  parseJson(Buffer.from(text, 'base64url').toString());
  if (headers.size >= HEADERS_MAX) headers.clear();
  // A header may be as long as the request that brings it; ours are short.
  if (text.length <= 512) headers.set(text, members);
  return members;
}

/** The national suite: the form of RFC 7515, with the DER signature of GM/T 0009 as its third part. */
function sm2Suite(): SignatureSuite {
  const verifyHere: SignatureSuite['verifyHere'] = (jws, publicJwk, last) => {
    const { input, signature, ...verified } = partsOf(bytesOf(jws), SM2_ALG, last);
    mustHold(verifySm2(input, signature, pointOf(publicJwk)));
    return verified;
  };
  return {
    alg: SM2_ALG,
    async sign(payload, header, privateKey) {
      const input = inputOf(SM2_ALG, payload, header);
      return `${input}.${base64url(signSm2(Buffer.from(input), scalarOf(privateKey), pointOfKey(privateKey)))}`;
    },
    verify: async (jws, publicJwk) => verifyHere(jws, publicJwk),
    verifyHere,
  };
}

/** A compact JWS of the national suite by whatever can sign its input: a key here or one in a device. */
export async function compactSm2(
  payload: string | Uint8Array,
  header: JwsHeader,
  sign: (input: Buffer) => Uint8Array | Promise<Uint8Array>,
): Promise<string> {
  const input = inputOf(SM2_ALG, payload, header);
  return `${input}.${base64url(await sign(Buffer.from(input)))}`;
}

/** RFC 7638; jose knows the members of registered curves only. */
export function calculateSm2Thumbprint({ crv, kty, x, y }: Sm2PublicJwk): string {
  return createHash('sha256').update(canonicalJson({ crv, kty, x, y })).digest('base64url');
}

/** A private key in this process's memory. */
export class LocalKey implements SigningKey {
  private constructor(
    readonly privateKey: KeyObject,
    readonly publicJwk: PublicJwk,
  ) {}

  static async from(privateKey: KeyObject, alg: KeyAlgorithm): Promise<LocalKey> {
    return new LocalKey(privateKey, await publicJwkOf(createPublicKey(privateKey), alg));
  }

  static async fromJwk(privateJwk: JWK): Promise<LocalKey> {
    const alg = algorithmOf(privateJwk);
    if (alg === SM2_ALG) throw new Error('An SM2 key is not taken from a JWK');
    return LocalKey.from(createPrivateKey({ key: { ...privateJwk }, format: 'jwk' }), alg);
  }

  static async generate(alg: KeyAlgorithm): Promise<LocalKey> {
    return LocalKey.from(await generatePrivateKey(alg), alg);
  }

  get kid(): string {
    return this.publicJwk.kid;
  }

  get alg(): string {
    return this.publicJwk.alg;
  }

  /** For an organisation that keeps its own key; the platform's keys stay in the store. */
  async privateJwk(): Promise<PublicJwk> {
    if (this.alg === SM2_ALG) return { ...this.publicJwk, d: scalarOf(this.privateKey).toString('base64url') };
    return { ...(await exportJWK(this.privateKey)), kid: this.kid, alg: this.alg, use: this.publicJwk.use };
  }

  async sign(payload: string | Uint8Array, header: JwsHeader): Promise<string> {
    const suite = suites.get(this.alg);
    if (!suite) throw new Error(`A key for ${this.alg} does not sign`);
    return suite.sign(typeof payload === 'string' ? Buffer.from(payload) : payload, header, this.privateKey);
  }
}

export async function generatePrivateKey(alg: KeyAlgorithm): Promise<KeyObject> {
  const generate = promisify(generateKeyPair);
  switch (alg) {
    case 'EdDSA':
      return (await generate('ed25519')).privateKey;
    case 'RS256':
      return (await generate('rsa', { modulusLength: 3072 })).privateKey;
    case 'ES256':
    case 'ECDH-ES+A256KW':
      return (await generate('ec', { namedCurve: 'P-256' })).privateKey;
    case SM2_ALG:
      return (await generate('ec', { namedCurve: 'SM2' })).privateKey;
  }
}

export async function publicJwkOf(key: KeyObject, alg: KeyAlgorithm): Promise<PublicJwk> {
  if (alg === SM2_ALG) {
    const own = jwkOfPoint(pointOfKey(key));
    return { ...own, kid: calculateSm2Thumbprint(own), alg, use: 'sig' };
  }
  const jwk = await exportJWK(key);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg, use: alg.startsWith('ECDH') ? 'enc' : 'sig' };
}

/** Drops `d` and every other private member, so that a private JWK handed in by mistake is used as a public one. */
export function publicOnly({ kty, crv, x, y, n, e }: JWK): JWK {
  return Object.fromEntries(Object.entries({ kty, crv, x, y, n, e }).filter(([, v]) => v !== undefined)) as JWK;
}

/** The one algorithm a key may be used with: what the key's type says; a differing `alg` member is an error. */
export function algorithmOf(jwk: JWK): KeyAlgorithm {
  const byType: Record<string, KeyAlgorithm> = {
    'EC/P-256': 'ES256',
    'OKP/Ed25519': 'EdDSA',
    RSA: 'RS256',
    'EC/SM2': SM2_ALG,
  };
  const type = jwk.crv === undefined ? String(jwk.kty) : `${jwk.kty}/${jwk.crv}`;
  const alg = type === 'EC/P-256' && jwk.use === 'enc' ? 'ECDH-ES+A256KW' : byType[type];
  if (!alg || (jwk.alg !== undefined && jwk.alg !== alg)) throw new Error(`Unsupported key: ${type} ${jwk.alg ?? ''}`);
  return alg;
}
