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
  refuseNonJson(value, '', new Set());
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
  if (typeof value === 'number' && !Number.isFinite(value)) return UNORDERED; // The library says why not.
  if (typeof value !== 'object' || value === null) return value;
  if ('toJSON' in value) return UNORDERED;
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value as unknown[]) {
      const ordered = inOrder(item);
      if (ordered === UNORDERED) return UNORDERED;
      items.push(ordered);
    }
    return items;
  }
  const members: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    const ordered = inOrder((value as Record<string, unknown>)[name]);
    if (ordered === UNORDERED || name === '__proto__' || /^\d/.test(name)) return UNORDERED;
    members[name] = ordered;
  }
  return members;
}

/** SHA-256 of bytes, or of the UTF-8 form of a text, as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 of the canonical form, as 64 lower-case hex digits. */
export function canonicalSha256Hex(value: unknown): string {
  return sha256Hex(canonicalJson(value));
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

/** RFC 8785 §3.2.2.2: a lone surrogate has no UTF-8 form. */
function refuseLoneSurrogate(text: string, pointer: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new NotJson(pointer, 'lone surrogate');
}
