import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { decodeBase64, TlogError } from './hash.js';

const ED25519 = 0x01;
const MAX_SIGNATURES = 100;
/** RFC 8410 §7: everything of a PKCS #8 Ed25519 private key before its 32-byte seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A signature line of a note. Key name and key id together name the key; the bytes are everything after the key id. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly bytes: Uint8Array;
}

/** Checks signatures of one key. Other signature types (cosignatures, for example) are other implementations. */
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

/** Key id of c2sp.org/signed-note: the first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). */
export function keyId(name: string, type: number, publicKey: Uint8Array): number {
  const digest = createHash('sha256').update(`${name}\n`).update(Uint8Array.of(type)).update(publicKey).digest();
  return digest.readUInt32BE(0);
}

/** Verifier for an Ed25519 key in the form `name+hex8+base64(0x01 ‖ public key)`. */
export function parseVkey(vkey: string): Verifier {
  const { name, id, type, key } = splitKey(vkey);
  if (id !== keyId(name, type, key)) throw new TlogError(`key id does not belong to the key: ${vkey.slice(0, 200)}`);
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') },
    format: 'jwk',
  });
  return {
    name,
    keyId: id,
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, signature),
  };
}

/** Signer for an Ed25519 private key under this name. */
export function noteSigner(name: string, privateKey: KeyObject): Signer {
  if (!isName(name)) throw new RangeError(`not a key name: ${JSON.stringify(name)}`);
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new RangeError('notes are signed with Ed25519');
  const raw = Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x!, 'base64url');
  const id = keyId(name, ED25519, raw);
  return {
    name,
    keyId: id,
    vkey: `${name}+${hex8(id)}+${Buffer.from([ED25519, ...raw]).toString('base64')}`,
    sign: (text) => sign(null, Buffer.from(text), privateKey),
  };
}

/** Signer for a key in the form `PRIVATE+KEY+name+hex8+base64(0x01 ‖ seed)` (golang.org/x/mod/sumdb/note). */
export function parseSkey(skey: string): Signer {
  // No key material in the messages.
  const prefix = 'PRIVATE+KEY+';
  if (!skey.startsWith(prefix)) throw new TlogError('not a private note key');
  const { name, id, key } = splitKey(skey.slice(prefix.length), 'private note key');
  const signer = noteSigner(
    name,
    createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, key]), format: 'der', type: 'pkcs8' }),
  );
  if (signer.keyId !== id) throw new TlogError('key id does not belong to the private note key');
  return signer;
}

/** A new Ed25519 key pair in the text forms of {@link parseSkey} and {@link parseVkey}. */
export function generateNoteKey(name: string): { skey: string; vkey: string } {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = noteSigner(name, privateKey);
  const seed = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url');
  const key = Buffer.from([ED25519, ...seed]).toString('base64');
  return { skey: `PRIVATE+KEY+${name}+${hex8(signer.keyId)}+${key}`, vkey: signer.vkey };
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
  return `${text}\n${[...fresh, ...kept].map(signatureLine).join('')}`;
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
  const whole = typeof note === 'string' ? note : decodeUtf8(note);
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

function splitKey(text: string, shown = text): { name: string; id: number; type: number; key: Buffer } {
  const match = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text);
  if (!match || !isName(match[1]!)) throw new TlogError(`malformed note key: ${shown.slice(0, 200)}`);
  const bytes = Buffer.from(match[3]!, 'base64');
  if (bytes.toString('base64') !== match[3] || bytes[0] !== ED25519 || bytes.length !== 33) {
    throw new TlogError(`not an Ed25519 note key: ${shown.slice(0, 200)}`);
  }
  return { name: match[1]!, id: Number.parseInt(match[2]!, 16), type: ED25519, key: bytes.subarray(1) };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TlogError('note is not UTF-8');
  }
}

/** No ASCII control characters but newline, and no lone surrogates. */
function isNoteText(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return !/[\u0000-\u0009\u000b-\u001f]|\p{Surrogate}/u.test(text);
}

/** Not empty, no Unicode space, no plus. */
function isName(name: string): boolean {
  return /^[^\s\u0085+]+$/u.test(name) && isNoteText(name);
}

function hex8(id: number): string {
  return id.toString(16).padStart(8, '0');
}
