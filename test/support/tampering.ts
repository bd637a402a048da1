import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CloudEvent, FeedManifestView } from '@app/sdk';

/** Somebody between the service and whoever reads it, who alters what he likes. */
export interface Tampering {
  readonly url: string;
  /** Of a page of the feed; the stream gives one event at a time. */
  events: (events: CloudEvent[]) => CloudEvent[];
  manifest: (manifest: FeedManifestView) => FeedManifestView | Promise<FeedManifestView>;
  /** The keys of manifests. */
  keys: (set: object) => object;
  checkpoint: (note: string) => string | Promise<string>;
  tile: (bytes: Buffer, path: string) => Buffer;
  /** Requests that were seen. */
  readonly paths: string[];
  /** No stream: whoever wants one is refused. */
  noStream: boolean;
  /** Nobody answers. */
  down: boolean;
  /** Breaks every connection. */
  cut(): void;
  close(): void;
}

export async function startTampering(origin: string): Promise<Tampering> {
  const alter = async (path: string, bytes: Buffer): Promise<Buffer> => {
    const json = <T>(): T => JSON.parse(bytes.toString()) as T;
    if (path === '/v1/feed') {
      const page = json<{ items: CloudEvent[] }>();
      return Buffer.from(JSON.stringify({ ...page, items: proxy.events(page.items) }));
    }
    if (path === '/v1/feed/manifests') {
      const page = json<{ items: FeedManifestView[] }>();
      const items = await Promise.all(page.items.map(async (one) => proxy.manifest(one)));
      return Buffer.from(JSON.stringify({ ...page, items }));
    }
    if (path === '/v1/feed/keys') return Buffer.from(JSON.stringify(proxy.keys(json<object>())));
    if (path === '/log/checkpoint') return Buffer.from(await proxy.checkpoint(bytes.toString()));
    return path.startsWith('/log/tile/') ? proxy.tile(bytes, path) : bytes;
  };
  const server = createServer((request, response) => {
    const path = request.url!.split('?', 1)[0]!;
    proxy.paths.push(path);
    if (proxy.down) return void request.socket.destroy();
    if (path === '/v1/feed/stream' && proxy.noStream) return void response.writeHead(503).end();
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { host: _, connection: _c, ...headers } = request.headers;
    const pass = async (): Promise<void> => {
      const answer = await fetch(`${origin}${request.url}`, {
        headers: headers as Record<string, string>,
        signal: gone.signal,
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
      if (path !== '/v1/feed/stream' || !answer.ok)
        return void response.end(await alter(path, Buffer.from(await answer.arrayBuffer())));
      response.flushHeaders();
      let rest = '';
      for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop()!;
        for (const block of blocks) response.write(altered(block));
      }
      response.end();
    };
    pass().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  const altered = (block: string): string => {
    const [, id, data] = /^id: (.+)\ndata: (.+)$/.exec(block) ?? [];
    if (data === undefined) return `${block}\n\n`;
    const events = proxy.events([JSON.parse(data) as CloudEvent]);
    return events.map((event) => `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`).join('');
  };
  await once(server, 'listening');
  const proxy: Tampering = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: (events) => events,
    manifest: (manifest) => manifest,
    keys: (set) => set,
    checkpoint: (note) => note,
    tile: (bytes) => bytes,
    paths: [],
    noStream: false,
    down: false,
    cut: () => server.closeAllConnections(),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}
