import { existsSync, realpathSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, clientCredentials, signIn, type Tokens } from '@app/sdk';
import { TlogError, urlSource, writeWhole, type Source } from '@app/tlog';
import type { JWK } from 'jose';
import { Copy } from './follow/copy.js';
import { FeedSource } from './follow/feed-source.js';
import { Follower, type Folder } from './follow/follower.js';
import { LogProof } from './follow/log-proof.js';
import { Manifests } from './follow/manifests.js';
import { receive } from './follow/receiver.js';
import { verifyFolder } from './follow/verify-folder.js';
import { keysBeside, TRUSTED_ON_FIRST_USE } from './log-keys.js';
import { Misuse, type Terminal } from './terminal.js';
import { lock } from './witness/keeper.js';

const USAGE = `用法 / usage: npm run follow -- --dir DIR …
  --url URL --credentials FILE [--once]
      跟随本机构的事件流,逐条核验后保存 / follow the feed of one's organisation, keep and prove every event
      FILE: {"clientId", "privateJwk"} 机器客户端 / machine client, {"login", "password"} 人员 / person,
            可选 / optional "issuer" (URL/oidc), "resource" (URL/v1)
  --once              追上即结束 / catch up and end
  --operator ID       监管、审计:查看哪个运营机构 / for regulators and auditors: whose feed
  --vkey KEY          日志公钥,可多次;否则首次使用即信任 / keys of the log; without, trusted on first use
  --listen PORT --webhook-key KEY …
                      改由 Webhook 接收 / take webhooks instead of the stream (whpk_… or whsec_…)
  --verify            离线重新核验整个目录 / prove the whole folder again, offline
`;

type Options = Partial<Record<'url' | 'credentials' | 'operator' | 'listen', string>> & {
  readonly dir: string;
  readonly once: boolean;
  readonly verify: boolean;
  readonly vkey: readonly string[];
  readonly webhookKeys: readonly string[];
};

/** Runs until it is stopped; answers the exit code: 0 done or stopped, 1 something is wrong, 2 it was not understood. */
export async function follow(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  let release: (() => Promise<void>) | undefined;
  try {
    const options = understand(args, env);
    await mkdir(options.dir, { recursive: true });
    release = await lock(options.dir);
    if (options.verify) await verifyAll(options.dir, terminal);
    else await run(options, terminal, signal);
    return 0;
  } catch (error) {
    terminal.write(`${error instanceof Misuse ? USAGE : '错误 / wrong  '}${(error as Error).message}\n`);
    return error instanceof Misuse ? 2 : 1;
  } finally {
    await release?.();
  }
}

async function run(options: Options, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const { dir, url, credentials, operator, listen, webhookKeys: keys } = options;
  if (!url || !credentials) throw new Misuse('--url URL --credentials FILE');
  const feed = new FeedSource(new Client({ origin: url, token: await signedIn(url, credentials) }), operator);
  const remote = urlSource(`${url}/log`);
  const folder = await open(dir, await trustedKeys(options, url, terminal), terminal, feed, remote);
  // What is only progress is for somebody who watches.
  const tell = (text: string): unknown =>
    terminal.isTTY ? terminal.write(text) : text.endsWith('\n') && terminal.write(text.replace('\r', ''));
  const follower = await Follower.open(folder, feed, tell);
  if (options.once || listen !== undefined) await follower.catchUp();
  if (options.once) terminal.write(`complete: ${follower.position} events, ${dir}\n`);
  else if (listen === undefined) await follower.follow(signal);
  else await receive(follower, { port: Number(listen), keys }, tell, signal);
}

async function open(
  dir: string,
  vkeys: readonly string[],
  terminal: Terminal,
  feed?: FeedSource,
  remote?: Source,
): Promise<Folder> {
  const cut = (day: string): unknown =>
    terminal.write(`已修复 / repaired  ${day}: 末行不完整 / its last line was cut off\n`);
  const copy = await Copy.open(dir, cut);
  return { dir, copy, log: await LogProof.open(dir, vkeys, remote), manifests: await Manifests.open(dir, feed) };
}

