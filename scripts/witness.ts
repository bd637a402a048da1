import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { addCheckpoint, parseCheckpoint, splitNote } from '@app/tlog';
import { originOf, prefixOf } from './log-keys.js';
import { Misuse, type Terminal } from './terminal.js';
import { Follower } from './witness/follower.js';
import { openKeeper, type Keeper } from './witness/keeper.js';
import { createWitnessServer, type Served } from './witness/server.js';

const USAGE = `用法 / usage:
  npm run witness -- --dir DIR --log VKEY … | --url LOG      见证日志 / witness logs (c2sp.org/tlog-witness)
  npm run mirror  -- --dir DIR --url LOG [--log VKEY …]      保存并提供日志的完整副本 / keep and serve a full copy of a log

  --dir DIR        本程序的目录:密钥、状态、证据、副本 / the program's own folder: key, state, evidence, copy
  --log VKEY       日志公钥,可多次 / the key of a log; several times for several logs, or while a key is rotated
  --url LOG        日志地址,如 https://exchange.example/log / the address of a log; its key is trusted on first use without --log
  --name NAME      见证者名称(首次启动时确定) / the witness's name, set at the first start (host/witness)
  --cosign         副本也联署其所持有的树 / a mirror also cosigns what it holds
  --every SECONDS  查询间隔(10) / how often a mirror looks for news (10)
  --once           复制一次即结束 / copy once and end
  --host, --port   监听地址(127.0.0.1:8090) / where it listens; port 0: any free one
`;

interface Options {
  readonly kind: 'witness' | 'mirror';
  readonly dir: string;
  readonly vkeys: readonly string[];
  readonly url?: string;
  readonly name?: string;
  readonly cosign: boolean;
  readonly everyMs: number;
  readonly once: boolean;
  readonly host: string;
  readonly port: number;
}

/** Runs until it is stopped; answers the exit code: 0 stopped or done, 1 it failed, 2 it was not understood. */
export async function witness(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  let keeper: Keeper | undefined;
  try {
    if (args.includes('--help') || args.includes('-h')) {
      terminal.write(USAGE);
      return 0;
    }
    const options = understand(args, env);
    keeper = await openKeeper(options, terminal);
    const follower = options.kind === 'mirror' ? await followerOf(options, keeper, terminal, signal) : undefined;
    if (options.once) {
      await follower!.copy();
      return 0;
    }
    await serve(options, keeper, follower, terminal, signal);
    return 0;
  } catch (error) {
    terminal.write(
      `${error instanceof Misuse ? USAGE : ''}${error instanceof Error ? error.message : String(error)}\n`,
    );
    return error instanceof Misuse ? 2 : 1;
  } finally {
    await keeper?.release();
  }
}

function understand(args: readonly string[], env: NodeJS.ProcessEnv): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const several = { ...text, multiple: true } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        dir: text,
        log: several,
        url: text,
        name: text,
        cosign: flag,
        every: text,
        once: flag,
        host: text,
        port: text,
      },
      allowPositionals: true,
    });
    const [kind, ...more] = positionals;
    if ((kind !== 'witness' && kind !== 'mirror') || more.length > 0) throw new Misuse(`? ${positionals.join(' ')}`);
    const {
      dir,
      log = [],
      url,
      name,
      cosign = false,
      every = '10',
      once: isOnce = false,
      host,
      port = '8090',
    } = values;
    if (!dir) throw new Misuse('请用 --dir 指定目录 / say which folder: --dir DIR');
    if (kind === 'mirror' && url === undefined) throw new Misuse('请用 --url 指定日志 / say which log: --url LOG');
    if (kind === 'witness' && (cosign || isOnce || values.every !== undefined))
      throw new Misuse('--cosign、--once、--every 只用于 mirror / are for the mirror only');
    const base = { kind, cosign, once: isOnce, host: host ?? '127.0.0.1', vkeys: log } as const;
    return {
      ...base,
      // npm runs us in the repository; the user meant the directory where they typed the name.
      dir: resolve(env['INIT_CWD'] ?? '.', dir),
      ...(url !== undefined && { url: prefixOf(url) }),
      ...(name !== undefined && { name }),
      everyMs: 1000 * wholeNumber('every', every, 1, 86_400),
      port: wholeNumber('port', port, 0, 65_535),
    };
  } catch (error) {
    throw error instanceof Misuse ? error : new Misuse((error as Error).message);
  }
}

function wholeNumber(name: string, value: string, min: number, max: number): number {
  if (/^\d{1,6}$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
  throw new Misuse(`--${name}: ${min} … ${max}, ? ${value}`);
}

async function followerOf(
  { dir, url, everyMs, cosign, vkeys }: Options,
  keeper: Keeper,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Follower> {
  const folder = join(dir, 'log');
  await mkdir(folder, { recursive: true });
  const origin = originOf(vkeys.length > 0 ? vkeys : [...keeper.logs.values()].flat());
  return new Follower(folder, origin, keeper, { url: url!, everyMs, cosign }, terminal, signal);
}

async function serve(
  { kind, host, port, cosign }: Options,
  keeper: Keeper,
  follower: Follower | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const { cosigner, witness: state } = keeper;
  const served: Served = {
    vkey: cosigner.vkey,
    about: () => about(kind, keeper, follower),
    ...(!follower && { addCheckpoint: (body: Buffer) => addCheckpoint(body, state) }),
    ...(follower && cosign && { addCheckpoint: (body: Buffer) => follower.addCheckpoint(body) }),
    ...(follower && { log: { folder: follower.folder, checkpoint: () => follower.checkpoint() } }),
  };
  const server = createWitnessServer(served, (error) =>
    terminal.write(`错误 / error   ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  );
  server.listen(port, host);
  await once(server, 'listening');
  const { address, port: actual, family } = server.address() as AddressInfo;
  terminal.write(`${await about(kind, keeper, follower)}\n`);
  terminal.write(`监听 / listening on http://${family === 'IPv6' ? `[${address}]` : address}:${actual}\n`);
  const following = follower?.follow();
  if (!signal.aborted) await once(signal, 'abort');
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await following;
  await closed;
}

async function about(
  kind: string,
  { cosigner, logs, witness: { store } }: Keeper,
  follower?: Follower,
): Promise<string> {
  const lines = [`databourse ${kind}`, `名称 / name     ${cosigner.name}`, `公钥 / vkey     ${cosigner.vkey}`];
  const sizeOf = (note: string | undefined): number => (note ? parseCheckpoint(splitNote(note).text).size : 0);
  for (const origin of logs.keys())
    lines.push(`日志 / log      ${origin}: 已联署 / cosigned ${sizeOf(await store.load(origin))}`);
  if (follower) lines.push(`副本 / copy     ${sizeOf(await follower.checkpoint())}`);
  return lines.join('\n');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => (stopping.signal.aborted ? process.exit(1) : stopping.abort()));
  process.exitCode = await witness(process.argv.slice(2), process.env, process.stdout, stopping.signal);
}
