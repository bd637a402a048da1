import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { DIGESTS, LocalKey, startOf, type JwsHeader, type SigningKey } from './suite.js';

/** A key, and the header under which it signs. */
export interface Signer {
  readonly key: LocalKey;
  readonly header: JwsHeader;
}

/** What is asked in one turn. */
interface Turn {
  readonly by: Signer[];
  readonly jobs: Job[];
  readonly answers: Answer[];
}

interface Job {
  readonly payload: Uint8Array;
  /** The places of those who sign it. */
  readonly by: readonly number[];
}

/** It goes over in one message: the payloads one behind the other, in memory that is handed over. */
interface Batch {
  readonly signers: { readonly key: KeyObject; readonly digest: string | undefined; readonly start: string }[];
  readonly payloads: ArrayBuffer;
  readonly jobs: { readonly length: number; readonly by: readonly number[] }[];
}

interface Answer {
  readonly resolve: (jws: string[]) => void;
  readonly reject: (error: Error) => void;
}

type Reply = { readonly signed: readonly string[][] } | { readonly error: string };

/** As text: a file would be another one in the build than among the sources. */
const SOURCE = `
  const { sign } = require('node:crypto');
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ signers, payloads, jobs }) => {
    try {
      const starts = signers.map(({ start }) => Buffer.from(start, 'latin1'));
      let end = 0;
      const signed = jobs.map(({ length, by }) => {
        const payload = Buffer.from(payloads, end, length);
        end += length;
        const encoded = Buffer.from(payload.toString('base64url'), 'latin1');
        return by.map((i) => {
          const { key, digest, start } = signers[i];
          const input = Buffer.concat([starts[i], encoded]);
          return start + '.' + sign(digest, input, { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
        });
      });
      parentPort.postMessage({ signed });
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
  private next: Turn | undefined;
  /** Batches under way, in the order in which they are answered. */
  private readonly waiting: (readonly Answer[])[] = [];

  /** What a device holds signs there; SM2 is computed in JavaScript, by the caller. */
  canSign(key: SigningKey): key is LocalKey {
    return key instanceof LocalKey && (key.alg in DIGESTS || key.alg === 'EdDSA');
  }

  /** @returns a JWS over the payload by each, without the payload (RFC 7515 appendix F) */
  sign(payload: Uint8Array, ...by: readonly Signer[]): Promise<string[]> {
    if (!this.next) setImmediate(() => this.send());
    const { by: all, jobs, answers } = (this.next ??= { by: [], jobs: [], answers: [] });
    const placeOf = (one: Signer): number => {
      const known = all.findIndex(({ key, header }) => key === one.key && header === one.header);
      return known < 0 ? all.push(one) - 1 : known;
    };
    jobs.push({ payload, by: by.map(placeOf) });
    return new Promise((resolve, reject) => answers.push({ resolve, reject }));
  }

  private send(): void {
    const { by, jobs, answers } = this.next!;
    const signers = by.map(({ key: { alg, privateKey: key }, header }) => ({
      key,
      digest: DIGESTS[alg],
      start: startOf(alg, header),
    }));
    this.next = undefined;
    this.waiting.push(answers);
    this.worker ??= this.begin();
    this.worker.ref();
    const payloads = joined(jobs.map(({ payload }) => payload));
    const batch: Batch = {
      signers,
      payloads,
      jobs: jobs.map(({ payload, by: places }) => ({ length: payload.length, by: places })),
    };
    this.worker.postMessage(batch, [payloads]);
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
    for (const [i, { resolve, reject }] of answers.entries())
      if ('error' in reply) reject(new Error(reply.error));
      else resolve(reply.signed[i]!);
  }
}

/** In memory of its own, so that it can be handed over. */
function joined(payloads: readonly Uint8Array[]): ArrayBuffer {
  const bytes = new Uint8Array(payloads.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const payload of payloads) {
    bytes.set(payload, end);
    end += payload.length;
  }
  return bytes.buffer;
}
