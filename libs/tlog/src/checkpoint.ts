import { decodeBase64, decodeDecimal, HASH_SIZE, TlogError } from './hash.js';
import { openNote, signNote } from './note.js';
import type { OpenedNote, Signer, Verifier } from './note.js';

/** A tree head (c2sp.org/tlog-checkpoint). */
export interface Checkpoint {
  /** Identity of the log: its URL prefix without scheme and trailing slash. */
  readonly origin: string;
  /** Leaves. */
  readonly size: number;
  /** RFC 6962 root hash, 32 bytes. */
  readonly root: Uint8Array;
  /** Opaque further lines; not recommended by the specification. */
  readonly extensions?: readonly string[];
}

/** The text of a checkpoint, ready to be signed as a note. */
export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  if ([origin, ...extensions].some((line) => line === '' || line.includes('\n')))
    throw new RangeError('empty or broken line');
  if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`not a tree size: ${size}`);
  if (root.length !== HASH_SIZE) throw new RangeError(`root hash of ${root.length} bytes`);
  return [origin, size, Buffer.from(root).toString('base64'), ...extensions, ''].join('\n');
}

/** Reads the text of a checkpoint. Throws TlogError unless it is exactly as {@link formatCheckpoint} writes it. */
export function parseCheckpoint(text: string): Checkpoint {
  if (!text.endsWith('\n')) throw new TlogError('checkpoint does not end with a newline');
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n');
  if (!origin || size === undefined || root === undefined || extensions.includes('')) {
    throw new TlogError('checkpoint is not three or more non-empty lines');
  }
  const hash = decodeBase64(root);
  if (hash.length !== HASH_SIZE) throw new TlogError(`root hash of ${hash.length} bytes`);
  return { origin, size: decodeDecimal(size), root: hash, ...(extensions.length > 0 && { extensions }) };
}

/** A signed checkpoint. */
export function signCheckpoint(checkpoint: Checkpoint, signers: readonly Signer[]): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), signers);
}

/**
 * A checkpoint whose note at least one of these keys signed, with the note's signatures. Any name may sign: compare `origin` with
 * the log that is meant. Throws TlogError.
 */
export function openCheckpoint(
  note: string | Uint8Array,
  verifiers: readonly Verifier[],
): { checkpoint: Checkpoint; note: OpenedNote } {
  const opened = openNote(note, verifiers);
  return { checkpoint: parseCheckpoint(opened.text), note: opened };
}
