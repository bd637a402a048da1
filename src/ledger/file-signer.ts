import { sign } from 'node:crypto';
import type { FileKeyStore, LocalKey } from '@app/signing';
import { formatCheckpoint, type Checkpoint } from '@app/tlog';
import type { LastSigned } from './last-signed.js';
import { LogSigner, mustContinue, type SignRequest } from './log-signer.js';

/** Keys in the key store, memory in a folder beside it. Instances that sign for one log must share both. */
export class FileSigner extends LogSigner {
  constructor(
    private readonly keys: FileKeyStore,
    private readonly memory: LastSigned,
  ) {
    super();
  }

  async publicKey(generation: number): Promise<Uint8Array> {
    return Buffer.from((await this.key(generation)).publicJwk.x!, 'base64url');
  }

  async lastSigned(): Promise<Checkpoint | undefined> {
    return (await this.memory.read())?.checkpoint;
  }

  async sign(request: SignRequest): Promise<Uint8Array[]> {
    const { checkpoint } = request;
    const last = await this.memory.read();
    mustContinue(last?.checkpoint, request);
    const keys = await Promise.all(request.keys.map((generation) => this.key(generation)));
    // First the memory, then the signature: what was signed once is never forgotten, and signing it again does no harm.
    if (last?.checkpoint.size === checkpoint.size) await this.memory.confirm();
    else await this.memory.replace(last, checkpoint);
    return keys.map(({ privateKey }) => sign(null, Buffer.from(formatCheckpoint(checkpoint)), privateKey));
  }

  private key(generation: number): Promise<LocalKey> {
    return this.keys.generation('log', generation, 'EdDSA');
  }
}
