import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The position of the event in the feed. */
  readonly position: number;
}

/** A status, a status with headers, or no answer: the connection is broken, or kept until the test ends. */
export type Reply = number | [status: number, headers: Record<string, string>] | 'reset' | 'hang';

/** Somebody who takes webhooks, and answers as the test wants. */
export interface Receiver {
  readonly url: string;
  /** Every request, in the order in which they came. */
  readonly received: Received[];
  reply: (message: Received) => Reply;
  close(): void;
}

export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      const { position } = JSON.parse(body.toString()) as { position: string };
      const message = { path: request.url!, headers: request.headers, body, position: Number(position) };
      receiver.received.push(message);
      const reply = receiver.reply(message);
      if (reply === 'hang') return;
      if (reply === 'reset') return void request.socket.destroy();
      const [status, headers] = typeof reply === 'number' ? [reply, {}] : reply;
      response.writeHead(status, headers).end(`answer ${status}`);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    reply: () => 204,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return receiver;
}
