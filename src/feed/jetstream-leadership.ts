import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';
import { advisoryLocks } from '../platform/advisory-locks.js';
import { DATABASE_URL, sessionOptions } from '../platform/data-source.js';

/**
 * A server that lost its peer must notice soon: the peer's lock keeps every other process from publishing. A peer that is
 * stopped, but not gone, says nothing.
 */
const KEEPALIVE =
  '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c idle_session_timeout=60s';

/** Of all processes one publishes: it holds a session lock. That saves work; two of them would do no harm. */
@Injectable()
export class JetStreamLeadership {
  private client: pg.Client | undefined;
  private leads = false;

  constructor(@Inject(DATABASE_URL) private readonly url: string) {}

  /** Whether this process leads, as it does until its connection breaks. */
  async take(): Promise<boolean> {
    try {
      this.client ??= await this.connect();
      // Taken again by the session that has it, it counts one more; it goes with the session.
      const lock = 'SELECT pg_try_advisory_lock($1) AS leads';
      const { rows } = await this.client.query<{ leads: boolean }>(lock, [advisoryLocks.jetStream]);
      this.leads = rows[0]!.leads;
      return this.leads;
    } catch (error) {
      await this.resign();
      throw error;
    }
  }

  async resign(): Promise<void> {
    const { client } = this;
    this.forget();
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'databourse jetstream',
      keepAlive: true,
      connectionTimeoutMillis: 10_000,
      options: `${sessionOptions('databourse_app')} ${KEEPALIVE}`,
    });
    client.on('error', () => this.forget());
    client.on('end', () => this.forget());
    await client.connect();
    return client;
  }

  private forget(): void {
    this.client = undefined;
    this.leads = false;
  }
}
