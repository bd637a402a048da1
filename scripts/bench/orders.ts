import type { PlacedOrder } from '@app/sdk';
import { Agent, request } from 'node:http';
import type { Cast } from '../job/cast.js';

export interface Result {
  readonly id: string;
  readonly metric: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** "Place order" over HTTP, closed loop, `connections` at once: commands a second, median of three rounds. */
export async function placeOrders(
  cast: Cast,
  origin: string,
  token: string,
  listingId: string,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Result & { placed: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const body = JSON.stringify({ listingId });
  const place = (key: string): Promise<PlacedOrder> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'idempotency-key': key,
      };
      request(`${origin}/v1/orders`, { method: 'POST', agent, headers }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () =>
          answer.statusCode === 201
            ? resolve(JSON.parse(text) as PlacedOrder)
            : reject(new Error(`${answer.statusCode} ${text}`)),
        );
      })
        .on('error', reject)
        .end(body);
    });

  let placed = 0;
  const round = async (name: string): Promise<number> => {
    const until = performance.now() + seconds * 1000;
    const began = performance.now();
    let done = 0;
    await Promise.all(
      Array.from({ length: connections }, async (_, worker) => {
        for (let i = 0; performance.now() < until; i += 1) {
          await place(`bench-${name}-${process.pid}-${worker}-${i}`);
          done += 1;
        }
      }),
    );
    placed += done;
    return done / ((performance.now() - began) / 1000);
  };
  await round('warm-up');
  const rates: number[] = [];
  for (const name of ['first', 'second', 'third']) rates.push(await round(name));
  agent.destroy();
  const [min, median, max] = rates.toSorted((a, b) => a - b) as [number, number, number];
  return { id: 'M2-place', metric: `place order/s at ${connections} connections`, median, min, max, placed };
}
