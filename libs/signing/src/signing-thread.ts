import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { DIGESTS, startOf, type JwsHeader, type LocalKey } from './suite.js';

/** What is asked in one turn goes over in one message: a key, and the place of the payload, with what stands before it. */
interface Batch {
  readonly keys: { readonly key: KeyObject; readonly digest: string | undefined }[];
  readonly payloads: string[];
  readonly jobs: { readonly key: number; readonly payload: number; readonly start: string }[];
}

interface Answer {
  readonly resolve: (jws: string) => void;
  readonly reject: (error: Error) => void;
  readonly start: string;
}

type Reply = { readonly signatures: readonly string[] } | { readonly error: string };

/** As text: a file would be another one in the build than among the sources. */
const SOURCE = `
  const { sign } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ keys, payloads, jobs }) => {
    try {
      const encoded = payloads.map((payload) => Buffer.from(Buffer.from(payload).toString('base64url'), 'latin1'));
      const signatures = jobs.map((job) => {
        const { key, digest } = keys[job.key];
        const input = Buffer.concat([Buffer.from(job.start, 'latin1'), encoded[job.payload]]);
        return sign(digest, input, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
      });
      parentPort.postMessage({ signatures });
    } catch (error) {
      parentPort.postMessage({ error: String(error) });
    }
  });`;

/**
 * Signs many texts while the calling thread goes on with something else. The pool of threads that Node has for single signatures costs as much
 * again as signing; this one is asked for many at once. It begins with the first batch, keeps no process from ending, and is begun anew if it
 * has ended.
 */
export class SigningThread {
  private worker: Worker | undefined;
  private next: (Batch & { readonly answers: Answer[] }) | undefined;
  /** Batches under way, in the order in which they are answered. */
  private readonly waiting: (readonly Answer[])[] = [];

  /** SM2 is computed in JavaScript, by the caller. */
  canSign({ alg }: LocalKey): boolean {
    return alg in DIGESTS || alg === 'EdDSA';
  }

  /** @returns the JWS over the payload, without the payload (RFC 7515 appendix F) */
  sign(payload: string, header: JwsHeader, { alg, privateKey }: LocalKey): Promise<string> {
    if (!this.next) setImmediate(() => this.send());
    const { keys, payloads, jobs, answers } = (this.next ??= { keys: [], payloads: [], jobs: [], answers: [] });
    let key = keys.findIndex((known) => known.key === privateKey);
    if (key < 0) key = keys.push({ key: privateKey, digest: DIGESTS[alg] }) - 1;
    if (payloads.at(-1) !== payload) payloads.push(payload);
    const start = startOf(alg, header);
    jobs.push({ key, payload: payloads.length - 1, start });
    return new Promise((resolve, reject) => answers.push({ resolve, reject, start }));
  }

  private send(): void {
    const { answers, ...batch } = this.next!;
    this.next = undefined;
    this.waiting.push(answers);
    this.worker ??= this.begin();
    this.worker.ref();
    this.worker.postMessage(batch);
  }

  private begin(): Worker {
    const worker = new Worker(SOURCE, { eval: true, name: 'signing', execArgv: [] });
    const ended = (error: Error): void => {
      if (this.worker !== worker) return;
      this.worker = undefined;
      for (const { reject } of this.waiting.splice(0).flat()) reject(error);
    };
    worker.on('message', (reply: Reply) => this.answer(reply));
    worker.on('error', ended);
    worker.on('exit', (code) => ended(new Error(`the thread that signs has ended with ${code}`)));
    return worker;
  }

  private answer(reply: Reply): void {
    const answers = this.waiting.shift() ?? [];
    if (this.waiting.length === 0) this.worker?.unref();
    for (const [i, { resolve, reject, start }] of answers.entries())
      if ('error' in reply) reject(new Error(reply.error));
      else resolve(`${start}.${reply.signatures[i]}`);
  }
}
