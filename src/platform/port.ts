import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Systems give the ports from here on to outgoing connections (Linux from 32768, others from 49152: RFC 6335 §6). One of
 * those that is free now may belong to anybody's connection when it is to be listened at, or after the next start.
 */
const FIRST_FOR_OUTGOING = 32_768;
const FIRST = 10_000;
const TAKEN = ['EADDRINUSE', 'EACCES'];

/** Listens for a moment. @throws what listening would throw */
export async function tryPort(port: number, host: string): Promise<void> {
  const probe = createServer().listen(port, host);
  await once(probe, 'listening');
  await new Promise((closed) => probe.close(closed));
}

/** @returns a port that nobody listens at and that no outgoing connection will be given. @throws what listening would throw */
export async function freePort(host = '127.0.0.1', drawn: () => number = draw): Promise<number> {
  for (let left = 100; ; left -= 1) {
    const port = drawn();
    try {
      await tryPort(port, host);
      return port;
    } catch (error) {
      if (left === 0 || !TAKEN.includes(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
}

const draw = (): number => randomInt(FIRST, FIRST_FOR_OUTGOING);

export const isFree = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  tryPort(port, host).then(
    () => true,
    () => false,
  );
