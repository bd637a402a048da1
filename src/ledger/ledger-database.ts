import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DATABASE_URL, sessionOptions } from '../platform/data-source.js';

/**
 * A server that lost its peer must notice soon: the peer's advisory lock keeps every other process from leading. A peer that
 * is stopped, but not gone, says nothing (a leader asks at least every second) or takes nothing.
 */
const KEEPALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 ' +
  '-c tcp_user_timeout=15s -c idle_session_timeout=15s';

/** The same seen from here: every statement is short, so an answer that does not come by then never will. */
const ANSWER_MS = 30_000;

/**
 * Every table here is read along an index; where a slot of the intake has no statistics yet, the planner would rather read
 * and sort all of it. It estimates what it may not do at enormous costs: it must not compile because of that.
 */
const PLANNER = '-c enable_seqscan=off -c enable_bitmapscan=off -c jit=off';

/** Connections of the role that alone may write the tree: one for the sequencer, one for the publisher. */
@Injectable()
export class LedgerDatabase implements OnApplicationShutdown {
  private readonly log = new Logger(LedgerDatabase.name);
  private readonly pool: pg.Pool;

  constructor(@Inject(DATABASE_URL) url: string) {
    this.pool = new pg.Pool({
      connectionString: url,
      application_name: 'databourse ledger',
      max: 2,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      query_timeout: ANSWER_MS,
      connectionTimeoutMillis: 10_000,
      options: `${sessionOptions('databourse_sequencer')} ${KEEPALIVE} ${PLANNER}`,
    });
    this.pool.on('error', (error) => {
      // The pool has ended before the last of its connections has.
      if (!this.pool.ending) this.log.warn({ error }, 'an idle connection broke');
    });
  }

  connect(): Promise<pg.PoolClient> {
    return this.pool.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

/**
 * The connection of the one process that leads: it holds a session lock as long as it lives. Leading saves work and no
 * more; two leaders must do no harm.
 */
export class Leadership {
  private client: pg.PoolClient | undefined;

  constructor(
    private readonly database: LedgerDatabase,
    private readonly lock: number,
  ) {}

  /** The leader's connection and whether it is new; undefined while another process leads. */
  async take(): Promise<{ client: pg.PoolClient; isNew: boolean } | undefined> {
    if (this.client) return { client: this.client, isNew: false };
    const client = await this.database.connect();
    client.on('error', this.onError);
    this.client = client;
    try {
      const { rows } = await client.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [this.lock]);
      if (rows[0]!.leads) return { client, isNew: true };
    } catch (error) {
      this.resign();
      throw error;
    }
    this.resign();
    return undefined;
  }

  /** Closes the connection, and with it the lock and any open transaction. */
  resign(): void {
    const { client } = this;
    this.client = undefined;
    client?.removeListener('error', this.onError);
    client?.release(true);
  }

  /** A query under way fails by itself; a connection that breaks between two queries is replaced before the next. */
  private readonly onError = (): void => this.resign();
}
