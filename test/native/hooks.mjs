import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';
import { typescript } from './typescript.mjs';

const root = new URL('../../', import.meta.url).href;
const maps = join(process.env.TEST_SCRATCH, 'maps');
mkdirSync(maps, { recursive: true });

/** Its event types are claimed once, like those of the service. */
const ONCE = `${root}test/support/noted.ts`;

export async function resolve(specifier, context, next) {
  const found = await sourceOf(specifier, context, next);
  const file = /\?file=\d+$/.exec(context.parentURL ?? '')?.[0];
  return file && found.url.startsWith(`${root}test/`) && found.url !== ONCE && !found.url.includes('?')
    ? { ...found, url: found.url + file }
    : found;
}

function sourceOf(specifier, context, next) {
  const found = (url) => ({ url, format: 'module', shortCircuit: true });
  if (specifier === '@jest/globals') return found(new URL('./globals.mjs', import.meta.url).href);
  const library = /^@app\/([^/]+)$/.exec(specifier)?.[1];
  if (library) return found(`${root}libs/${library}/src/index.ts`);
  const parent = context.parentURL?.replace(/\?.*$/, '') ?? '';
  if (specifier.startsWith('.') && specifier.endsWith('.js') && parent.startsWith(root) && parent.endsWith('.ts'))
    return found(new URL(specifier.replace(/\.js$/, '.ts'), parent).href);
  if (specifier.endsWith('.ts') || /\.ts\?file=\d+$/.test(specifier)) return found(specifier);
  return next(specifier, context);
}

export async function load(url, context, next) {
  const address = url.replace(/\?.*$/, '');
  if (!address.endsWith('.ts')) return next(url, context);
  const { code, map } = await transformFile(fileURLToPath(address), { ...typescript, sourceMaps: true });
  writeFileSync(join(maps, createHash('sha1').update(address).digest('hex')), map);
  return { format: 'module', source: code, shortCircuit: true };
}
