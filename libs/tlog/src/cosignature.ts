import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { TlogError } from './hash.js';
import { COSIGNATURE_V1, formatPrivateKey, parsePrivateKey, parsePublicKey, publicHalf } from './key.js';
import type { Signer, Verifier } from './note.js';

/** A u64 of POSIX seconds, then an Ed25519 signature. */
const COSIGNATURE_BYTES = 8 + 64;
const MAX_TIME = 2n ** 63n - 1n;

/** What a witness signs (c2sp.org/tlog-cosignature, "Ed25519 signed message"); `text` is the checkpoint with all its lines. */
function signedMessage(time: bigint, text: string): string {
  return `cosignature/v1\ntime ${time}\n${text}`;
}

/** When the cosignature was given, in POSIX seconds. Throws TlogError when it is none. */
export function cosignatureTime(signature: Uint8Array): number {
  return Number(readTime(signature));
}

function readTime(signature: Uint8Array): bigint {
  if (signature.length !== COSIGNATURE_BYTES) throw new TlogError(`cosignature of ${signature.length} bytes`);
  const time = Buffer.from(signature).readBigUInt64BE(0);
  if (time === 0n || time > MAX_TIME) throw new TlogError(`cosignature at the time ${time}`);
  return time;
}

/**
 * Verifier for the Ed25519 key of a witness, in the form `name+hex8+base64(0x04 ‖ public key)`. It says who signed, not when:
 * {@link cosignatureTime}. Throws TlogError, also for the key of a log.
 */
export function parseCosignerVkey(vkey: string): Verifier {
  const key = parsePublicKey(vkey, COSIGNATURE_V1);
  return {
    name: key.name,
    keyId: key.keyId,
    verify: (text, signature) => {
      try {
        return key.verify(signedMessage(readTime(signature), text), signature.subarray(8));
      } catch (error) {
        if (error instanceof TlogError) return false;
        throw error;
      }
    },
  };
}

/**
 * Cosigner for an Ed25519 private key under this name. The signed message does not contain the name, so a key must have only one.
 * `now` is the clock, in POSIX seconds.
 */
export function cosigner(name: string, privateKey: KeyObject, now: () => number = posixSeconds): Signer {
  return {
    name,
    ...publicHalf(name, privateKey, COSIGNATURE_V1),
    sign: (text) => {
      const time = BigInt(Math.floor(now()));
      if (time <= 0n || time > MAX_TIME) throw new RangeError(`not a time for a cosignature: ${time}`);
      const signature = Buffer.alloc(COSIGNATURE_BYTES);
      signature.writeBigUInt64BE(time, 0);
      signature.set(sign(null, Buffer.from(signedMessage(time, text)), privateKey), 8);
      return signature;
    },
  };
}

/** Cosigner for a key as {@link generateCosignerKey} writes it. Throws TlogError. */
export function parseCosignerSkey(skey: string, now?: () => number): Signer {
  const { name, privateKey } = parsePrivateKey(skey, COSIGNATURE_V1);
  return cosigner(name, privateKey, now);
}

/** A new key pair for a witness: `skey` stays secret, `vkey` is for those who verify. */
export function generateCosignerKey(name: string): { skey: string; vkey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    skey: formatPrivateKey(name, privateKey, COSIGNATURE_V1),
    vkey: publicHalf(name, privateKey, COSIGNATURE_V1).vkey,
  };
}

export function posixSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
