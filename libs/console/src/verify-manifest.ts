import canonicalize from 'canonicalize';
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import {
  FEED_MANIFEST_TYP,
  FeedManifestStatement,
  type Client,
  type CloudEvent,
  type FeedManifestView,
} from '@app/sdk';
import { withQuery } from './api.js';
import type { Check } from './checks.js';
import { say } from './i18n.js';
import { fromBase64, fromHex, leafHash, readNote, rootOf, sha256, toHex, utf8 } from './proving.js';

const PAGE = 500;

/** Pulls the day once more and does what a consumer does with its copy: counts, hashes, compares with what was signed. */
export async function verifyManifest(client: Client, manifest: FeedManifestView): Promise<Check[]> {
  const { first, last, count, root, logSize, checkpoint } = manifest;
  const leaves: Uint8Array<ArrayBuffer>[] = [];
  const odd: string[] = [];
  for (let next = first; next <= last;) {
    const query = { operator: manifest.operatorId, after: String(next - 1), limit: String(PAGE) };
    const page = await client.get<CloudEvent[]>(withQuery('/v1/feed', query));
    const wanted = page.filter(({ position }) => Number(position) <= last);
    if (wanted.length === 0) break;
    for (const event of wanted) {
      const fits = Number(event.position) === next && Number(event.sequence) < logSize && (await fitsLeaf(event));
      if (!fits) odd.push(event.position);
      leaves.push(await leafHash(fromBase64(event.data.leaf)));
      next = Number(event.position) + 1;
    }
  }
  const found = toHex(await rootOf(leaves));
  const note = readNote(checkpoint);
  return [
    { ok: leaves.length === count, about: say('checkCount', { n: leaves.length, count, first, last }) },
    { ok: odd.length === 0, about: odd.length === 0 ? say('checkContent') : say('checkOdd', { at: odd.join(', ') }) },
    { ok: found === root, about: found === root ? say('checkRoot', { root }) : say('checkRootNot', { root, found }) },
    { ok: await isSigned(client, manifest), about: say('checkManifestSigned') },
    { ok: note.size === logSize, about: say('checkManifestLog', { size: logSize }) },
  ];
}

/** The root covers leaves only: what the envelope says beside must be what its leaf says. */
async function fitsLeaf({ id, type, subject, time, data }: CloudEvent): Promise<boolean> {
  const leaf = JSON.parse(new TextDecoder().decode(fromBase64(data.leaf))) as Record<string, unknown>;
  const { payload, salt, payloadDigest } = data;
  const said = [leaf['id'], leaf['type'], leaf['stream'], leaf['occurredAt'], leaf['payloadDigest']].join();
  if (said !== [id, type, subject, time, payloadDigest].join()) return false;
  if (payload === null || salt === null) return true;
  return toHex(await sha256(fromHex(salt), utf8(canonicalize(payload)!))) === payloadDigest;
}

/** Whether the platform signed exactly what the manifest states. */
async function isSigned(client: Client, manifest: FeedManifestView): Promise<boolean> {
  const keys = createLocalJWKSet(await client.get<JSONWebKeySet>('/v1/feed/keys'));
  try {
    const { payload, protectedHeader } = await compactVerify(manifest.jws, keys, { algorithms: ['ES256'] });
    const stated = canonicalize(FeedManifestStatement.strip().parse(manifest));
    return protectedHeader.typ === FEED_MANIFEST_TYP && new TextDecoder().decode(payload) === stated;
  } catch {
    return false;
  }
}
