import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { compareVersions, fitnessFaults, RulePack, rulePacks } from '@app/rulepacks';
import { fault, Refusal, type Fault } from '../platform/refusal.js';
import { faultsOf } from '../platform/validation.js';
import type { ProposedPack } from './rule-pack.js';

export const PACK_BYTES_MAX = 262_144;

/**
 * What somebody hands in as a rule pack, checked like those that the program ships.
 * @param today in Asia/Shanghai
 * @throws Refusal invalid-request with the place of each fault; rule-packs/version-not-higher
 */
export function mustBeRulePack(given: unknown, today: string): ProposedPack {
  if (Buffer.byteLength(JSON.stringify(given)) > PACK_BYTES_MAX)
    throw fault('/pack', `不得超过 ${PACK_BYTES_MAX} 字节`, `at most ${PACK_BYTES_MAX} bytes`);
  const parsed = RulePack.safeParse(given, { reportInput: true });
  if (!parsed.success) throw new Refusal('invalid-request', {}, faultsOf(parsed.error, '/pack'));
  const document = parsed.data;
  const faults = [...unfitFor(document), ...untimely(document, today), ...strayFrom(document)];
  if (faults.length > 0) throw new Refusal('invalid-request', {}, faults);
  mustBeHigher(document.id, document.version);
  return { document, documentSha256: createHash('sha256').update(canonicalize(document)!).digest('hex') };
}

/** @throws Refusal rule-packs/version-not-higher than all versions of this process, which are all once the shelf is filled */
export function mustBeHigher(packId: string, version: string): void {
  const newest = rulePacks.find(({ id }) => id === packId)?.version;
  if (newest !== undefined && compareVersions(version, newest) <= 0)
    throw new Refusal('rule-packs/version-not-higher', { packId, newest });
}

const unfitFor = (document: RulePack): Fault[] =>
  fitnessFaults(document).map(({ path, message, zh }) => ({ pointer: `/pack/${path.join('/')}`, zh, en: message }));

function untimely({ effectiveFrom }: RulePack, today: string): Fault[] {
  if (effectiveFrom === null || effectiveFrom >= today) return [];
  return [{ pointer: '/pack/effectiveFrom', zh: '施行日期不得早于今日', en: 'must not be in the past' }];
}

/** A later version is of the same regime and place. */
function strayFrom(document: RulePack): Fault[] {
  const known = rulePacks.find(({ id }) => id === document.id);
  if (!known) return [];
  return (['regime', 'jurisdiction'] as const)
    .filter((key) => document[key] !== known[key])
    .map((key) => ({ pointer: `/pack/${key}`, zh: `该制度为 ${known[key]}`, en: `is ${known[key]} in this regime` }));
}
