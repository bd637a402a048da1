/*
 * What a log claims, computed here with WebCrypto: Merkle hashes (RFC 6962 §2.1), consistency proofs (RFC 9162 §2.1.4.2) and the
 * signatures of checkpoints (c2sp.org/signed-note). The service's word counts for nothing in it.
 */

type Bytes = Uint8Array<ArrayBuffer>;

export const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
export const fromHex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
export const toHex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export async function sha256(...parts: readonly Uint8Array[]): Promise<Bytes> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

export const leafHash = (leaf: Uint8Array): Promise<Bytes> => sha256(Uint8Array.of(0), leaf);
const nodeHash = (left: Uint8Array, right: Uint8Array): Promise<Bytes> => sha256(Uint8Array.of(1), left, right);

/** Root of the tree over leaf hashes: in every row a hash without a neighbour moves up as it is. */
export async function rootOf(leaves: readonly Bytes[]): Promise<Bytes> {
  let row = leaves;
  if (row.length === 0) return sha256();
  while (row.length > 1) {
    const pairs = row.filter((_, i) => i % 2 === 0);
    row = await Promise.all(
      pairs.map(async (left, i) => {
        const right = row[2 * i + 1];
        return right ? nodeHash(left, right) : left;
      }),
    );
  }
  return row[0]!;
}

/** A tree that somebody published. */
export interface Head {
  readonly size: number;
  /** Base64. */
  readonly root: string;
}

/** Whether `hashes` (base64) prove that the first tree is a prefix of the second. */
export async function isPrefix(from: Head, to: Head, hashes: readonly string[]): Promise<boolean> {
  if (from.size > to.size) return false;
  if (from.size === to.size) return hashes.length === 0 && from.root === to.root;
  if (from.size === 0) return hashes.length === 0 && from.root === inBase64(await sha256());
  let [fn, sn] = [from.size - 1, to.size - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  // A first tree that is one perfect subtree of the second is not repeated in the proof.
  const [seed, ...path] = (fn === 0 ? [from.root, ...hashes] : hashes).map(fromBase64);
  if (!seed) return false;
  let [first, second] = [seed, seed];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [first, second] = await Promise.all([nodeHash(sibling, first), nodeHash(sibling, second)]);
      while (fn % 2 === 0 && fn > 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      second = await nodeHash(second, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && inBase64(first) === from.root && inBase64(second) === to.root;
}

const half = (n: number): number => Math.floor(n / 2);
const inBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

export interface NoteSignature {
  readonly name: string;
  /** Hexadecimal, as in a vkey. */
  readonly keyId: string;
  readonly bytes: Bytes;
  /** When a witness gave it (c2sp.org/tlog-cosignature); null for the log's own. */
  readonly at: string | null;
}

/** A checkpoint taken apart; nothing is verified. */
export interface Note extends Head {
  readonly text: string;
  readonly origin: string;
  readonly signatures: readonly NoteSignature[];
}

const COSIGNATURE_BYTES = 8 + 64;

export function readNote(note: string): Note {
  const split = note.lastIndexOf('\n\n');
  const text = note.slice(0, split + 1);
  const [origin = '', size = '', root = ''] = text.split('\n');
  const lines = note.slice(split + 2).split('\n');
  const signatures = lines.filter(Boolean).map((line): NoteSignature => {
    const [, name = '', base64 = ''] = line.split(' ');
    const whole = fromBase64(base64);
    const bytes = whole.slice(4);
    const time = bytes.length === COSIGNATURE_BYTES ? new DataView(bytes.buffer).getBigUint64(0) : null;
    const at = time === null ? null : new Date(Number(time) * 1000).toISOString();
    return { name, keyId: toHex(whole.slice(0, 4)), bytes, at };
  });
  return { text, origin, size: Number(size), root, signatures };
}

/** @returns whether the key signed the text; null when this browser knows no Ed25519 */
export async function signedBy({ text }: Note, { name, keyId, bytes }: NoteSignature, vkeys: readonly string[]) {
  const vkey = vkeys.find((one) => one.startsWith(`${name}+${keyId}+`));
  if (!vkey) return false;
  try {
    const raw = fromBase64(vkey.split('+').slice(2).join('+')).slice(1);
    const key = await crypto.subtle.importKey('raw', raw, 'Ed25519', false, ['verify']);
    return await crypto.subtle.verify('Ed25519', key, bytes, utf8(text));
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotSupportedError') return null;
    throw error;
  }
}
