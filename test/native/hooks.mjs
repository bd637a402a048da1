import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { typescript } from './typescript.mjs';

const root = new URL('../../', import.meta.url).href;
const maps = join(process.env.TEST_SCRATCH, 'maps');
mkdirSync(maps, { recursive: true });

const MARK = /\?(file|apart)=\d+$/;

/** With the mark of a file come its own copies: of what is below `test/`, or of all of ours. */
export async function resolve(specifier, context, next) {
  const found = await sourceOf(specifier, context, next);
  const [mark, kind] = MARK.exec(context.parentURL ?? '') ?? [];
  const isOurs = found.url.startsWith(root) && !found.url.includes('/node_modules/') && !found.url.includes('?');
  const isOwn = isOurs && (kind === 'apart' || found.url.startsWith(`${root}test/`));
  return mark && isOwn ? { ...found, url: found.url + mark } : found;
}

function sourceOf(specifier, context, next) {
  const found = (url) => ({ url, format: 'module', shortCircuit: true });
  if (specifier === '@jest/globals') return found(new URL('./globals.mjs', import.meta.url).href);
  const library = /^@app\/([^/]+)$/.exec(specifier)?.[1];
  if (library) return found(`${root}libs/${library}/src/index.ts`);
  const parent = context.parentURL?.replace(MARK, '') ?? '';
  if (specifier.startsWith('.') && specifier.endsWith('.js') && parent.startsWith(root) && parent.endsWith('.ts'))
    return found(new URL(specifier.replace(/\.js$/, '.ts'), parent).href);
  if (specifier.replace(MARK, '').endsWith('.ts')) return found(specifier);
  return next(specifier, context);
}

export async function load(url, context, next) {
  const address = url.replace(MARK, '');
  if (!address.endsWith('.ts')) return next(url, context);
  const { code, map } = await transformFile(fileURLToPath(address), { ...typescript, sourceMaps: true });
  writeFileSync(join(maps, createHash('sha1').update(address).digest('hex')), map);
  return { format: 'module', source: code, shortCircuit: true };
}
