import { createHash, timingSafeEqual } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FileKeyStore } from '@app/signing';
import { formatCheckpoint, parseCheckpoint, TlogError } from '@app/tlog';
import { z } from 'zod';
import { FileSigner } from '../src/ledger/file-signer.js';
import { KMS_BODY_BYTES, LastSignedRequest, PublicKeyRequest, SignBody } from '../src/ledger/kms-protocol.js';
import { LastSigned } from '../src/ledger/last-signed.js';
import { MovedOn, SigningRefused } from '../src/ledger/log-signer.js';
import { readConfig } from '../src/platform/config.js';
import { keyPassphrase } from '../src/platform/key-passphrase.js';

const USAGE = `用法 / usage: LOG_SIGNER_TOKEN=… npm run kms -- --dir DIR [--port 8090]
  模拟的密钥管理服务 / a simulated key management service: LOG_SIGNER_URL=http://127.0.0.1:8090
`;

export interface SimulatedKms {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A stand-in for a key management service, on the loopback, for one log: keys and memory lie in `dir`. It keeps the promise
 * of `kms-protocol.ts`: it signs nothing that does not continue what it signed.
 */
export async function startSimulatedKms(dir: string, token: string, port = 0): Promise<SimulatedKms> {
  const keys = new FileKeyStore(join(dir, 'keys'), await keyPassphrase(readConfig({ DATA_DIR: dir })));
  const signer = new FileSigner(keys, new LastSigned(join(dir, 'signer')));
  const server = createServer((request, response) => {
    void answer(request, signer, token).then(({ status, body }) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

type Answer = { readonly status: number; readonly body: object };

async function answer(request: IncomingMessage, signer: FileSigner, token: string): Promise<Answer> {
  try {
    if (!isSame(request.headers.authorization ?? '', `Bearer ${token}`)) return refusal(401, 'wrong token');
    if (request.method !== 'POST') return refusal(405, 'POST only');
    const body: unknown = JSON.parse(await bodyOf(request));
    if (request.url === '/public-key') return { status: 200, body: await publicKey(signer, body) };
    if (request.url === '/last-signed') return { status: 200, body: await lastSigned(signer, body) };
    if (request.url === '/sign') return { status: 200, body: await sign(signer, body) };
    return refusal(404, 'public-key, last-signed, sign');
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof MovedOn) return refusal(409, message);
    if (error instanceof SigningRefused) return refusal(422, message);
    const isBad = error instanceof z.ZodError || error instanceof SyntaxError || error instanceof TlogError;
    return refusal(isBad || error instanceof RangeError ? 400 : 500, message);
  }
}

const refusal = (status: number, reason: string): Answer => ({ status, body: { reason: reason.slice(0, 1000) } });
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

async function publicKey(signer: FileSigner, body: unknown): Promise<object> {
  const { generation } = PublicKeyRequest.parse(body);
  return { publicKey: base64(await signer.publicKey(generation)) };
}

async function lastSigned(signer: FileSigner, body: unknown): Promise<object> {
  LastSignedRequest.parse(body);
  const last = await signer.lastSigned();
  return { checkpoint: last ? formatCheckpoint(last) : null };
}

async function sign(signer: FileSigner, body: unknown): Promise<object> {
  const { checkpoint, keys, from, proof } = SignBody.parse(body);
  const hashes = proof.map((hash) => Buffer.from(hash, 'base64'));
  const signatures = await signer.sign({ checkpoint: parseCheckpoint(checkpoint), keys, from, proof: hashes });
  return { signatures: signatures.map(base64) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= KMS_BODY_BYTES) chunks.push(chunk);
  }
  // Read to its end all the same, so that the answer is heard.
  if (length > KMS_BODY_BYTES) throw new RangeError(`more than ${KMS_BODY_BYTES} bytes`);
  return Buffer.concat(chunks).toString('utf8');
}

function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const { dir, port = '8090' } = parseArgs({ options: { dir: text, port: text } }).values;
  const token = process.env['LOG_SIGNER_TOKEN'];
  if (!dir || !token || !/^\d{1,5}$/.test(port)) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const kms = await startSimulatedKms(dir, token, Number(port));
  process.stdout.write(`模拟密钥管理服务 / simulated KMS: LOG_SIGNER_URL=${kms.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void kms.stop());
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await main();
