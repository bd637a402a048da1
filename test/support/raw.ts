import { Agent, request, type OutgoingHttpHeaders } from 'node:http';

export interface Sent {
  readonly method: string;
  /** As it goes onto the wire: nothing here mends or encodes it. */
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer | AsyncIterable<Buffer>;
}
export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** A client that sends whatever it is told to. */
export function rawClient(origin: string): { send(sent: Sent): Promise<Answer>; close(): void } {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true });
  const send = ({ method, path, headers = {}, body }: Sent) =>
    new Promise<Answer>((resolve, reject) => {
      const outgoing = request({ hostname, port, agent, method, path, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const type = String(incoming.headers['content-type'] ?? '').split(';', 1)[0]!;
          const text = Buffer.concat(chunks).toString();
          resolve({ status: incoming.statusCode!, type, headers: incoming.headers, text });
        });
      });
      outgoing.on('error', reject);
      if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) outgoing.end(body);
      else void pour(body, outgoing).catch(reject);
    });
  return { send, close: () => agent.destroy() };
}

async function pour(source: AsyncIterable<Buffer>, target: ReturnType<typeof request>): Promise<void> {
  for await (const chunk of source) {
    if (target.destroyed) return;
    if (!target.write(chunk)) await new Promise((resolve) => target.once('drain', resolve).once('close', resolve));
  }
  target.end();
}
