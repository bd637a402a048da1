import type { Checkpoint } from '@app/tlog';
import { verifyConsistency } from '@app/tlog';

export interface SignRequest {
  readonly checkpoint: Checkpoint;
  /** Generations of the keys that shall sign. */
  readonly keys: readonly number[];
  /** Size of what was signed last, as far as the caller knows; 0 for nothing. */
  readonly from: number;
  /** RFC 6962 consistency proof from it. */
  readonly proof: readonly Uint8Array[];
}

/**
 * Signs the checkpoints of logs and remembers, outside the database, what it signed last: whatever happened to the database,
 * no second history gets a signature. `FileSigner` is the default, `KmsSigner` asks a key management service.
 */
export abstract class LogSigner {
  /** The Ed25519 public key (32 bytes) of a generation, from 1 on; made on the first call. */
  abstract publicKey(generation: number): Promise<Uint8Array>;

  /** What was signed last for the log of this name. */
  abstract lastSigned(origin: string): Promise<Checkpoint | undefined>;

  /**
   * One Ed25519 signature over the checkpoint's text for each of the keys. It is remembered, durably, before it is signed.
   * Throws SigningRefused for a tree that does not continue what was signed last, MovedOn when that is not `from`.
   */
  abstract sign(request: SignRequest): Promise<Uint8Array[]>;
}

/** The log was cut or rewritten: an alarm, not a passing failure. */
export class SigningRefused extends Error {}

/** Another process signed meanwhile: ask again. */
export class MovedOn extends Error {}

/** Throws unless the request continues `last`. */
export function mustContinue(last: Checkpoint | undefined, { checkpoint, from, proof }: SignRequest): void {
  if (from !== (last?.size ?? 0)) throw new MovedOn(`a tree of ${last?.size ?? 0} was signed meanwhile`);
  if (!last) return;
  const { size, root, origin } = checkpoint;
  if (last.origin !== origin) throw new SigningRefused(`what was signed last belongs to the log ${last.origin}`);
  if (last.size > size) throw new SigningRefused(`a tree of ${last.size} is signed already`);
  if (!verifyConsistency(proof, last.size, size, last.root, root))
    throw new SigningRefused(`the signed tree of ${last.size} is not a prefix of it`);
}
