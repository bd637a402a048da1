import { createHash, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import { v7 } from 'uuid';
import { sessionOptions } from '../../src/platform/data-source.js';
import { CommandClient, PIPELINED, serializable, type Leaf } from '../../src/platform/serializable.js';

/** A connection that appends to a stream of its own: versions 1, 2, 3 … in the order of its commits. */
export class Appender {
  version = 0;

  private constructor(
    private readonly client: CommandClient,
    readonly stream: string,
  ) {}

  static async open(url: string, stream: string): Promise<Appender> {
    const client = new CommandClient({
      ...PIPELINED,
      connectionString: url,
      options: sessionOptions('databourse_app'),
    });
    await client.connect();
    return new Appender(client, stream);
  }

  /** One transaction with so many events, as the unit of work makes it, repeated as it repeats it. */
  async append(count: number): Promise<void> {
    const leaves = Array.from({ length: count }, (_, i) => makeLeaf(this.stream, this.version + i + 1));
    for (let attempt = 1; ; attempt += 1) {
      try {
        await serializable(this.client, () => Promise.resolve({ answer: undefined, leaves, written: [] }));
        this.version += count;
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== '40001' || attempt === 5) throw error;
      }
    }
  }

  /** Keeps a transaction that has written open for so many seconds, then gives it up. */
  async hold(seconds: number): Promise<void> {
    await this.client.query('BEGIN');
    await this.client.query('SELECT pg_current_xact_id(), pg_sleep($1)', [seconds]);
    await this.client.query('ROLLBACK');
  }

  close(): Promise<void> {
    return this.client.end();
  }
}

const TYPE = 'bench.Measured';
const ACTOR = 'per_01930e2c7b7a7c3e9d4f5a6b7c8d9e0f';

/** What the unit of work makes of an event: a leaf of about 300 bytes, a payload of about 150, both canonical JSON. */
function makeLeaf(stream: string, version: number): Leaf {
  const id = v7();
  const payload = `{"amount":"${100_000 + version}","currency":"CNY","listingId":"lst_${id}","note":"按日结算","orderId":"ord_${id}"}`;
  const salt = randomBytes(16);
  const digest = createHash('sha256').update(salt).update(payload).digest('hex');
  const at = new Date().toISOString();
  const leaf = `{"actor":"${ACTOR}","id":"${id}","occurredAt":"${at}","payloadDigest":"${digest}","stream":"${stream}","type":"${TYPE}","v":1,"version":${version}}`;
  return { id, stream, version, type: TYPE, leaf: Buffer.from(leaf), payload: Buffer.from(payload), salt };
}

/** The shortcut above must write what the platform writes: RFC 8785, in the size that the goals are set for. */
export function checkLeaves(): void {
  const { leaf, payload } = makeLeaf('bench_00000000', 12345);
  for (const text of [leaf.toString(), payload.toString()])
    if (canonicalize(JSON.parse(text)) !== text) throw new Error(`not canonical: ${text}`);
  if (leaf.length < 270 || leaf.length > 330) throw new Error(`a leaf of ${leaf.length} bytes`);
}

export interface Accepted {
  readonly events: number;
  readonly seconds: number;
}

/** As fast as it goes: every connection commits, then commits again, until the time is over or `limit` events are in. */
export async function closedLoop(
  appenders: readonly Appender[],
  perTransaction: number,
  { seconds, limit = Infinity }: { seconds: number; limit?: number },
): Promise<Accepted> {
  const began = performance.now();
  const until = began + seconds * 1000;
  let asked = 0;
  await Promise.all(
    appenders.map(async (appender) => {
      for (; performance.now() < until && asked < limit;) {
        asked += perTransaction;
        await appender.append(perTransaction);
      }
    }),
  );
  return { events: asked, seconds: (performance.now() - began) / 1000 };
}

/**
 * On a fixed schedule of `perSecond` jobs, whether or not earlier ones are done; job `i` gets the time for which it was planned
 * (of performance.now()), which is where its latency begins. At most `hands` are under way at once, the others wait.
 */
export async function onSchedule<H>(
  hands: readonly H[],
  { perSecond, seconds }: { perSecond: number; seconds: number },
  job: (hand: H, planned: number, i: number) => Promise<void>,
): Promise<void> {
  const free = [...hands];
  const total = Math.round(perSecond * seconds);
  const began = performance.now();
  let next = 0;
  await new Promise<void>((resolve, reject) => {
    let done = 0;
    const startDue = (): void => {
      for (; free.length > 0 && next < total; next += 1) {
        const planned = began + (next * 1000) / perSecond;
        if (planned > performance.now()) break;
        const hand = free.pop()!;
        job(hand, planned, next).then(() => {
          free.push(hand);
          done += 1;
          if (done === total) finish();
          else startDue();
        }, fail);
      }
    };
    const clock = setInterval(startDue, 1);
    const finish = (): void => {
      clearInterval(clock);
      resolve();
    };
    const fail = (error: unknown): void => {
      clearInterval(clock);
      next = total;
      reject(error as Error);
    };
  });
}
