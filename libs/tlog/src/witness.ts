import { parseCheckpoint } from './checkpoint.js';
import type { Checkpoint } from './checkpoint.js';
import { decodeBase64, decodeDecimal, emptyRoot, HASH_SIZE, TlogError } from './hash.js';
import { formatSignatures, noteString, openNote, splitNote } from './note.js';
import type { Signer, Verifier } from './note.js';
import { verifyConsistency } from './tree.js';

/** Hashes of a consistency proof that a client may send (c2sp.org/tlog-witness, "add-checkpoint"). */
const MAX_PROOF = 63;
/** Media type of the size that a witness tells with 409. */
export const SIZE_TYPE = 'text/x.tlog.size';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** The body of `POST <submission prefix>/add-checkpoint`. A server should accept no more than 64 KiB. */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness cosigned last; 0 for none. */
  readonly oldSize: number;
  /** RFC 6962 consistency proof from it. */
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
}

/** What comes back over HTTP. */
export interface WitnessAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** Where a witness keeps, for each origin, the signed checkpoint that it cosigned last. */
export interface WitnessStore {
  load(origin: string): Promise<string | undefined>;
  /**
   * Puts `next` in the place of `previous`, in one atomic step and durably, before it answers true. Answers false, and changes
   * nothing, when `previous` is no longer what is stored.
   */
  replace(origin: string, previous: string | undefined, next: string): Promise<boolean>;
}

export interface Witness {
  /** Keys of each log by its origin. */
  readonly logs: ReadonlyMap<string, readonly Verifier[]>;
  readonly cosigners: readonly Signer[];
  readonly store: WitnessStore;
  /** Called with two checkpoints that one log signed and that contradict each other, before the answer. Keep both: they prove it. */
  readonly onFork?: (ours: string, theirs: string) => void | Promise<void>;
}

export function formatAddCheckpoint({ oldSize, proof, checkpoint }: AddCheckpoint): string {
  return [`old ${oldSize}`, ...proof.map((hash) => Buffer.from(hash).toString('base64')), '', checkpoint].join('\n');
}

/** Reads the body of a request; verifies nothing. Throws TlogError unless it is as {@link formatAddCheckpoint} writes it. */
export function parseAddCheckpoint(body: string | Uint8Array): AddCheckpoint {
  const text = noteString(body);
  const split = text.indexOf('\n\n');
  if (split < 0) throw new TlogError('request without a checkpoint');
  const [old, ...lines] = text.slice(0, split).split('\n');
  if (!old!.startsWith('old ')) throw new TlogError('request without an old size');
  if (lines.length > MAX_PROOF) throw new TlogError(`consistency proof of ${lines.length} hashes`);
  const proof = lines.map(decodeBase64);
  if (proof.some((hash) => hash.length !== HASH_SIZE))
    throw new TlogError('consistency proof with a hash that is not SHA-256');
  return { oldSize: decodeDecimal(old!.slice('old '.length)), proof, checkpoint: text.slice(split + 2) };
}

/** The witness's side of `add-checkpoint`. Throws only what the store or a signer throws; nothing is cosigned then. */
export async function addCheckpoint(body: string | Uint8Array, witness: Witness): Promise<WitnessAnswer> {
  const { logs, cosigners, store, onFork } = witness;
  let request: AddCheckpoint;
  let next: Checkpoint;
  try {
    request = parseAddCheckpoint(body);
    next = parseCheckpoint(splitNote(request.checkpoint).text);
  } catch (error) {
    return refusal(400, error);
  }
  const verifiers = logs.get(next.origin);
  if (!verifiers) return refusal(404, new TlogError('unknown log'));
  try {
    openNote(request.checkpoint, verifiers);
  } catch (error) {
    return refusal(403, error);
  }
  if (request.oldSize > next.size) return refusal(400, new TlogError('the old size is above the size'));
  const stored = await store.load(next.origin);
  const last = treeOf(stored);
  if (request.oldSize !== last.size) return conflict(last.size);
  const { proof } = request;
  const forked = stored !== undefined && next.size === last.size && Buffer.compare(last.root, next.root) !== 0;
  if (forked) {
    await onFork?.(stored, request.checkpoint);
    return conflict(last.size);
  }
  if (!verifyConsistency(proof, last.size, next.size, last.root, next.root))
    return refusal(422, new TlogError('the consistency proof does not verify'));
  // Stored first: a cosignature that nobody gets is harmless, a cosignature that is forgotten is not.
  if (!(await store.replace(next.origin, stored, request.checkpoint)))
    return conflict(treeOf(await store.load(next.origin)).size);
  const { text } = splitNote(request.checkpoint);
  const cosignatures = await Promise.all(
    cosigners.map(async (one) => ({ name: one.name, keyId: one.keyId, bytes: await one.sign(text) })),
  );
  return { status: 200, contentType: TEXT_TYPE, body: formatSignatures(cosignatures) };
}

function treeOf(stored: string | undefined): { size: number; root: Uint8Array } {
  return stored === undefined ? { size: 0, root: emptyRoot() } : parseCheckpoint(splitNote(stored).text);
}

function conflict(size: number): WitnessAnswer {
  return { status: 409, contentType: SIZE_TYPE, body: `${size}\n` };
}

function refusal(status: number, error: unknown): WitnessAnswer {
  if (!(error instanceof TlogError)) throw error;
  return { status, contentType: TEXT_TYPE, body: `${error.message}\n` };
}
