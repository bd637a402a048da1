import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import 'reflect-metadata';
import { FileKeyStore } from '@app/signing';
import { integrate, restoreLog, type Checkpoint } from '@app/tlog';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { LogKey } from '../src/ledger/log-key.js';
import { LogSigner, SigningRefused } from '../src/ledger/log-signer.js';
import { openLogSigner } from '../src/ledger/open-log-signer.js';
import { continuation, newest } from '../src/ledger/publisher.js';
import { RecordRestore, RecordRestoreHandler } from '../src/ledger/record-restore.js';
import { RecordStartHandler } from '../src/ledger/record-start.js';
import { tileReaderOn } from '../src/ledger/tile-reader.js';
import { CONFIG, readConfig, type Config } from '../src/platform/config.js';
import { asSystem } from '../src/platform/context.js';
import { migrate, sessionOptions } from '../src/platform/data-source.js';
import { startEmbeddedPostgres } from '../src/platform/embedded-postgres.js';
import { PlatformModule } from '../src/platform/platform.module.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { reasonOf } from '../src/platform/start-reason.js';
import { StartError } from '../src/platform/start-error.js';
import { Misuse } from './terminal.js';

const USAGE = `用法 / usage: npm run restore -- --by WHO --reason WHY [--database URL] [--memory-lost]
  数据库恢复到另一集群之后、服务启动之前运行:核对日志延续已签名的部分,开始新的一代,并记入账本
  Run it after a database was restored into another cluster, before the service starts: it checks that the log continues
  what was signed, begins the next generation of transaction ids, and records that in the ledger.
  --memory-lost  签名者的记忆已丢失:信任数据库中最新的检查点 / the signer's memory is lost: believe the database's newest checkpoint
`;

interface Options {
  readonly by: string;
  readonly reason: string;
  readonly database: string | undefined;
  readonly memoryLost: boolean;
}

/** The restore command; answers its exit code: 0 the log goes on, 1 it must not, 2 the command was not understood. */
export async function restore(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  out: { write(text: string): unknown },
): Promise<number> {
  let stop: (() => Promise<void>) | undefined;
  try {
    const options = understand(args);
    const config = readConfig(env);
    const used = await databaseOf(options.database, config);
    stop = used.stop;
    await mustBeAlone(used.url);
    await migrate(used.url);
    const { generation, size } = await begin(config, used.url, options);
    out.write(`已开始第 ${generation} 代;日志 ${size} 条,延续已签名的部分。可以启动服务。\n`);
    out.write(
      `generation ${generation} begins; the log of ${size} leaves continues what was signed. Start the service.\n`,
    );
    return 0;
  } catch (error) {
    out.write(error instanceof Misuse ? `${USAGE}${error.message}\n` : `${reasonOf(error)}\n`);
    return error instanceof Misuse ? 2 : 1;
  } finally {
    await stop?.();
  }
}

function understand(args: readonly string[]): Options {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { by: text, reason: text, database: text, 'memory-lost': flag },
    });
    const { by = '', reason = '', database } = values;
    if (by.trim() === '' || reason.trim() === '') throw new Misuse('--by WHO --reason WHY');
    return { by: by.trim(), reason: reason.trim(), database, memoryLost: values['memory-lost'] };
  } catch (error) {
    throw error instanceof Misuse ? error : new Misuse((error as Error).message);
  }
}

async function databaseOf(
  given: string | undefined,
  { DATABASE_URL, DATA_DIR }: Config,
): Promise<{ url: string; stop?: () => Promise<void> }> {
  const url = given ?? DATABASE_URL;
  if (url) return { url };
  const dataDir = join(DATA_DIR, 'postgres');
  if (!existsSync(dataDir)) throw new Misuse(`没有数据库 / no database in ${dataDir}: --database URL`);
  return startEmbeddedPostgres({ dataDir });
}

