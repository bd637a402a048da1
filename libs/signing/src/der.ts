import { createHash } from 'node:crypto';
import forge from 'node-forge';

/** ASN.1 in DER, made and read; node-forge does the coding. */
export type Node = forge.asn1.Asn1;
const { asn1 } = forge;
const { Class, Type } = asn1;

export const node = (type: number, value: string | Node[]): Node =>
  asn1.create(Class.UNIVERSAL, type, Array.isArray(value), value);
export const seq = (...members: Node[]): Node => node(Type.SEQUENCE, members);
export const set = (...members: Node[]): Node => node(Type.SET, members);
export const oid = (dotted: string): Node => node(Type.OID, asn1.oidToDer(dotted).getBytes());
export const int = (value: number): Node => node(Type.INTEGER, asn1.integerToDer(value).getBytes());
export const bigInt = (bytes: Buffer): Node => node(Type.INTEGER, positive(bytes).toString('binary'));
export const octets = (bytes: Buffer): Node => node(Type.OCTETSTRING, bytes.toString('binary'));
export const generalizedTime = (at: Date): Node =>
  node(
    Type.GENERALIZEDTIME,
    at
      .toISOString()
      .replace(/[-:T]/g, '')
      .replace(/\.\d+Z$/, 'Z'),
  );
export const bool = (value: boolean): Node => node(Type.BOOLEAN, value ? '\xff' : '\x00');
export const tagged = (tag: number, members: Node[]): Node => asn1.create(Class.CONTEXT_SPECIFIC, tag, true, members);
export const algorithm = (dotted: string): Node => seq(oid(dotted), node(Type.NULL, ''));
export const der = (value: Node): Buffer => Buffer.from(asn1.toDer(value).getBytes(), 'binary');
export const parse = (bytes: Uint8Array): Node => asn1.fromDer(Buffer.from(bytes).toString('binary'));
export const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

export const isTagged = (value: Node | undefined, tag: number): boolean =>
  value?.tagClass === Class.CONTEXT_SPECIFIC && (value.type as number) === tag;
export const isType = (value: Node | undefined, type: number): boolean =>
  value?.tagClass === Class.UNIVERSAL && (value.type as number) === type;
export { Type };

export function children(parent: Node | undefined): Node[] {
  if (!parent || !Array.isArray(parent.value)) throw new Error('a structure is missing');
  return parent.value;
}

export function child(parent: Node | undefined, index: number): Node {
  const found = children(parent)[index];
  if (!found) throw new Error('a member is missing');
  return found;
}

export function bytesOf(value: Node | undefined): Buffer {
  if (typeof value?.value !== 'string') throw new Error('a value is missing');
  return Buffer.from(value.value, 'binary');
}

export const oidOf = (value: Node | undefined): string => asn1.derToOid(bytesOf(value).toString('binary'));

/** X.690 §11.7: seconds, and a fraction without trailing zeros; always UTC. */
export function timeOfNode(value: Node | undefined): Date {
  const text = bytesOf(value).toString('latin1');
  const [, y, mo, d, h, mi, s, fraction = ''] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d{1,9})?Z$/.exec(text) ?? [];
  const at = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}${fraction.slice(0, 4)}Z`);
  if (Number.isNaN(at.getTime())) throw new Error('not a time');
  return at;
}

/** Without the zeros before, and with one when the number would be taken for negative (X.690 §8.3). */
function positive(bytes: Buffer): Buffer {
  const from = bytes.findIndex((byte) => byte !== 0);
  if (from < 0) return Buffer.from([0]);
  return bytes[from]! > 0x7f ? Buffer.concat([Buffer.from([0]), bytes.subarray(from)]) : bytes.subarray(from);
}
