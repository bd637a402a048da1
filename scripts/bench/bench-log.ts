import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fsck } from '@app/tlog';
import pg from 'pg';
import { sessionOptions } from '../../src/platform/data-source.js';
import { cpuUsed, type Cpu } from './cpu.js';
import { Appender } from './load.js';
import { storedLog } from './stored-log.js';

const PAGE = 10_000;
const POLL_MS = 5;

/** The throwaway database server. */
export interface Cluster {
  readonly url: string;
  readonly dir: string;
  /** Processes that run at this moment. */
  readonly services: Set<ChildProcess>;
}
interface Head {
  readonly size: number;
  readonly root: Buffer;
}

/** A log in a database of its own, with the service's own sequencer and publisher in another process. */
export class BenchLog {
  /** The log's public key. */
  vkey = '';
  private readonly services = new Map<string, { child: ChildProcess; url: string }>();
  private readonly appenders: Appender[] = [];

  /** For looking, not for load. */
  readonly db: pg.Pool;

  private constructor(
    private readonly cluster: Cluster,
    private readonly name: string,
    readonly databaseUrl: string,
  ) {
    this.db = new pg.Pool({ connectionString: databaseUrl, max: 4 });
  }

  static async make(cluster: Cluster, name: string): Promise<BenchLog> {
    await admin(cluster.url, `CREATE DATABASE ${name}`);
    const log = new BenchLog(cluster, name, Object.assign(new URL(cluster.url), { pathname: `/${name}` }).href);
    await log.serve('worker');
    log.vkey = (await (await fetch(`${log.urlOf('worker')}/log/key`)).text()).trim();
    return log;
  }

