import { createHash } from 'node:crypto';
import { parseProof, parseVkey, verifyProof } from '@app/tlog';
import { isObject } from './data-model.js';
import { parseJson } from './json.js';
import { rejection, type Rejection } from './rejections.js';
import type { Trust } from './trust.js';

/** That a certificate's issuance is in the ledger: the proof with its leaf, and the event whose digest the leaf holds. */
export interface Evidence {
  /** c2sp.org/tlog-proof@v1, the leaf in its line `extra` */
  proof: string;
  /** Hexadecimal; null with `payload` when it was erased. */
  salt: string | null;
  payload: string | null;
}

const ISSUED = 'certificates.certificate-issued.v1';

export interface Issuance {
  number: string;
  /** Compact, or without the payload. */
  credentials: readonly string[];
}

/**
 * What the event says, when its payload belongs to the leaf of the proof. Whether the leaf is in the log is another question, see
 * {@link checkInclusion}.
 */
export function issuanceOf({ proof, salt, payload }: Evidence): Issuance | Rejection {
  try {
    const leaf = leafOf(proof);
    if (salt === null || payload === null) return rejection('REGISTER_UNKNOWN', 'the payload of the event is erased');
    const digest = createHash('sha256').update(Buffer.from(salt, 'hex')).update(payload).digest('hex');
    if (leaf['type'] !== ISSUED || leaf['payloadDigest'] !== digest)
      return rejection('INCLUSION_OTHER_EVENT', leaf['type']);
    const { number, credentials } = parseJson(payload) as Record<string, unknown>;
    if (typeof number !== 'string' || !isObject(credentials)) return rejection('INCLUSION_OTHER_EVENT');
    return { number, credentials: Object.values(credentials).map(String) };
  } catch (error) {
    return rejection('INCLUSION_INVALID', error);
  }
}

/** Whether the leaf is in the log, under a checkpoint that one of its keys signed. */
export function checkInclusion({ proof }: Evidence, { origin, vkeys }: NonNullable<Trust['log']>): Rejection[] {
  try {
    const { extra } = parseProof(proof);
    const { checkpoint } = verifyProof(proof, extra ?? Buffer.alloc(0), vkeys.map(parseVkey));
    return checkpoint.origin === origin ? [] : [rejection('INCLUSION_INVALID', `of another log: ${checkpoint.origin}`)];
  } catch (error) {
    return [rejection('INCLUSION_INVALID', error)];
  }
}

function leafOf(proof: string): Record<string, unknown> {
  const { extra } = parseProof(proof);
  const leaf = parseJson(Buffer.from(extra ?? []).toString());
  if (!isObject(leaf)) throw new Error('the proof has no leaf');
  return leaf;
}
