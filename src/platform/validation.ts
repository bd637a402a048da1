import { Readable } from 'node:stream';
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { Refusal, type Fault } from './refusal.js';

const zh = z.locales.zhCN().localeError;
const en = z.locales.en().localeError;

/** Checks whatever a route declares with `{ schema }` (Zod) and answers 422 with a pointer and both languages for each fault. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { schema, data }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return kept(value, value, data === undefined ? '' : `/${data}`);
    // A body that no parser took is left as a stream, for the routes that want one.
    if (value instanceof Readable) throw new Refusal('unsupported-media-type');
    const result = schema.safeParse(value ?? {}, { reportInput: true });
    if (result.success) return kept(result.data, value, '');
    throw new Refusal('invalid-request', {}, faultsOf(result.error));
  }
}

/** `result`, unless `value`, of which it was made, holds a text that no database or UTF-8 file keeps as it is. */
function kept(result: unknown, value: unknown, pointer: string): unknown {
  const faults = [...unkeepable(value, pointer)];
  if (faults.length > 0) throw new Refusal('invalid-request', {}, faults.slice(0, 50));
  return result;
}

function* unkeepable(value: unknown, pointer: string): Generator<Fault> {
  if (typeof value === 'string' && (value.includes('\0') || LONE_SURROGATE.test(value)))
    yield { pointer, zh: '不得包含 U+0000 或不成对的代理码', en: 'must not contain U+0000 or lone surrogates' };
  if (typeof value !== 'object' || value === null || value instanceof Readable) return;
  for (const [key, member] of Object.entries(value)) {
    yield* unkeepable(key, pointer);
    yield* unkeepable(member, `${pointer}/${escape(key)}`);
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const escape = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1');

/** Whether a parsed JSON `value` has more than `levels` of arrays and objects in one another. */
export const isNestedDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Readable) &&
  (levels === 0 || Object.values(value).some((member) => isNestedDeeper(member, levels - 1)));

/** What Zod found, at most 50 places; `root` is the pointer to what was parsed. */
export const faultsOf = (error: z.ZodError, root = ''): Fault[] =>
  error.issues.slice(0, 50).map((issue) => toFault(issue, root));

/** A `rule` carries its own two texts; everything else is told by Zod's locales. */
function toFault(issue: z.core.$ZodIssue, root: string): Fault {
  const own = issue.code === 'custom' ? (issue.params as { zh?: string; en?: string } | undefined) : undefined;
  const text = (by: typeof zh) => {
    const said = by(issue as z.core.$ZodRawIssue);
    return typeof said === 'string' ? said : (said?.message ?? issue.message);
  };
  return {
    pointer:
      root +
      [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]
        .map((part) => `/${escape(String(part))}`)
        .join(''),
    zh: own?.zh ?? text(zh),
    en: own?.en ?? text(en),
  };
}
