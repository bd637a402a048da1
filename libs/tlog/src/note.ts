import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeBase64, TlogError } from './hash.js';
import {
  ED25519,
  formatPrivateKey,
  hex8,
  isName,
  isNoteText,
  parsePrivateKey,
  parsePublicKey,
  publicHalf,
} from './key.js';

const MAX_SIGNATURES = 100;

/** A signature line of a note. Key name and key id together name the key; the bytes are everything after the key id. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly bytes: Uint8Array;
}

/** Checks signatures of one key; {@link parseVkey} makes those of a log, `parseCosignerVkey` those of a witness. */
export interface Verifier {
  readonly name: string;
  readonly keyId: number;
  verify(text: string, signature: Uint8Array): boolean;
}

/** Signs with one key, perhaps far away (KMS). `vkey` is the public half for those who verify. */
export interface Signer {
  readonly name: string;
  readonly keyId: number;
  readonly vkey: string;
  sign(text: string): Uint8Array | Promise<Uint8Array>;
}

/** A note whose signatures by known keys are good. */
export interface OpenedNote {
  /** What was signed, with its last newline. */
  readonly text: string;
  readonly verified: readonly NoteSignature[];
  /** Signatures by keys that the reader does not know: says nothing. */
  readonly unverified: readonly NoteSignature[];
}

/** Verifier for an Ed25519 key in the form `name+hex8+base64(0x01 ‖ public key)`. */
export function parseVkey(vkey: string): Verifier {
  return parsePublicKey(vkey, ED25519);
}

/** Signer for an Ed25519 private key under this name. */
export function noteSigner(name: string, privateKey: KeyObject): Signer {
  return { name, ...publicHalf(name, privateKey, ED25519), sign: (text) => sign(null, Buffer.from(text), privateKey) };
}

/** Signer for a key in the form `PRIVATE+KEY+name+hex8+base64(0x01 ‖ seed)` (golang.org/x/mod/sumdb/note). */
export function parseSkey(skey: string): Signer {
  const { name, privateKey } = parsePrivateKey(skey, ED25519);
  return noteSigner(name, privateKey);
}

/** A new Ed25519 key pair in the text forms of {@link parseSkey} and {@link parseVkey}. */
export function generateNoteKey(name: string): { skey: string; vkey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  return { skey: formatPrivateKey(name, privateKey, ED25519), vkey: publicHalf(name, privateKey, ED25519).vkey };
}

/** A note: the text, signed by all signers in their order. `kept` are signatures that others gave for the same text. */
export async function signNote(
  text: string,
  signers: readonly Signer[],
  kept: readonly NoteSignature[] = [],
): Promise<string> {
  if (!text.endsWith('\n') || !isNoteText(text)) throw new RangeError('not a note text');
  if (signers.length + kept.length === 0) throw new RangeError('a note needs a signature');
  const fresh = await Promise.all(
    signers.map(async (signer) => ({ name: signer.name, keyId: signer.keyId, bytes: await signer.sign(text) })),
  );
  return formatNote(text, [...fresh, ...kept]);
}

/** A note from its text and the signatures that it already has; verifies nothing. */
export function formatNote(text: string, signatures: readonly NoteSignature[]): string {
  return `${text}\n${formatSignatures(signatures)}`;
}

/** The signature lines of a note. */
export function formatSignatures(signatures: readonly NoteSignature[]): string {
  return signatures.map(signatureLine).join('');
}

/**
 * Text of a note and its signatures, with those by the given keys checked. Throws TlogError when the note is malformed, when a
 * signature by a known key is bad, or when no known key signed.
 */
export function openNote(note: string | Uint8Array, verifiers: readonly Verifier[]): OpenedNote {
  const { text, signatures } = splitNote(note);
  const verified: NoteSignature[] = [];
  const unverified: NoteSignature[] = [];
  for (const signature of signatures) {
    const known = verifiers.filter((v) => v.name === signature.name && v.keyId === signature.keyId);
    if (known.length > 1) throw new RangeError(`two keys named ${signature.name}+${hex8(signature.keyId)}`);
    if (known[0]?.verify(text, signature.bytes) === false) {
      throw new TlogError(`bad signature by ${signature.name}+${hex8(signature.keyId)}`);
    }
    (known[0] ? verified : unverified).push(signature);
  }
  if (verified.length === 0) throw new TlogError('no signature by a known key');
  return { text, verified, unverified };
}

/** Text and signature lines of a note, nothing verified. */
export function splitNote(note: string | Uint8Array): { text: string; signatures: NoteSignature[] } {
  const whole = noteString(note);
  const split = whole.lastIndexOf('\n\n');
  if (split < 0 || !whole.endsWith('\n') || !isNoteText(whole)) throw new TlogError('malformed note');
  const lines = whole.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw new TlogError(`more than ${MAX_SIGNATURES} signatures`);
  return { text: whole.slice(0, split + 1), signatures: lines.map(parseSignatureLine) };
}

function parseSignatureLine(line: string): NoteSignature {
  const [dash, name, base64, ...rest] = line.split(' ');
  if (dash !== '—' || name === undefined || !isName(name) || !base64 || rest.length > 0) {
    throw new TlogError('malformed signature line');
  }
  const bytes = decodeBase64(base64);
  if (bytes.length < 5) throw new TlogError('signature too short');
  return { name, keyId: bytes.readUInt32BE(0), bytes: bytes.subarray(4) };
}

function signatureLine({ name, keyId: id, bytes }: NoteSignature): string {
  const signature = Buffer.alloc(4 + bytes.length);
  signature.writeUInt32BE(id, 0);
  signature.set(bytes, 4);
  return `— ${name} ${signature.toString('base64')}\n`;
}

/** Text as it came over the wire. Throws TlogError when it is not UTF-8. */
export function noteString(note: string | Uint8Array): string {
  if (typeof note === 'string') return note;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(note);
  } catch {
    throw new TlogError('note is not UTF-8');
  }
}
