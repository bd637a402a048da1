import { Inject, Injectable, Logger } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { parseCheckpoint, splitNote } from '@app/tlog';
import { TimeoutError, type NatsConnection } from '@nats-io/transport-node';
import { Counter, Gauge } from 'prom-client';
import { GetCheckpoint } from '../ledger/get-checkpoint.js';
import { CONFIG, type Config } from '../platform/config.js';
import { registry } from '../platform/metrics.js';
import { Sql } from '../platform/sql.js';
import { Worker } from '../platform/worker.js';
import { FeedReader } from './feed-reader.js';
import { connectJetStream } from './jetstream-connection.js';
import { JetStreamLeadership } from './jetstream-leadership.js';
import { isOutrun, OperatorStream, StreamRefused } from './jetstream-stream.js';

/** In flight at most, and read ahead at most. */
const BATCH_MAX = 512;
/** In one turn of an operator. */
const BATCHES_MAX = 4;
/** An operator whose stream fails is left alone for this long; the others go on. */
const ASIDE_MS = 10_000;

const registers = [registry];
const connected = new Gauge({
  name: 'databourse_jetstream_connected',
  help: '1 while this process publishes the feed to NATS JetStream and is connected to it',
  registers,
});
const lag = new Gauge({
  name: 'databourse_jetstream_lag_events',
  help: 'Events of an operator that its stream does not hold, as far as the publishing process knows',
  labelNames: ['operator'],
  registers,
});
const failures = new Counter({
  name: 'databourse_jetstream_failures_total',
  help: 'Streams that failed; refused: stream and feed contradict each other; lost: the server lost what it had acknowledged',
  labelNames: ['kind'],
  registers,
});

/**
 * Publishes each operator's feed to a JetStream stream of its own, when NATS_URL is set. What a stream holds is asked of the
 * stream, after every failure anew; nothing about it is stored here. The feed does not wait for NATS, and neither does anything else.
 */
@Injectable()
export class JetStreamPublisher extends Worker {
  protected readonly log = new Logger(JetStreamPublisher.name);
  protected readonly idleMs = 250;
  private connection: NatsConnection | undefined;
  private origin: string | undefined;
  private readonly streams = new Map<string, OperatorStream>();
  /** The last position that a stream was known to hold. */
  private readonly known = new Map<string, number>();
  private readonly aside = new Map<string, number>();

  constructor(
    @Inject(CONFIG) private readonly settings: Config,
    private readonly leadership: JetStreamLeadership,
    private readonly feed: FeedReader,
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {
    super();
  }

  async step(): Promise<number> {
    if (!this.settings.NATS_URL) return 0;
    if (!(await this.leadership.take())) {
      await this.disconnect();
      return 0;
    }
    const sizes = await this.sizes();
    try {
      this.connection ??= await this.connect();
      let done = 0;
      for (const [operatorId, size] of sizes) {
        if (this.connection.isClosed()) throw new Error('NATS closed the connection');
        done += await this.advance(this.connection, operatorId, size);
      }
      return done;
    } catch (error) {
      await this.disconnect();
      throw error;
    } finally {
      for (const [operatorId, size] of sizes)
        lag.set({ operator: operatorId }, size - (this.known.get(operatorId) ?? 0));
    }
  }

  override async beforeApplicationShutdown(): Promise<void> {
    await super.beforeApplicationShutdown();
    await this.disconnect();
    await this.leadership.resign();
  }

  /** One operator's turn. Only the loss of the connection is a failure of all. */
  private async advance(connection: NatsConnection, operatorId: string, size: number): Promise<number> {
    if (performance.now() < (this.aside.get(operatorId) ?? 0)) return 0;
    const kept = this.streams.get(operatorId);
    try {
      const stream = kept ?? (await this.open(connection, operatorId, size));
      return stream.position < size ? await this.send(stream, operatorId) : 0;
    } catch (error) {
      this.streams.delete(operatorId);
      if (connection.isClosed()) throw error;
      if (error instanceof TimeoutError) await connection.close(); // It may be dead without knowing it.
      if (kept || isOutrun(error)) return 0; // Perhaps all it needs is another look at the stream.
      this.aside.set(operatorId, performance.now() + ASIDE_MS);
      failures.inc({ kind: error instanceof StreamRefused ? 'refused' : 'failed' });
      this.log.error({ alert: true, operatorId, error }, 'the stream of an operator does not go on');
      return 0;
    }
  }

  /** Sends batch after batch; the next one is read while the server stores this one. */
  private async send(stream: OperatorStream, operatorId: string): Promise<number> {
    const start = stream.position;
    let items = await this.feed.read(operatorId, start, BATCH_MAX);
    for (let batch = 1; items.length > 0; batch++) {
      const ahead = batch < BATCHES_MAX && items.length === BATCH_MAX;
      const next = ahead ? this.feed.read(operatorId, items.at(-1)!.position, BATCH_MAX) : [];
      [items] = await Promise.all([next, stream.publish(items)]);
      this.known.set(operatorId, stream.position);
    }
    return stream.position - start;
  }

  private async open(connection: NatsConnection, operatorId: string, size: number): Promise<OperatorStream> {
    this.origin ??= await this.originOfLog();
    const stream = await OperatorStream.open(connection, this.settings, this.origin, operatorId, this.feed);
    const known = this.known.get(operatorId);
    const facts = { operatorId, holds: stream.position, feed: size };
    if (known !== undefined && stream.position < known) {
      failures.inc({ kind: 'lost' });
      this.log.error({ alert: true, ...facts, held: known }, 'NATS lost acknowledged messages: publishing them again');
    } else if (known === undefined && stream.position === 0 && size > 0)
      this.log.warn(facts, 'the stream is empty: publishing the feed from its start');
    this.known.set(operatorId, stream.position);
    this.streams.set(operatorId, stream);
    return stream;
  }

  private async connect(): Promise<NatsConnection> {
    const connection = await connectJetStream(this.settings);
    this.log.log({ server: connection.getServer(), version: connection.info?.version }, 'connected to NATS');
    connected.set(1);
    void connection.closed().then(() => connected.set(0));
    return connection;
  }

  private async disconnect(): Promise<void> {
    this.streams.clear();
    const { connection } = this;
    this.connection = undefined;
    await connection?.close();
  }

  private async sizes(): Promise<[operatorId: string, size: number][]> {
    const rows = await this.sql.rows<{ id: string; size: string }>(
      'SELECT operator_id AS id, size FROM feed.operator ORDER BY 1',
    );
    return rows.map(({ id, size }) => [id, Number(size)]);
  }

  /** The name of the log, under which it has published, or will. */
  private async originOfLog(): Promise<string> {
    const published = await this.queries.execute(new GetCheckpoint());
    return published ? parseCheckpoint(splitNote(published.note).text).origin : this.settings.LEDGER_ORIGIN;
  }
}
