import { Readable } from 'node:stream';
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { z } from 'zod';
import { Refusal, type Fault } from './refusal.js';

const zh = z.locales.zhCN().localeError;
const en = z.locales.en().localeError;

/** Checks whatever a route declares with `{ schema }` (Zod) and answers 422 with a pointer and both languages for each fault. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { schema }: ArgumentMetadata): unknown {
    if (!(schema instanceof z.ZodType)) return value;
    // A body that no parser took is left as a stream, for the routes that want one.
    if (value instanceof Readable) throw new Refusal('unsupported-media-type');
    const result = schema.safeParse(value ?? {}, { reportInput: true });
    if (result.success) return result.data;
    throw new Refusal('invalid-request', {}, result.error.issues.slice(0, 50).map(toFault));
  }
}

/** A `rule` carries its own two texts; everything else is told by Zod's locales. */
function toFault(issue: z.core.$ZodIssue): Fault {
  const own = issue.code === 'custom' ? (issue.params as { zh?: string; en?: string } | undefined) : undefined;
  const text = (by: typeof zh) => {
    const said = by(issue as z.core.$ZodRawIssue);
    return typeof said === 'string' ? said : (said?.message ?? issue.message);
  };
  return {
    pointer: [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]
      .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join(''),
    zh: own?.zh ?? text(zh),
    en: own?.en ?? text(en),
  };
}
