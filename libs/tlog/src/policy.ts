import { parseCheckpoint } from './checkpoint.js';
import type { Checkpoint } from './checkpoint.js';
import { cosignatureTime, parseCosignerVkey } from './cosignature.js';
import { TlogError } from './hash.js';
import { openNote, parseVkey } from './note.js';
import type { NoteSignature, OpenedNote, Verifier } from './note.js';

/** Whom a reader of a log trusts (c2sp.org/tlog-policy). */
export interface Policy {
  /** Keys of the logs, each named as its log's origin; a log has several while its key is rotated. Any one must sign. */
  readonly logs: readonly Verifier[];
  /** The witnesses that must cosign. */
  readonly quorum: Quorum;
}

/** At least `threshold` of the members must have cosigned; 0 asks for none. */
export interface Quorum {
  readonly threshold: number;
  readonly members: readonly (Verifier | Quorum)[];
}

/** Cosignatures from before or after these POSIX seconds do not count; no limit where left out. */
export interface CosignedBetween {
  readonly after?: number;
  readonly before?: number;
}

/** A checkpoint that satisfies a policy. */
export interface TrustedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: OpenedNote;
  /** The cosignatures that count, with their times in POSIX seconds; one for each witness, its latest. */
  readonly cosigned: readonly { readonly name: string; readonly keyId: number; readonly time: number }[];
}

/** Policy of one log by its keys, cosigned by `threshold` of these witnesses. Throws TlogError for malformed keys, RangeError. */
export function policyOf(logVkeys: readonly string[], witnessVkeys: readonly string[] = [], threshold = 0): Policy {
  refuseSameKey(logVkeys);
  refuseSameKey(witnessVkeys);
  if (!Number.isInteger(threshold) || threshold < 0 || threshold > witnessVkeys.length)
    throw new RangeError(`no ${threshold} of ${witnessVkeys.length} witnesses`);
  return {
    logs: logVkeys.map(parseVkey),
    quorum: { threshold, members: witnessVkeys.map(parseCosignerVkey) },
  };
}

/** One key under two names would count twice, although an Ed25519 cosignature does not say under which it was given. */
function refuseSameKey(vkeys: readonly string[]): void {
  const keys = vkeys.map((vkey) => vkey.slice(vkey.indexOf('+', vkey.indexOf('+') + 1)));
  const twice = keys.findIndex((key, i) => keys.indexOf(key) !== i);
  if (twice >= 0) throw new RangeError(`the same key twice: ${vkeys[twice]!.slice(0, 200)}`);
}

