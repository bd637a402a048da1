import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

const ACCESS_KEY_ID = 'AKIDEXAMPLE';
const SECRET_ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

/** An S3 bucket in memory that checks lengths, checksums and signatures (AWS Signature Version 4) as the real one does. */
export interface Bucket {
  /** By path, with the bucket's name. */
  objects: Map<string, Buffer>;
  puts: number;
  /** The status of every answer, while there is one. */
  outage: number | undefined;
  env: Record<'S3_ENDPOINT' | 'S3_BUCKET' | 'S3_REGION' | 'S3_ACCESS_KEY_ID' | 'S3_SECRET_ACCESS_KEY', string>;
  reset(): void;
  close(): void;
}

export async function startBucket(): Promise<Bucket> {
  const server = createServer((request, response) => void answer(bucket, request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bucket: Bucket = {
    objects: new Map(),
    puts: 0,
    outage: undefined,
    env: {
      S3_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      S3_BUCKET: 'bucket',
      S3_REGION: 'cn-north-1',
      S3_ACCESS_KEY_ID: ACCESS_KEY_ID,
      S3_SECRET_ACCESS_KEY: SECRET_ACCESS_KEY,
    },
    reset: () => void Object.assign(bucket, { objects: new Map(), puts: 0, outage: undefined }),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
  return bucket;
}

async function answer(bucket: Bucket, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await buffer(request);
  const key = request.url ?? '';
  const end = (status: number, data?: Buffer) => void response.writeHead(status).end(data);
  if (bucket.outage) return end(bucket.outage);
  if (request.headers.authorization !== signatureOf(request)) return end(403);
  if (request.method === 'PUT') {
    const checksum = createHash('sha256').update(body).digest('base64');
    if (request.headers['x-amz-checksum-sha256'] !== checksum) return end(400);
    if (Number(request.headers['content-length']) !== body.length) return end(411);
    bucket.puts++;
    bucket.objects.set(key, body);
    return end(200);
  }
  const object = bucket.objects.get(key);
  if (!object) return end(404);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) return end(200, object);
  return end(206, object.subarray(Number(range[1]), range[2] ? Number(range[2]) + 1 : undefined));
}

function signatureOf({ method, url = '', headers }: IncomingMessage): string {
  const claimed = /Credential=AKIDEXAMPLE\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? '');
  const [, scope = '', signed = ''] = claimed ?? [];
  const [path, query = ''] = url.split('?');
  const lines = signed.split(';').map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = [method, path, query, lines.join(''), signed, headers['x-amz-content-sha256']].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${SECRET_ACCESS_KEY}`);
  const signature = hmac(key, ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, digest].join('\n')).toString('hex');
  return `AWS4-HMAC-SHA256 Credential=${ACCESS_KEY_ID}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
}
