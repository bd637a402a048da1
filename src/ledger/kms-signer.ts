import { formatCheckpoint, parseCheckpoint, type Checkpoint } from '@app/tlog';
import type { z } from 'zod';
import { Refusal } from '../platform/refusal.js';
import {
  KMS_BODY_BYTES,
  KmsRefusal,
  LastSignedAnswer,
  PublicKeyAnswer,
  SignAnswer,
  type LastSignedRequest,
  type PublicKeyRequest,
  type SignBody,
} from './kms-protocol.js';
import { LogSigner, MovedOn, SigningRefused, type SignRequest } from './log-signer.js';

const TIMEOUT_MS = 5000;

/** Keys and memory in a key management service, reached as `kms-protocol.ts` says. */
export class KmsSigner extends LogSigner {
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {
    super();
  }

  async publicKey(generation: number): Promise<Uint8Array> {
    const body: z.infer<typeof PublicKeyRequest> = { generation };
    return Buffer.from((await this.ask('public-key', body, PublicKeyAnswer)).publicKey, 'base64');
  }

  async lastSigned(origin: string): Promise<Checkpoint | undefined> {
    const body: z.infer<typeof LastSignedRequest> = { origin };
    const { checkpoint } = await this.ask('last-signed', body, LastSignedAnswer);
    return checkpoint === null ? undefined : parseCheckpoint(checkpoint);
  }

  async sign({ checkpoint, keys, from, proof }: SignRequest): Promise<Uint8Array[]> {
    const body: z.infer<typeof SignBody> = {
      checkpoint: formatCheckpoint(checkpoint),
      keys: [...keys],
      from,
      proof: proof.map((hash) => Buffer.from(hash).toString('base64')),
    };
    const { signatures } = await this.ask('sign', body, SignAnswer);
    return signatures.map((signature) => Buffer.from(signature, 'base64'));
  }

  private async ask<T>(path: string, body: object, answer: z.ZodType<T>): Promise<T> {
    const { status, text } = await this.post(path, JSON.stringify(body)).catch((error: unknown) => {
      throw unavailable(reasonOf(error));
    });
    const json = parsed(text);
    if (status === 409) throw new MovedOn(KmsRefusal.safeParse(json).data?.reason ?? 'HTTP 409');
    if (status === 422) throw new SigningRefused(KmsRefusal.safeParse(json).data?.reason ?? 'HTTP 422');
    if (status !== 200) throw unavailable(`HTTP ${status}`);
    const { data, success } = answer.safeParse(json);
    if (!success) throw unavailable(`${path}: not an answer of the protocol`);
    return data;
  }

  private async post(path: string, body: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.url}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body ?? []) {
      length += (chunk as Uint8Array).length;
      if (length > KMS_BODY_BYTES) throw new Error(`more than ${KMS_BODY_BYTES} bytes`);
      chunks.push(chunk as Uint8Array);
    }
    return { status: response.status, text: Buffer.concat(chunks).toString('utf8') };
  }
}

const unavailable = (reason: string): Refusal => new Refusal('ledger/signer-unavailable', { reason });

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
