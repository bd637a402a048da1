import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Asking the system for random bytes is what costs, not how many. */
const random = new Uint8Array(16 * 256);
let taken = random.length;
const last = { msecs: 0, seq: 0 };

/** A UUIDv7 (RFC 9562), above every one that this process made before it: within a millisecond a counter goes on (§6.2, method 1). */
export function newUuid(): string {
  if (taken === random.length) {
    randomFillSync(random);
    taken = 0;
  }
  const bytes = random.subarray(taken, (taken += 16));
  const now = Date.now();
  // The first bit is clear, so that two thousand million follow within a millisecond; a clock that was set back is waited for.
  if (now > last.msecs)
    Object.assign(last, { msecs: now, seq: new DataView(bytes.buffer, bytes.byteOffset).getUint32(6) >>> 1 });
  else last.seq += 1;
  return v7({ random: bytes, ...last });
}

/** A new opaque id: the kind's prefix and a UUIDv7 without dashes, e.g. `ord_01930e2c7b7a7c3e9d4f…`. */
export const newId = (prefix: string): string => `${prefix}_${newUuid().replaceAll('-', '')}`;
