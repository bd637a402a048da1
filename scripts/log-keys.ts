import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseVkey, TlogError, urlSource } from '@app/tlog';
import { Misuse } from './terminal.js';

export const TRUSTED_ON_FIRST_USE =
  '\n  来自日志本身，首次使用即信任；请与其他来源核对，或用 --vkey 指定' +
  '\n  taken from the log itself and trusted on first use: compare it with another source, or give --vkey';

/** A service's URL names its log at /log; any other path is a log's own prefix. */
export function prefixOf(url: string): string {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new Misuse(`不是 http(s) 网址 / not an http(s) URL: ${url}`);
  const { pathname } = new URL(url);
  return pathname === '/' ? new URL('/log', url).href : url.replace(/\/+$/, '');
}

/** The keys that stand beside a log, one in a line: at its URL, or in its exported folder. */
export async function keysBeside(source: string): Promise<string[]> {
  const bytes = /^https?:/.test(source)
    ? await urlSource(source)('key', 65_536)
    : await readFile(join(source, 'key')).catch(() => undefined);
  if (!bytes) throw new Misuse(`${source}/key: 没有公钥,请另行取得并指定 / no key there: get it elsewhere and give it`);
  return linesOf(bytes.toString('utf8'));
}

export const linesOf = (text: string): string[] => [...new Set(text.split(/\s+/).filter((line) => line !== ''))];

/** The origin of the log that all these keys belong to; any one of them is enough to sign a checkpoint. */
export function originOf(vkeys: readonly string[]): string {
  const names = vkeys.map((vkey) => {
    try {
      return parseVkey(vkey).name;
    } catch (error) {
      if (error instanceof TlogError) throw new Misuse(`不是日志公钥 / not the key of a log: ${error.message}`);
      throw error;
    }
  });
  if (new Set(names).size !== 1)
    throw new Misuse(`公钥不属于同一日志 / the keys are not of one log: ${[...new Set(names)].join(', ')}`);
  return names[0]!;
}
