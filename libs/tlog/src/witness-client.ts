import { parseCheckpoint } from './checkpoint.js';
import { cosignatureTime } from './cosignature.js';
import { decodeDecimal, TlogError } from './hash.js';
import { formatNote, noteString, openNote, splitNote } from './note.js';
import type { NoteSignature, Verifier } from './note.js';
import { readBody } from './source.js';
import { formatAddCheckpoint, SIZE_TYPE } from './witness.js';
import type { WitnessAnswer } from './witness.js';

/** A witness as a log sees it. */
export interface WitnessClient {
  /** Its keys; cosignatures by others are ignored. */
  readonly verifiers: readonly Verifier[];
  /** Sends the body to its `add-checkpoint`; {@link httpWitness} makes one. */
  readonly post: (body: string) => Promise<WitnessAnswer>;
}

/** The witness has cosigned a tree that this one does not continue: the log was cut or rewritten. */
export class WitnessConflict extends TlogError {
  override name = 'WitnessConflict';
}

/**
 * Asks a witness to cosign a checkpoint. `knownSize` is the size that it cosigned last, as far as the log knows (0 for nothing): if
 * it is another, the witness says so and is asked again, once. `prove` answers with the consistency proof from a size. Throws
 * {@link WitnessConflict} when the witness knows another or a longer tree, TlogError when it refuses for another reason, or answers
 * with anything but its own good cosignatures.
 */
export async function askWitness(
  checkpoint: string,
  { verifiers, post }: WitnessClient,
  knownSize: number,
  prove: (oldSize: number) => Promise<readonly Uint8Array[]>,
): Promise<NoteSignature[]> {
  const { text } = splitNote(checkpoint);
  const { size } = parseCheckpoint(text);
  const ask = async (oldSize: number): Promise<WitnessAnswer> =>
    post(formatAddCheckpoint({ oldSize, proof: oldSize > 0 ? await prove(oldSize) : [], checkpoint }));
  let oldSize = Math.min(knownSize, size);
  let answer = await ask(oldSize);
  for (let asked = 1; answer.status === 409; asked++) {
    const actual = readKnownSize(answer);
    if (actual === oldSize) throw new WitnessConflict(`the witness knows another tree of ${actual} leaves: a fork`);
    if (actual > size)
      throw new WitnessConflict(`the witness has cosigned ${actual} leaves already, more than ${size}`);
    if (asked === 2) throw new TlogError(`the witness went on to ${actual} leaves meanwhile`);
    oldSize = actual;
    answer = await ask(oldSize);
  }
  // The proof is of this very tree: it fails only against a root that belongs to another.
  if (answer.status === 422)
    throw new WitnessConflict(`the witness knows a tree of ${oldSize} leaves that this one does not continue`);
  if (answer.status !== 200)
    throw new TlogError(`the witness answers ${answer.status}: ${answer.body.slice(0, 200).trimEnd()}`);
  return readCosignatures(text, answer.body, verifiers);
}

function readKnownSize({ contentType, body }: WitnessAnswer): number {
  if (contentType.split(';')[0]!.trim() !== SIZE_TYPE || !body.endsWith('\n'))
    throw new TlogError(`the witness answers 409 without a size: ${body.slice(0, 80)}`);
  return decodeDecimal(body.slice(0, -1));
}

function readCosignatures(text: string, lines: string, verifiers: readonly Verifier[]): NoteSignature[] {
  const { text: signed, verified } = openNote(`${text}\n${lines}`, verifiers);
  if (signed !== text) throw new TlogError('the witness answers with more than signature lines');
  for (const { bytes } of verified) cosignatureTime(bytes);
  return [...verified];
}

/** The signed checkpoint with further signatures of the same text; a new one replaces an older one by the same key. */
export function addSignatures(checkpoint: string, added: readonly NoteSignature[]): string {
  const { text, signatures } = splitNote(checkpoint);
  const isOld = (old: NoteSignature): boolean =>
    added.some(({ name, keyId }) => name === old.name && keyId === old.keyId);
  return formatNote(text, [...signatures.filter((signature) => !isOld(signature)), ...added]);
}

/** `add-checkpoint` of the witness with this submission prefix, answered within `timeout` ms and in at most 64 KiB. */
export function httpWitness(
  prefix: string | URL,
  { request = fetch, timeout = 10_000 }: { request?: typeof fetch; timeout?: number } = {},
): WitnessClient['post'] {
  const url = `${String(prefix).replace(/\/+$/, '')}/add-checkpoint`;
  return async (body) => {
    const response = await request(url, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeout),
    });
    const bytes = await readBody(response, 1 << 16);
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      body: noteString(bytes),
    };
  };
}
