import { createHash } from 'node:crypto';
import { CloudEvent } from '@app/sdk';
import { canonicalJson } from '@app/signing';
import { leafHash } from '@app/tlog';

export type FaultKind =
  'malformed' | 'gap' | 'duplicate' | 'order' | 'changed' | 'leaf' | 'payload' | 'checkpoint' | 'manifest';

/** What came, or what the folder holds, is not what the platform has vouched for. Nothing of it is passed over. */
export class Fault extends Error {
  constructor(
    readonly kind: FaultKind,
    zh: string,
    en: string,
  ) {
    super(`[${kind}] ${zh} / ${en}`);
  }
}

/** Where an entry stands: in the operator's feed from 1, in the log from 0. */
export interface Place {
  readonly position: number;
  readonly leafIndex: number;
}
export const START: Place = { position: 0, leafIndex: -1 };

/** What proofs and manifests need of an entry. */
export interface Leaf extends Place {
  /** RFC 6962 */
  readonly hash: Buffer;
  /** A key of the log that this event announces. */
  readonly vkey?: string;
}

export interface Entry extends Leaf {
  /** As it came. */
  readonly text: string;
  readonly event: CloudEvent;
  readonly erased: boolean;
}

/** One event that agrees with itself: envelope, leaf, digest of the payload. @throws Fault */
export function readEntry(text: string): Entry {
  const event = parse(text);
  const { position, sequence, data, type } = event;
  const leaf = Buffer.from(data.leaf, 'base64');
  checkLeaf(event, leaf);
  const vkey = type === 'ledger.log-key-added.v1' ? data.payload?.['vkey'] : undefined;
  return {
    position: Number(position),
    leafIndex: Number(sequence),
    hash: leafHash(leaf),
    ...(typeof vkey === 'string' && { vkey }),
    text,
    event,
    erased: checkPayload(event),
  };
}

/** Positions have no gap, and the log's order is the feed's. `behind`: positions that came later. @throws Fault */
export function mustFollow(last: Place, next: Place, behind: readonly number[] = []): void {
  const { position, leafIndex } = next;
  const expected = last.position + 1;
  if (position < expected)
    throw new Fault('duplicate', `位置 ${position} 重复`, `position ${position} stands there already`);
  if (position > expected && behind.includes(expected))
    throw new Fault('order', `位置 ${expected} 在 ${position} 之后`, `position ${expected} came after ${position}`);
  if (position > expected) {
    const missing = position - 1 === expected ? String(expected) : `${expected}–${position - 1}`;
    throw new Fault('gap', `缺少位置 ${missing}`, `missing: position ${missing}`);
  }
  if (leafIndex <= last.leafIndex)
    throw new Fault(
      'order',
      `位置 ${position} 是叶 ${leafIndex},而前一位置是叶 ${last.leafIndex}`,
      `position ${position} is leaf ${leafIndex}, although the position before is leaf ${last.leafIndex}`,
    );
}

function parse(text: string): CloudEvent {
  try {
    return CloudEvent.parse(JSON.parse(text));
  } catch (error) {
    const said = (error as Error).message.replace(/\s+/g, ' ').slice(0, 200);
    throw new Fault('malformed', `不是事件:${text.slice(0, 80)}`, `not an event: ${said}`);
  }
}

/** The leaf says the same as the envelope around it; whether the log has this leaf, a checkpoint proves. */
function checkLeaf({ position, id, type, subject, time, data }: CloudEvent, bytes: Buffer): void {
  const { version, actor, onBehalfOf, rulePack, payloadDigest } = data;
  const stated = { id, type, stream: subject, version, actor, onBehalfOf, occurredAt: time, rulePack, payloadDigest };
  let leaf: Record<string, unknown> = {};
  try {
    leaf = JSON.parse(bytes.toString()) as typeof leaf;
  } catch {
    throw new Fault('leaf', `位置 ${position}:叶不是 JSON`, `position ${position}: the leaf is not JSON`);
  }
  const other = Object.entries(stated).find(([name, value]) => leaf[name] !== value)?.[0];
  if (other !== undefined)
    throw new Fault(
      'leaf',
      `位置 ${position}:叶与事件的 ${other} 不符`,
      `position ${position}: leaf and envelope differ in ${other}`,
    );
}

/** payloadDigest = SHA-256(salt ‖ canonical JSON of the payload). @returns whether the payload was erased */
function checkPayload({ position, data: { payload, salt, payloadDigest } }: CloudEvent): boolean {
  if (payload === null && salt === null) return true;
  const digest = createHash('sha256')
    .update(Buffer.from(salt ?? '', 'hex'))
    .update(canonicalJson(payload))
    .digest('hex');
  if (digest === payloadDigest) return false;
  throw new Fault(
    'payload',
    `位置 ${position}:内容与摘要不符`,
    `position ${position}: the payload is not what its digest says`,
  );
}
