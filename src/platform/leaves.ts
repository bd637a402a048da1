import { hash, randomBytes } from 'node:crypto';
import { canonicalText } from '@app/signing';
import type { Aggregate } from './aggregate.js';
import { eventType, type EventMeta } from './event.js';
import { newUuid } from './id.js';
import type { Leaf } from './serializable.js';

/** Who did what follows, for whom, and when. */
type Circumstances = Pick<EventMeta, 'actor' | 'occurredAt'> & { readonly onBehalfOf: string | undefined };

const SALT_BYTES = 16;

/** A leaf for each new event, aggregate by aggregate. */
export function leavesOf(aggregates: readonly Aggregate[], { actor, occurredAt, onBehalfOf }: Circumstances): Leaf[] {
  const events = aggregates.flatMap((aggregate) =>
    aggregate.getUncommittedEvents().map((event, i) => {
      const type = eventType(event);
      const text = canonicalText(event);
      if (text === undefined) throw new Error(`${type} is not JSON`);
      const { rulePack } = event as { rulePack?: string };
      return { stream: aggregate.id, version: aggregate.loadedVersion + i + 1, type, text, rulePack };
    }),
  );
  const salted = saltedBytes(events.map(({ text }) => text));
  return events.map(({ stream, version, type, rulePack }, i) => {
    const id = newUuid();
    const bytes = salted[i]!;
    const payloadDigest = hash('sha256', bytes);
    // In the order of the canonical form: nothing has to be put in order then.
    const leaf = canonicalText({
      actor,
      id,
      occurredAt,
      onBehalfOf,
      payloadDigest,
      rulePack,
      stream,
      type,
      v: 1,
      version,
    });
    const [salt, payload] = [bytes.subarray(0, SALT_BYTES), bytes.subarray(SALT_BYTES)];
    return { id, stream, version, type, leaf: Buffer.from(leaf!), payload, salt };
  });
}

/** Each text in UTF-8 behind a salt of its own. Memory and salts are asked for once: by the thousand, asking is what costs. */
function saltedBytes(texts: readonly string[]): Buffer[] {
  const lengths = texts.map((text) => SALT_BYTES + Buffer.byteLength(text));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 0));
  const salts = randomBytes(texts.length * SALT_BYTES);
  let end = 0;
  return texts.map((text, i) => {
    const salted = bytes.subarray(end, (end += lengths[i]!));
    salts.copy(salted, 0, i * SALT_BYTES, (i + 1) * SALT_BYTES);
    salted.write(text, SALT_BYTES);
    return salted;
  });
}