/** A transaction that began in the old generation and ended in the new one could be overlooked by the sequencer. */
async function mustBeAlone(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ others: number }>(
      `SELECT count(*)::int AS others FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );
    const { others } = rows[0]!;
    if (others > 0)
      throw new StartError(
        `另有 ${others} 个会话连接着该数据库:请先停止服务。 ${others} other sessions use this database: stop the service first.`,
      );
  } finally {
    await client.end();
  }
}

@Module({
  providers: [
    { provide: LogSigner, useFactory: openLogSigner, inject: [CONFIG, FileKeyStore] },
    LogKey,
    RecordStartHandler,
    RecordRestoreHandler,
  ],
})
class RestoreModule {}

async function begin(
  config: Config,
  url: string,
  { by, reason, memoryLost }: Options,
): Promise<{ generation: number; size: number }> {
  const imports = [PlatformModule.with({ ...config, ROLES: ['api'] }, url)];
  const app = await NestFactory.createApplicationContext(
    { module: RestoreModule, imports },
    { logger: ['error'], abortOnError: false },
  );
  try {
    const found = await check(url, app.get(LogKey), app.get<LogSigner>(LogSigner), memoryLost);
    const { size, root } = found.tree;
    const facts = { size, root: Buffer.from(root).toString('hex'), signedSize: found.signed?.size ?? null, by, reason };
    const generation = await asSystem(() => app.get(UnitOfWork).execute(new RecordRestore(facts)));
    if (!found.signed && found.believed) await remember(app.get<LogSigner>(LogSigner), app.get(LogKey), found.believed);
    return { generation, size };
  } finally {
    await app.close();
  }
}

interface Found {
  readonly tree: Checkpoint;
  readonly signed: Checkpoint | undefined;
  /** The newest checkpoint of the database. */
  readonly believed: Checkpoint | undefined;
}

/** Throws StartError unless the restored tree continues what the signer remembers. */
async function check(url: string, key: LogKey, signer: LogSigner, memoryLost: boolean): Promise<Found> {
  const client = new pg.Client({ connectionString: url, options: sessionOptions('databourse_sequencer') });
  await client.connect();
  try {
    const origin = await key.origin();
    const signed = await signer.lastSigned(origin);
    const believed = await newest(client);
    if (!signed && believed && !memoryLost) throw new StartError(FORGOTTEN);
    const tree = await grown(client, origin, signed);
    if (signed && signed.size > tree.size) throw new StartError(tooOld(signed, tree));
    // A tree that grew out of waiting leaves has been compared with what was signed by its root.
    if (signed?.size !== tree.size || !Buffer.from(signed.root).equals(tree.root))
      for (const earlier of [signed, believed]) await continuation(client, earlier, tree);
    return { tree, signed, believed };
  } catch (error) {
    throw error instanceof SigningRefused ? new StartError(forked(error.message)) : error;
  } finally {
    await client.end();
  }
}

/**
 * The tree of the database. When it ends before what was signed, the leaves that wait for the sequencer may be what is
 * missing: their order is fixed, so they can give one tree only.
 */
async function grown(db: pg.ClientBase, origin: string, signed: Checkpoint | undefined): Promise<Checkpoint> {
  const { rows } = await db.query<{ size: string; root: Buffer; gen: number; xid: string; seq: string }>(
    'SELECT size, root, gen, xid, seq FROM ledger.head',
  );
  const { root, gen, xid, seq } = rows[0]!;
  const size = Number(rows[0]!.size);
  const missing = (signed?.size ?? 0) - size;
  if (missing <= 0) return { origin, size, root };
  const waiting = await db.query<{ leaf: Buffer }>(
    `SELECT leaf FROM ledger.intake WHERE (gen, xid, seq) > ($1, $2::xid8, $3::bigint) ORDER BY gen, xid, seq LIMIT $4`,
    [gen, xid, seq, missing],
  );
  const state = await restoreLog(size, root, tileReaderOn(db));
  const leaves = waiting.rows.map(({ leaf }) => leaf);
  const next = leaves.length > 0 ? integrate(state, leaves) : { size, root };
  return { origin, size: next.size, root: next.root };
}

/** Signs what is published once more, so that the signer goes on from it. */
async function remember(signer: LogSigner, key: LogKey, checkpoint: Checkpoint): Promise<void> {
  const keys = (await key.active()).map(({ generation }) => generation);
  await signer.sign({ checkpoint, keys, from: 0, proof: [] });
}

const tooOld = ({ origin, size }: Checkpoint, tree: Checkpoint): string =>
  `数据库比已签名的日志旧:${origin} 已签名 ${size} 条,数据库只能给出 ${tree.size} 条。\n` +
  `请继续恢复更晚的备份或 WAL。若确已无法恢复,不得再以此名称签名任何内容:请以新的 LEDGER_ORIGIN、新的 DATA_DIR 另起日志,并公告旧日志止于第 ${size} 条。\n` +
  `The database is older than the signed log: ${size} leaves of ${origin} are signed, the database gives ${tree.size}.\n` +
  `Recover a later backup or further WAL. If that is lost, nothing may be signed under this name again: begin another log with\n` +
  `a new LEDGER_ORIGIN and a new DATA_DIR, and announce that the old one ended at ${size} leaves.`;

const forked = (reason: string): string =>
  `数据库不延续已签名的日志,不得签名:${reason}\n请恢复正确的数据库。\n` +
  `The database does not continue the signed log, and must not be signed: ${reason}\nRestore the right database.`;

const FORGOTTEN =
  '数据库中有已公布的检查点,但签名者没有任何记忆:请恢复 DATA_DIR/signer(或检查 LOG_SIGNER_URL)。若确已丢失,且已与镜像或见证人核对过最新检查点,请加 --memory-lost。\n' +
  'The database has published checkpoints, but the signer remembers nothing: bring back DATA_DIR/signer (or check LOG_SIGNER_URL).\n' +
  'If it is lost, compare the newest checkpoint with a mirror or a witness, then add --memory-lost.';

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await restore(process.argv.slice(2), process.env, process.stdout);
