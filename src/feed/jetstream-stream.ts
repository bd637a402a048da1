import { isDeepStrictEqual } from 'node:util';
import {
  DiscardPolicy,
  jetstream,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstreamManager,
  PersistMode,
  RetentionPolicy,
  StorageType,
  type JetStreamClient,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { headers, nanos, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import type { Config } from '../platform/config.js';
import type { FeedItem, FeedReader } from './feed-reader.js';

const DAY_MS = 86_400_000;
/** How long the server may take to put a message on its disk and say so. */
const ACK_MS = 30_000;
/** From this level of its interface on (2.12) a server can be told how a stream is kept. */
const PERSIST_MODE_LEVEL = 2;

/** The stream is not a beginning of the operator's feed. Nothing is written to it until a person has decided. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused';
}

export const streamName = (operatorId: string): string => `FEED_${operatorId}`;

/**
 * The stream of one operator. Its sequence is the feed's position: message n is event n. Every publication says which
 * sequence it continues, so that the server itself refuses a repetition, a gap or a second publisher, however late.
 * Therefore the stream, and nothing else, says what it holds.
 */
export class OperatorStream {
  private constructor(
    private readonly client: JetStreamClient,
    private readonly origin: string,
    private readonly operatorId: string,
    /** The last position that it holds, 0 for none. */
    public position: number,
  ) {}

  /**
   * Makes the stream or brings its settings up to date, and compares its last message with the feed.
   * @throws StreamRefused when the stream holds what the feed does not: another log, or a database restored from a backup
   */
  static async open(
    connection: NatsConnection,
    config: Config,
    origin: string,
    operatorId: string,
    feed: Pick<FeedReader, 'read'>,
  ): Promise<OperatorStream> {
    const manager = await jetstreamManager(connection);
    const settings = settingsOf(operatorId, config, connection.info?.api_lvl ?? 0);
    const position = await upToDate(manager, settings);
    if (position > 0) await mustContinue(manager, settings.name, position, origin, operatorId, feed);
    return new OperatorStream(jetstream(connection), origin, operatorId, position);
  }

  /**
   * Sends all items before it waits for the first acknowledgement. They must follow `position` without a gap.
   * @throws the first failure; what the stream holds must then be asked anew
   */
  async publish(items: readonly FeedItem[]): Promise<void> {
    const outcomes = await Promise.allSettled(items.map((item) => this.send(item)));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed) throw failed.reason;
    this.position += items.length;
  }

  private async send({ position, leafIndex, event }: FeedItem): Promise<void> {
    const sent = headers();
    sent.set('Content-Type', 'application/cloudevents+json');
    sent.set('Databourse-Position', String(position));
    const ack = await this.client.publish(`${subjectsOf(this.operatorId)}.${event.type}`, JSON.stringify(event), {
      headers: sent,
      msgID: messageId(this.origin, leafIndex),
      expect: { streamName: streamName(this.operatorId), lastSequence: position - 1 },
      timeout: ACK_MS,
    });
    if (ack.seq !== position) throw new StreamRefused(`position ${position} is kept at sequence ${ack.seq}`);
  }
}

/** Somebody else wrote first; no harm was done. */
export const isOutrun = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
    error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown);

const subjectsOf = (operatorId: string): string => `databourse.feed.${operatorId}`;
const messageId = (origin: string, leafIndex: number): string => `${origin}:${leafIndex}`;

function settingsOf(operatorId: string, config: Config, apiLevel: number) {
  return {
    name: streamName(operatorId),
    description: 'databourse: the feed of one exchange operator; message n is event n',
    subjects: [`${subjectsOf(operatorId)}.>`],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_age: nanos(config.NATS_DAYS * DAY_MS),
    max_bytes: config.NATS_BYTES || -1,
    num_replicas: config.NATS_REPLICAS,
    duplicate_window: nanos(120_000),
    deny_delete: true,
    deny_purge: true,
    // Else an administrator's default could be to acknowledge before the disk has it. When the disk itself has it is a setting of the server: sync_interval.
    ...(apiLevel >= PERSIST_MODE_LEVEL && { persist_mode: PersistMode.Default }),
  } satisfies Partial<StreamConfig>;
}

/** @returns the stream's last sequence */
async function upToDate(manager: JetStreamManager, settings: ReturnType<typeof settingsOf>): Promise<number> {
  const { name, persist_mode: _, ...changeable } = settings;
  const found = await manager.streams.info(name).catch((error: unknown) => {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return undefined;
    throw error;
  });
  const { config, state } = found ?? (await manager.streams.add(settings));
  if (config.persist_mode === PersistMode.Async)
    throw new StreamRefused('the stream acknowledges before the disk has the message (persist_mode async)');
  const same = Object.entries(changeable).every(([key, value]) =>
    isDeepStrictEqual(config[key as keyof StreamConfig], value),
  );
  if (!same) await manager.streams.update(name, changeable);
  return state.last_seq;
}

async function mustContinue(
  manager: JetStreamManager,
  name: string,
  last: number,
  origin: string,
  operatorId: string,
  feed: Pick<FeedReader, 'read'>,
): Promise<void> {
  const [item] = await feed.read(operatorId, last - 1, 1);
  if (!item) throw new StreamRefused(`the stream holds ${last} events, the feed fewer: was the database restored?`);
  const message = await manager.streams.getMessage(name, { seq: last });
  if (!message) return; // Grown too old; its sequence stays.
  const id = (message.header as MsgHdrs | undefined)?.get('Nats-Msg-Id'); // None, for a message without headers.
  const expected = messageId(origin, item.leafIndex);
  // The event's own id too: a database restored from a backup gives the same leaf index to another event.
  if (id !== expected || eventId(message.string()) !== item.event.id)
    throw new StreamRefused(`the stream's event ${last} (${id}) is not the feed's (${expected})`);
}

function eventId(body: string): unknown {
  try {
    return (JSON.parse(body) as { id?: unknown } | null)?.id;
  } catch {
    return undefined;
  }
}
