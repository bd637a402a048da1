import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** Thrown for a value that has no JSON form, so that nothing is dropped or rewritten silently before it is hashed. */
export class NotJson extends Error {
  /** @param pointer JSON pointer (RFC 6901) to the offending value */
  constructor(
    readonly pointer: string,
    what: string,
  ) {
    super(`Not JSON at "${pointer}": ${what}`);
  }
}

/**
 * The canonical form of RFC 8785 (JCS). The library would turn `undefined` into nothing and call `toJSON`; here anything that is not
 * plain JSON is refused, because two different values must never hash alike.
 */
export function canonicalJson(value: unknown): string {
  // Where something is not, and what, is asked only when something is.
  if (!isJson(value, 0)) refuseNonJson(value, '', new Set());
  return canonicalText(value)!;
}

/**
 * The form of RFC 8785 of what `JSON.stringify` would write, as the library gives it, at less than half its price: the members are put in
 * order, the writing is left to the engine. Names that an engine keeps in an order of its own go to the library.
 */
export function canonicalText(value: unknown): string | undefined {
  const ordered = inOrder(value);
  return ordered === UNORDERED ? canonicalize(value) : JSON.stringify(ordered);
}

const UNORDERED = Symbol('with names that cannot be put in order');

function inOrder(value: unknown): unknown {
  if (isInOrder(value)) return value;
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return UNORDERED; // The library knows, or says why not.
  if (Array.isArray(value)) {
    const items = value.map(inOrder);
    return items.includes(UNORDERED) ? UNORDERED : items;
  }
  const members: Record<string, unknown> = {};
  for (const name of Object.keys(value).toSorted()) {
    const member = inOrder((value as Record<string, unknown>)[name]);
    if (member === UNORDERED || !isOrdinary(name)) return UNORDERED;
    members[name] = member;
  }
  return members;
}

/** Most values are, because they were read from such a text or made like one: this looks, and makes nothing. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  if ('toJSON' in value) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isInOrder(value[i])) return false;
    return true;
  }
  let before = '';
  for (const name in value) {
    if (name < before || !isOrdinary(name) || !isInOrder((value as Record<string, unknown>)[name])) return false;
    before = name;
  }
  return true;
}

/** An engine keeps it where it was put. */
function isOrdinary(name: string): boolean {
  const code = name.charCodeAt(0);
  return !(code >= 48 && code <= 57) && name !== '__proto__';
}

/** SHA-256 of bytes, or of the UTF-8 form of a text, as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of the canonical form, as 64 lower-case hex digits. */
export function canonicalSha256Hex(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}

/** Deeper than this is looked at for circles. */
const DEPTH_MAX = 50;

/** False also for what only may be none. */
function isJson(value: unknown, depth: number): boolean {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return !LONE_SURROGATE.test(value);
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth > DEPTH_MAX) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isJson(value[i], depth + 1)) return false;
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const name of Object.keys(value))
    if (LONE_SURROGATE.test(name) || !isJson((value as Record<string, unknown>)[name], depth + 1)) return false;
  return true;
}

function refuseNonJson(value: unknown, pointer: string, ancestors: Set<object>): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new NotJson(pointer, String(value));
    return;
  }
  if (typeof value === 'string') return refuseLoneSurrogate(value, pointer);
  if (typeof value !== 'object') throw new NotJson(pointer, typeof value);
  if (ancestors.has(value)) throw new NotJson(pointer, 'circular reference');
  ancestors.add(value);
  if (Array.isArray(value)) {
    // An index loop, because forEach and map skip the holes of a sparse array.
    for (let i = 0; i < value.length; i++) refuseNonJson(value[i], `${pointer}/${i}`, ancestors);
  } else {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) throw new NotJson(pointer, 'not a plain object');
    for (const [key, member] of Object.entries(value)) {
      const below = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      refuseLoneSurrogate(key, below);
      refuseNonJson(member, below, ancestors);
    }
  }
  ancestors.delete(value);
}

/** RFC 8785 §3.2.2.2: it has no UTF-8 form. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function refuseLoneSurrogate(text: string, pointer: string): void {
  if (LONE_SURROGATE.test(text)) throw new NotJson(pointer, 'lone surrogate');
}
