import { generateKeyPairSync } from 'node:crypto';
import { calculateSm2Thumbprint, compactSm2, type JwsHeader, type PublicJwk, type SigningKey } from './suite.js';
import {
  jwkOfPoint,
  pointOfKey,
  scalarOf,
  signSm2Digest,
  SM2_ALG,
  sm2Digest,
  verifySm2Digest,
  type Sm2PublicJwk,
} from './sm2.js';

/**
 * What a certified cryptographic device (GM/T 0018) does for us. Keys are made in it and are named by a label; only a 32-byte digest goes
 * in and a signature comes out, as with `SDF_InternalSign_ECC`.
 */
export interface Hsm {
  /** Makes a key pair under the label unless there is one; answers the public point, 64 bytes. */
  open(label: string): Promise<Uint8Array>;
  /** A DER signature (GM/T 0009) over the digest. */
  signDigest(label: string, digest: Uint8Array): Promise<Uint8Array>;
  verifyDigest(point: Uint8Array, digest: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

/** A device in this process, for demonstrations and tests: its keys end with it, and no method gives them out. */
export class SimulatedHsm implements Hsm {
  readonly #keys = new Map<string, { scalar: Buffer; point: Buffer }>();

  async open(label: string): Promise<Uint8Array> {
    const known = this.#keys.get(label);
    if (known) return known.point;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
    const made = { scalar: scalarOf(privateKey), point: pointOfKey(privateKey) };
    this.#keys.set(label, made);
    return made.point;
  }

  async signDigest(label: string, digest: Uint8Array): Promise<Uint8Array> {
    const key = this.#keys.get(label);
    if (!key) throw new Error(`The device has no key "${label}"`);
    if (digest.length !== 32) throw new Error('The device signs digests of 32 bytes');
    return signSm2Digest(digest, key.scalar);
  }

  async verifyDigest(point: Uint8Array, digest: Uint8Array, signature: Uint8Array): Promise<boolean> {
    return digest.length === 32 && verifySm2Digest(digest, signature, point);
  }
}

/** A key that lives in a device, for everything that takes a {@link SigningKey}. */
export class HsmKey implements SigningKey {
  readonly alg = SM2_ALG;

  private constructor(
    private readonly hsm: Hsm,
    private readonly label: string,
    private readonly point: Uint8Array,
    readonly publicJwk: PublicJwk & Sm2PublicJwk,
  ) {}

  static async open(hsm: Hsm, label: string): Promise<HsmKey> {
    const point = await hsm.open(label);
    const jwk = jwkOfPoint(point);
    const publicJwk = { ...jwk, kid: calculateSm2Thumbprint(jwk), alg: SM2_ALG, use: 'sig' } as const;
    return new HsmKey(hsm, label, point, publicJwk);
  }

  get kid(): string {
    return this.publicJwk.kid;
  }

  sign(payload: string | Uint8Array, header: JwsHeader): Promise<string> {
    return compactSm2(payload, header, (input) => this.hsm.signDigest(this.label, sm2Digest(input, this.point)));
  }

  /** Whether a DER signature by this key over the message holds, by the device. */
  verify(message: Uint8Array, signature: Uint8Array): Promise<boolean> {
    return this.hsm.verifyDigest(this.point, sm2Digest(message, this.point), signature);
  }
}
