import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import {
  decodeBundle,
  encodeBundle,
  folderSource,
  HASH_SIZE,
  parseCheckpoint,
  parseTilePath,
  splitNote,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  type Tile,
  type WitnessAnswer,
} from '@app/tlog';

const TEXT = 'text/plain; charset=utf-8';
const FOREVER = 'public, max-age=31536000, immutable';
/** c2sp.org/tlog-witness. */
const BODY_LIMIT = 65_536;
const compress = promisify(gzip);

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is served: a witness, a copy of a log, or both. */
export interface Served {
  /** Name, key, logs and sizes, for people. */
  about(): Promise<string>;
  readonly vkey: string;
  readonly addCheckpoint?: (body: Buffer) => Promise<WitnessAnswer>;
  readonly log?: { readonly folder: string; checkpoint(): Promise<string | undefined> };
}

/** Every answer is plain text, and nobody can hold a connection or fill the memory. */
export function createWitnessServer(served: Served, onError: (error: unknown) => void): Server {
  const server = createServer(
    {
      requestTimeout: 10_000,
      headersTimeout: 5_000,
      keepAliveTimeout: 5_000,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 8_192,
    },
    (request, response) => {
      answerTo(request, served)
        .catch((error: unknown): Answer => {
          if (error instanceof TooLarge) return text(413, `至多 ${BODY_LIMIT} 字节 / at most ${BODY_LIMIT} bytes`);
          if (request.destroyed && !request.complete) return text(400, '请求中断 / the request broke off');
          onError(error);
          return text(500, '内部错误,未联署任何内容 / internal error, nothing was cosigned');
        })
        .then((answer) => send(request, response, answer))
        .catch(onError);
    },
  );
  server.maxConnections = 512;
  server.setTimeout(15_000);
  return server;
}

class TooLarge extends Error {}

const text = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  body: `${body}\n`,
  headers: { 'cache-control': 'no-cache', ...headers },
});

async function answerTo(request: IncomingMessage, served: Served): Promise<Answer> {
  const { method = '' } = request;
  // The log of a service stands below /log: the same addresses do here.
  const path = request.url!.split('?', 1)[0]!.replace(/^\/log(?=\/)/, '');
  if (path === '/add-checkpoint' && served.addCheckpoint) {
    if (method !== 'POST') return text(405, '请用 POST / use POST', { allow: 'POST' });
    const { status, contentType, body } = await served.addCheckpoint(await bodyOf(request));
    return { status, type: contentType, body };
  }
  if (!['GET', 'HEAD'].includes(method)) return text(405, '只读 / read only', { allow: 'GET, HEAD' });
  if (path === '/') return text(200, await served.about());
  if (path === '/vkey') return text(200, served.vkey);
  if (served.log && path.startsWith('/tile/')) return tileAnswer(path.slice(1), served.log, request);
  if (served.log && path === '/checkpoint') return checkpointAnswer(served.log, request);
  if (served.log && path === '/key') {
    const key = await folderSource(served.log.folder)('key', BODY_LIMIT);
    return key ? text(200, key.toString().trimEnd()) : text(404, '尚无副本 / nothing is copied yet');
  }
  return text(404, '没有此资源 / no such resource');
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > BODY_LIMIT) throw new TooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

async function checkpointAnswer(log: NonNullable<Served['log']>, request: IncomingMessage): Promise<Answer> {
  const note = await log.checkpoint();
  if (note === undefined) return text(404, '尚无副本 / nothing is copied yet');
  const etag = `"${createHash('sha256').update(note).digest('hex').slice(0, 32)}"`;
  const headers = { 'cache-control': 'no-cache', etag };
  if (request.headers['if-none-match'] === etag) return { status: 304, body: '', headers };
  return { status: 200, body: note, headers };
}

async function tileAnswer(path: string, log: NonNullable<Served['log']>, request: IncomingMessage): Promise<Answer> {
  const tile = parseTilePath(path);
  if (!tile) return text(400, '不是分块的路径 / not the path of a tile (c2sp.org/tlog-tiles)');
  // Once more when the copy has moved on between reading the checkpoint and the tile.
  const bytes = (await readTile(tile, log)) ?? (await readTile(tile, log));
  if (!bytes) return text(404, '副本中没有此分块 / the copy has no such tile');
  const headers = { 'cache-control': FOREVER };
  const type = 'application/octet-stream';
  if (tile.level !== 'entries') return { status: 200, type, body: bytes, headers };
  const gzipped = /\bgzip\b(?!\s*;\s*q=0(\.0*)?\b)/.test(String(request.headers['accept-encoding'] ?? ''));
  const vary = { ...headers, vary: 'accept-encoding' };
  if (!gzipped) return { status: 200, type, body: bytes, headers: vary };
  return { status: 200, type, body: await compress(bytes), headers: { ...vary, 'content-encoding': 'gzip' } };
}

/** A width that the copy has outgrown, or never had as a file, is cut from the one that it has. */
async function readTile(tile: Tile, log: NonNullable<Served['log']>): Promise<Buffer | undefined> {
  const source = folderSource(log.folder);
  const note = await log.checkpoint();
  const { size } = note === undefined ? { size: 0 } : parseCheckpoint(splitNote(note).text);
  const width = tileWidth(tile.level, tile.index, size);
  if (tile.width > width) return undefined;
  const found = await source(tilePath({ ...tile, width }), TILE_WIDTH * (2 + 0xffff));
  if (!found || tile.width === width) return found;
  if (tile.level !== 'entries') return found.subarray(0, tile.width * HASH_SIZE);
  return encodeBundle(decodeBundle(found, width).slice(0, tile.width));
}

function send(request: IncomingMessage, response: ServerResponse, { status, type, body, headers }: Answer): void {
  // What is not read to its end cannot be followed by another request.
  if (status === 413) response.shouldKeepAlive = false;
  response.writeHead(status, {
    ...headers,
    'content-type': type ?? TEXT,
    'x-content-type-options': 'nosniff',
    ...(status !== 304 && { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(request.method === 'HEAD' || status === 304 ? undefined : body);
  if (status === 413) response.on('finish', () => request.destroy());
}