/** Reads a policy file of c2sp.org/tlog-policy with Ed25519 keys. URLs are skipped. Throws TlogError with the line number. */
export function parsePolicy(text: string): Policy {
  const vkeys = { log: [] as string[], witness: [] as string[] };
  const logs: Verifier[] = [];
  const named = new Map<string, Verifier | Quorum>();
  const grouped = new Set<string>();
  let quorum: Quorum | undefined;
  const member = (name: string): Verifier | Quorum => {
    const found = named.get(name);
    if (!found) throw new TlogError(`nothing is named ${name}`);
    return found;
  };
  const define = (name: string | undefined, value: Verifier | Quorum): void => {
    if (!name || name === 'none' || named.has(name)) throw new TlogError(`cannot define the name ${name ?? ''}`);
    named.set(name, value);
  };
  const group = (k: string | undefined, names: readonly string[]): Quorum => {
    const threshold = k === 'any' ? 1 : k === 'all' ? names.length : /^[1-9]\d{0,3}$/.test(k ?? '') ? Number(k) : NaN;
    if (!(threshold >= 1 && threshold <= names.length)) throw new TlogError(`no ${k ?? ''} of ${names.length} members`);
    for (const name of names) {
      if (grouped.has(name)) throw new TlogError(`${name} is a member already`);
      grouped.add(name);
    }
    return { threshold, members: names.map(member) };
  };
  const read = (keyword: string, words: string[]): void => {
    if (keyword === 'log' && words.length >= 1 && words.length <= 2) {
      vkeys.log.push(words[0]!);
      logs.push(parseVkey(words[0]!));
    } else if (keyword === 'witness' && words.length >= 2 && words.length <= 3) {
      vkeys.witness.push(words[1]!);
      define(words[0], parseCosignerVkey(words[1]!));
    } else if (keyword === 'group') define(words[0], group(words[1], words.slice(2)));
    else if (keyword === 'quorum' && words.length === 1 && !quorum) {
      quorum = words[0] === 'none' ? { threshold: 0, members: [] } : { threshold: 1, members: [member(words[0]!)] };
    } else throw new TlogError(`not a line of a policy: ${keyword.slice(0, 80)}`);
    refuseSameKey(vkeys.log);
    refuseSameKey(vkeys.witness);
  };
  for (const [i, line] of text.split('\n').entries()) {
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) throw new TlogError(`line ${i + 1}: control character`);
    const words = line.split(/[ \t]+/).filter(Boolean);
    if (words.length === 0 || words[0]!.startsWith('#')) continue;
    try {
      read(words[0]!, words.slice(1));
    } catch (error) {
      throw new TlogError(`line ${i + 1}: ${(error as Error).message}`, { cause: error });
    }
  }
  if (!quorum) throw new TlogError('policy without a quorum');
  return { logs, quorum };
}

/**
 * A checkpoint that its own log signed and that enough witnesses cosigned. Throws TlogError otherwise, and, as every note does, for
 * a bad signature by a known key. Signatures by others are ignored.
 */
export function verifyCheckpoint(
  signed: string | Uint8Array,
  { logs, quorum }: Policy,
  between: CosignedBetween = {},
): TrustedCheckpoint {
  const note = openNote(signed, [...logs, ...witnessesOf(quorum)]);
  const checkpoint = parseCheckpoint(note.text);
  const own = logs.filter((log) => log.name === checkpoint.origin);
  if (!note.verified.some((signature) => signedBy(signature, own)))
    throw new TlogError(`not signed by a known key of the log ${checkpoint.origin.slice(0, 200)}`);
  const cosigned = latest(
    note.verified.filter((signature) => signedBy(signature, witnessesOf(quorum))),
    between,
  );
  if (!isMet(quorum, (witness) => signedBy(witness, cosigned))) {
    const { threshold, members } = quorum;
    throw new TlogError(
      `not cosigned by ${threshold} of ${members.length}, only by ${cosigned.length} known witnesses`,
    );
  }
  return { checkpoint, note, cosigned };
}

function latest(
  signatures: readonly NoteSignature[],
  { after, before }: CosignedBetween,
): TrustedCheckpoint['cosigned'] {
  const times = signatures
    .map(({ name, keyId, bytes }) => ({ name, keyId, time: cosignatureTime(bytes) }))
    .filter(({ time }) => time >= (after ?? 0) && time <= (before ?? Infinity))
    .toSorted((a, b) => b.time - a.time);
  return times.filter((one, i) => times.findIndex((other) => isSameKey(one, other)) === i);
}

function witnessesOf({ members }: Quorum): Verifier[] {
  return members.flatMap((member) => ('members' in member ? witnessesOf(member) : [member]));
}

function isMet({ threshold, members }: Quorum, hasCosigned: (witness: Verifier) => boolean): boolean {
  const met = members.filter((member) => ('members' in member ? isMet(member, hasCosigned) : hasCosigned(member)));
  return met.length >= threshold;
}

interface KeyName {
  readonly name: string;
  readonly keyId: number;
}

function isSameKey(a: KeyName, b: KeyName): boolean {
  return a.name === b.name && a.keyId === b.keyId;
}

function signedBy(signature: KeyName, keys: readonly KeyName[]): boolean {
  return keys.some((key) => isSameKey(key, signature));
}