  /** Starts the service in this role, in a process of its own. @returns its URL */
  async serve(role: 'worker' | 'api'): Promise<string> {
    const child = fork(fileURLToPath(new URL('service.js', import.meta.url)), {
      env: {
        ...process.env,
        DATABASE_URL: this.databaseUrl,
        DATA_DIR: join(this.cluster.dir, this.name),
        LEDGER_ORIGIN: 'bench.local/log',
        PORT: '0',
        ROLES: role,
        RATE_LIMIT: '0',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.cluster.services.add(child);
    child.on('exit', () => this.cluster.services.delete(child));
    const [message] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => Promise.reject(new Error(`the ${role} did not start (${code})`))),
    ])) as [{ url: string }];
    this.services.set(role, { child, url: message.url });
    return message.url;
  }

  urlOf(role: 'worker' | 'api'): string {
    return this.services.get(role)!.url;
  }

  async stop(role: string): Promise<void> {
    const child = this.services.get(role)?.child;
    this.services.delete(role);
    if (!child || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.disconnect();
    const limit = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(limit);
  }

  async connect(connections: number): Promise<Appender[]> {
    const opened = await Promise.all(
      Array.from({ length: connections }, (_, i) =>
        Appender.open(this.databaseUrl, `bench_${String(this.appenders.length + i).padStart(8, '0')}`),
      ),
    );
    this.appenders.push(...opened);
    return opened;
  }

  async head(): Promise<Head> {
    const { rows } = await this.db.query<{ size: string; root: Buffer }>('SELECT size, root FROM ledger.head');
    return { size: Number(rows[0]!.size), root: rows[0]!.root };
  }

  /** What the load, the service and the database have used so far. */
  async cpu(): Promise<Cpu | undefined> {
    const { rows } = await this.db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return cpuUsed(this.services.get('worker')?.child.pid, rows[0]!.pid);
  }

  /** Looks at the head until it has `size` leaves; tells of each look. */
  async untilSize(size: number, seen: (size: number) => void = () => undefined): Promise<void> {
    let last = { size: -1, at: performance.now() };
    for (;;) {
      const head = await this.head();
      seen(head.size);
      if (head.size >= size) return;
      if (head.size !== last.size) last = { size: head.size, at: performance.now() };
      if (performance.now() - last.at > 60_000) throw new Error(`the log stands still at ${head.size} of ${size}`);
      await sleep(POLL_MS);
    }
  }

  /** Waits until whatever follows the log has caught up, so that one round does not pay for another. */
  async untilQuiet(): Promise<void> {
    while ((await this.followed()) < (await this.head()).size) await sleep(50);
  }

  /** How far the slowest follower is: a reaction, or the feed. */
  async followed(): Promise<number> {
    const { rows } = await this.db.query<{ position: string }>(
      'SELECT min(position) AS position FROM (SELECT position FROM feed.cursor UNION ALL SELECT position FROM platform.relay_cursor) f',
    );
    return Number(rows[0]!.position);
  }

  /** Spares the followers what only fills the log: none of it concerns them. */
  async skip(): Promise<void> {
    await this.db.query('UPDATE platform.relay_cursor SET position = size FROM ledger.head');
    await this.db.query('UPDATE feed.cursor SET position = size FROM ledger.head');
  }

  /** Has the database do what filling left to do, and would else compete with what is measured. */
  async tidy(): Promise<void> {
    await this.db.query('VACUUM (ANALYZE)');
    await this.db.query('CHECKPOINT');
  }

  /** Everything committed is in the log, and the log is signed. @returns its size */
  async untilPublished(): Promise<number> {
    for (;;) {
      const { rows } = await this.db.query<{ events: string; size: string; signed: string | null }>(
        `SELECT (SELECT count(*) FROM ledger.payload) AS events, size, (SELECT max(size) FROM ledger.checkpoint) AS signed
         FROM ledger.head`,
      );
      const { events, size, signed } = rows[0]!;
      if (events === size && size === signed) return Number(size);
      await sleep(100);
    }
  }

  /**
   * Checks the whole log: the signed checkpoint is the head, every entry is under it (which recomputes the root from the entries),
   * the entries are exactly the committed events in settled order, and each connection finds all its acknowledged events once and
   * in its order. Throws with the first reason why not.
   */
  async verify(onEntry: (index: number, stream: string, version: number) => void = () => undefined): Promise<void> {
    const size = await this.untilPublished();
    const committed = this.committed();
    const versions = new Map(this.appenders.map(({ stream }) => [stream, 0]));
    const report = await fsck(storedLog(this.db), [this.vkey], {
      origin: 'bench.local/log',
      onEntry: async (index, bytes) => {
        const { id, stream, version } = JSON.parse(Buffer.from(bytes).toString()) as Entry;
        const expected = (await committed.next()).value;
        if (id !== expected) throw new Error(`leaf ${index} is ${id} instead of ${expected ?? 'none'}`);
        const before = versions.get(stream);
        if (before === undefined) return;
        if (version !== before + 1) throw new Error(`leaf ${index}: version ${version} of ${stream} after ${before}`);
        versions.set(stream, version);
        onEntry(index, stream, version);
      },
    });
    await committed.return();
    if (!report.ok) throw new Error(`${report.faultCount} faults, first: ${JSON.stringify(report.faults[0])}`);
    const head = await this.head();
    const signed = report.checkpoint!;
    if (report.counts.entries !== size || signed.size !== size || !head.root.equals(signed.root))
      throw new Error(`head ${head.size}, signed ${signed.size}, entries ${report.counts.entries}, expected ${size}`);
    for (const { stream, version } of this.appenders)
      if (versions.get(stream) !== version)
        throw new Error(`${stream}: ${version} accepted, ${versions.get(stream)} in the log`);
  }

  /** The ids of all events in settled order, from the rows that the transactions themselves wrote. */
  private async *committed(): AsyncGenerator<string, void, undefined> {
    const reader = new pg.Client({
      connectionString: this.databaseUrl,
      options: `${sessionOptions('databourse_auditor')} -c work_mem=256MB -c idle_in_transaction_session_timeout=0`,
    });
    await reader.connect();
    try {
      await reader.query('BEGIN READ ONLY');
      await reader.query(
        'DECLARE settled NO SCROLL CURSOR FOR SELECT event_id FROM ledger.payload ORDER BY gen, xid, seq',
      );
      for (;;) {
        const { rows } = await reader.query<{ event_id: string }>(`FETCH ${PAGE} FROM settled`);
        if (rows.length === 0) return;
        for (const { event_id } of rows) yield event_id;
      }
    } finally {
      await reader.end();
    }
  }

  /** Ends everything and removes the database. */
  async close(): Promise<void> {
    for (const role of this.services.keys()) await this.stop(role);
    await Promise.all(this.appenders.map((appender) => appender.close()));
    await this.db.end();
    await admin(this.cluster.url, `DROP DATABASE ${this.name} WITH (FORCE)`);
  }
}

async function admin(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}

interface Entry {
  readonly id: string;
  readonly stream: string;
  readonly version: number;
}
