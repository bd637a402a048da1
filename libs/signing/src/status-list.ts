import { gunzipSync, gzipSync } from 'node:zlib';
import type { Credential } from './data-model.js';

/** Bitstring Status List 1.0 §6.1: shorter lists would tell whose status was asked for. */
export const MINIMUM_BITS = 131_072;
/** 64 Mi statuses; beyond that a list is refused unread, so that a small text cannot fill the memory. */
export const MAXIMUM_BITS = 1 << 26;

export type StatusPurpose = 'revocation' | 'suspension';

export class StatusListError extends Error {}

/** A fixed number of one-bit statuses; index 0 is the leftmost bit of the first byte. */
export class StatusList {
  private constructor(private readonly bytes: Buffer) {}

  /** All clear; `bits` is a multiple of 8 between the bounds above. */
  static create(bits: number = MINIMUM_BITS): StatusList {
    if (!Number.isInteger(bits / 8) || bits < MINIMUM_BITS || bits > MAXIMUM_BITS) {
      throw new StatusListError(
        `A status list has between ${MINIMUM_BITS} and ${MAXIMUM_BITS} bits, by 8; not ${bits}`,
      );
    }
    return new StatusList(Buffer.alloc(bits / 8));
  }

  /** Reads multibase base64url (`u`) of gzip. A list below the minimum length is read, so that the caller can say so. */
  static decode(encoded: string): StatusList {
    if (!/^u[A-Za-z0-9_-]+$/.test(encoded)) throw new StatusListError('The list is not multibase base64url');
    try {
      return new StatusList(
        gunzipSync(Buffer.from(encoded.slice(1), 'base64url'), { maxOutputLength: MAXIMUM_BITS / 8 }),
      );
    } catch (error) {
      throw new StatusListError(`The list cannot be unpacked: ${String(error)}`);
    }
  }

  encode(): string {
    const packed = gzipSync(this.bytes);
    packed[9] = 3; // the header's operating system, so that every platform writes the same text
    return `u${packed.toString('base64url')}`;
  }

  get length(): number {
    return this.bytes.length * 8;
  }

  get(index: number): boolean {
    return (this.byte(index) & (0x80 >> (index % 8))) !== 0;
  }

  set(index: number, value: boolean): void {
    const mask = 0x80 >> (index % 8);
    const byte = this.byte(index);
    this.bytes[Math.floor(index / 8)] = value ? byte | mask : byte & ~mask;
  }

  private byte(index: number): number {
    const byte = Number.isInteger(index) && index >= 0 ? this.bytes[Math.floor(index / 8)] : undefined;
    if (byte === undefined) throw new RangeError(`No status ${index} in a list of ${this.length}`);
    return byte;
  }
}

/** The `credentialStatus` of a credential (§2.1); the index is a decimal text by the specification. */
export function statusEntry(list: string, purpose: StatusPurpose, index: number) {
  return {
    id: `${list}#${index}`,
    statusListCredential: list,
    statusListIndex: String(index),
    statusPurpose: purpose,
    type: 'BitstringStatusListEntry',
  };
}

/** The credential that publishes a list (§2.2), to be signed by the same issuer as the credentials it speaks of. */
export function statusListCredential(options: {
  id: string;
  issuer: string;
  purpose: StatusPurpose;
  list: StatusList;
  validFrom: Date;
  validUntil: Date;
  /** How long a copy may be used before a newer one is asked for. */
  ttlMs?: number;
}): Credential {
  const { id, issuer, purpose, list, validFrom, validUntil, ttlMs } = options;
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer,
    validFrom: validFrom.toISOString(),
    validUntil: validUntil.toISOString(),
    credentialSubject: {
      id: `${id}#list`,
      type: 'BitstringStatusList',
      statusPurpose: purpose,
      encodedList: list.encode(),
      ...(ttlMs !== undefined && { ttl: ttlMs }),
    },
  };
}