async function verifyAll(dir: string, terminal: Terminal): Promise<void> {
  if (!existsSync(join(dir, 'key'))) throw new Misuse(`没有副本 / no copy in ${dir}`);
  const report = await verifyFolder(await open(dir, await keysBeside(dir), terminal));
  const { events, erased, proven, size, manifests } = report;
  if (erased > 0) terminal.write(`已删除内容 / erased payloads: ${erased}\n`);
  if (proven < events) terminal.write(`尚未发布 / not published yet: ${events - proven}\n`);
  terminal.write(`verified: ${events} events, ${proven} in the tree of ${size}, ${manifests} manifests\n`);
}

/** Those of the folder and those that are given; at the very first start, those at the log itself. */
async function trustedKeys({ dir, vkey }: Options, url: string, terminal: Terminal): Promise<string[]> {
  const known = existsSync(join(dir, 'key')) ? await keysBeside(dir) : [];
  const keys = [...new Set([...known, ...vkey])];
  if (keys.length === 0) {
    keys.push(...(await keysBeside(`${url}/log`)));
    terminal.write(`公钥 / key     ${keys.join(' ')}${TRUSTED_ON_FIRST_USE}\n`);
  }
  if (keys.length > known.length) await writeWhole(join(dir, 'key'), keys.map((key) => `${key}\n`).join(''));
  return keys;
}

interface Credentials {
  readonly clientId?: string;
  readonly privateJwk?: JWK;
  readonly login?: string;
  readonly password?: string;
  readonly issuer?: string;
  readonly resource?: string;
}

/** An access token that lasts for another minute, asked for when it is needed. */
async function signedIn(url: string, file: string): Promise<() => Promise<string>> {
  const given = JSON.parse(await readFile(file, 'utf8')) as Credentials;
  const { clientId, privateJwk, login, password, issuer = `${url}/oidc`, resource = `${url}/v1` } = given;
  const fresh = (): Promise<Tokens> => {
    if (clientId && privateJwk) return clientCredentials({ issuer, resource, clientId, privateJwk });
    if (login && password) return signIn({ issuer, resource, login, password });
    throw new Misuse(`${file}: clientId, privateJwk | login, password`);
  };
  let tokens: Tokens | undefined;
  return async () => {
    if (!tokens || tokens.expiresAt.getTime() - Date.now() < 60_000) tokens = await fresh();
    return tokens.accessToken;
  };
}

function understand(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean', default: false }] as const;
  const several = { type: 'string', multiple: true, default: [] as string[] } as const;
  const options = { url: text, dir: text, credentials: text, operator: text, listen: text, once: flag, verify: flag };
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, vkey: several, 'webhook-key': several } });
    const { dir, url, credentials, listen, 'webhook-key': webhookKeys, ...rest } = values;
    if (!dir) throw new Misuse('请用 --dir 指定目录 / say which folder: --dir DIR');
    if (url !== undefined && !/^https?:\/\//.test(url)) throw new Misuse(`--url ${url} ?`);
    if (listen !== undefined && (!/^\d{1,5}$/.test(listen) || Number(listen) > 65_535 || webhookKeys.length === 0))
      throw new Misuse('--listen PORT --webhook-key KEY');
    // npm runs us in the repository; the user meant the directory where they typed the name.
    const path = (name: string): string => resolve(env['INIT_CWD'] ?? '.', name);
    return {
      ...rest,
      dir: path(dir),
      webhookKeys,
      ...(url !== undefined && { url: url.replace(/\/+$/, '') }),
      ...(credentials !== undefined && { credentials: path(credentials) }),
      ...(listen !== undefined && { listen }),
    };
  } catch (error) {
    throw error instanceof Misuse || error instanceof TlogError ? error : new Misuse((error as Error).message);
  }
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => (stopping.signal.aborted ? process.exit(1) : stopping.abort()));
  process.exitCode = await follow(process.argv.slice(2), process.env, process.stdout, stopping.signal);
}
