import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { verify, WebhookRefused } from '@app/webhooks';
import { isPassing } from './feed-source.js';
import type { Follower } from './follower.js';

/**
 * Takes webhooks (Standard Webhooks 1.0): what is next is kept, what was seen is dropped, and what is ahead of the copy is a
 * reason to pull the rest. 204 says that it is on our disk; anything else brings it again. Until `signal` aborts.
 *
 * @param keys `whpk_…` or `whsec_…`, several while keys roll
 * @throws Fault when something is wrong with the feed itself
 */
export async function receive(
  follower: Follower,
  { port, keys }: { port: number; keys: readonly string[] },
  tell: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  // One after the other, as the copy grows.
  let turn = Promise.resolve();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const text = body.toString();
    try {
      verify(body, request.headers, keys);
      const { position } = JSON.parse(text) as { position: string };
      if (Number(position) <= follower.position + 1) await follower.take({ texts: [text], cursor: null });
      else await follower.catchUp();
      response.writeHead(204).end();
    } catch (error) {
      const refused = error instanceof WebhookRefused;
      response.writeHead(refused ? 401 : 503).end();
      tell(`Webhook ${(error as Error).message}\n`);
      if (!refused && !isPassing(error)) failed.abort(error);
    }
  };
  const server = createServer((request, response) => {
    turn = turn.then(() => answer(request, response)).catch((error: unknown) => failed.abort(error));
  }).listen(port);
  await once(server, 'listening');
  tell(`接收 / receiving webhooks on port ${(server.address() as { port: number }).port}\n`);
  await once(AbortSignal.any([signal, failed.signal]), 'abort');
  server.close();
  server.closeAllConnections();
  await turn;
  failed.signal.throwIfAborted();
}
