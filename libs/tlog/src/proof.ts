import { openCheckpoint } from './checkpoint.js';
import type { Checkpoint } from './checkpoint.js';
import { decodeBase64, decodeDecimal, HASH_SIZE, leafHash, TlogError } from './hash.js';
import type { OpenedNote, Verifier } from './note.js';
import { verifyCheckpoint } from './policy.js';
import type { CosignedBetween, Policy } from './policy.js';
import { verifyInclusion } from './tree.js';

const HEADER = 'c2sp.org/tlog-proof@v1';

/** Everything needed to check offline that one entry is in a log (c2sp.org/tlog-proof@v1; file extension `.tlog-proof`). */
export interface Proof {
  readonly index: number;
  /** Inclusion proof, from the leaf's sibling up. */
  readonly hashes: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
  /** Opaque and authenticated by nothing. */
  readonly extra?: Uint8Array;
}

export function formatProof({ index, hashes, checkpoint, extra }: Proof): string {
  const lines = [HEADER];
  if (extra) lines.push(`extra ${Buffer.from(extra).toString('base64')}`);
  lines.push(`index ${index}`, ...hashes.map((hash) => Buffer.from(hash).toString('base64')), '', checkpoint);
  return lines.join('\n');
}

/** Reads a proof; verifies nothing. Throws TlogError unless it is exactly as {@link formatProof} writes it. */
export function parseProof(text: string): Proof {
  const split = text.indexOf('\n\n');
  if (split < 0) throw new TlogError('proof without a checkpoint');
  const lines = text.slice(0, split).split('\n');
  if (lines.shift() !== HEADER) throw new TlogError(`not a ${HEADER}`);
  const extra = lines[0]?.startsWith('extra ') ? decodeBase64(lines.shift()!.slice('extra '.length)) : undefined;
  const index = /^index (.*)$/.exec(lines.shift() ?? '');
  if (!index) throw new TlogError('proof without an index');
  // A tree of fewer than 2^53 leaves has no longer path; the limit keeps foreign input cheap.
  if (lines.length > 53) throw new TlogError(`inclusion proof of ${lines.length} hashes`);
  const hashes = lines.map(decodeBase64);
  if (hashes.some((hash) => hash.length !== HASH_SIZE))
    throw new TlogError('inclusion proof with a hash that is not SHA-256');
  return { index: decodeDecimal(index[1]!), hashes, checkpoint: text.slice(split + 2), ...(extra && { extra }) };
}

/**
 * Checks a proof for the bytes of an entry against a policy, or against keys of the log only: then compare the checkpoint's
 * `origin` with the log that is meant. Answers with the place of the entry and the checkpoint that covers it; throws TlogError when
 * anything is wrong.
 */
export function verifyProof(
  text: string,
  entry: Uint8Array,
  trust: readonly Verifier[] | Policy,
  between: CosignedBetween = {},
): { index: number; checkpoint: Checkpoint; note: OpenedNote } {
  const { index, hashes, checkpoint: signed } = parseProof(text);
  const { checkpoint, note } =
    'quorum' in trust ? verifyCheckpoint(signed, trust, between) : openCheckpoint(signed, trust);
  if (!verifyInclusion(hashes, index, checkpoint.size, leafHash(entry), checkpoint.root)) {
    throw new TlogError(`entry is not leaf ${index} of the tree of ${checkpoint.size}`);
  }
  return { index, checkpoint, note };
}
