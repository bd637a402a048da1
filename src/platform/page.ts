import type { Page } from '@app/sdk';
import { z } from 'zod';
import { fault } from './refusal.js';

/** An opaque cursor: the sort key of the last row that the caller has seen. */
export const encodeCursor = (key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(key)).toString('base64url');

/**
 * What stands in a key: a number, an instant, a code, an id by its prefix, or exactly the text behind `=`; so a cursor of another
 * list is known as such.
 */
type Part = 'count' | 'instant' | 'code' | `${string}_` | `=${string}`;

const isPart = (value: unknown, part: Part): boolean => {
  if (part === 'count') return Number.isSafeInteger(value) && Number(value) >= 0;
  if (typeof value !== 'string') return false;
  if (part.startsWith('=')) return value === part.slice(1);
  if (part === 'instant') return z.iso.datetime().safeParse(value).success;
  if (part === 'code') return /^[A-Z0-9-]{1,20}$/.test(value);
  return value.startsWith(part) && /^\w{1,100}$/.test(value);
};

/** @returns the key, or undefined for the first page; a cursor that is not of this list is refused */
export function decodeCursor(cursor: string | undefined, ...parts: Part[]): (string | number)[] | undefined {
  if (cursor === undefined) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(key) && key.length === parts.length && parts.every((part, i) => isPart(key[i], part)))
      return key as (string | number)[];
  } catch {
    // Not ours: refused below.
  }
  throw fault('/cursor', '游标无效,请从第一页重新读取', 'not a cursor of this list; start again at the first page');
}

/** Makes a page of `rows`, read with LIMIT `limit + 1`; `key` gives the sort key of a row. */
export function toPage<T>(rows: T[], limit: number, key: (row: T) => (string | number)[]): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null };
}
