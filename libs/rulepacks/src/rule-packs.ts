import { cnProperty2026 } from './cn-property-2026/index.js';
import { cnPublic2025 } from './cn-public-2025/index.js';
import { gdCompliance2023Draft } from './gd-compliance-2023-draft/index.js';
import { szProperty2023 } from './sz-property-2023/index.js';
import { RulePack, type Deadline, type Field, type Ground, type GroundKind, type Length } from './schema.js';

export type RulePackErrorCode =
  | 'unknown-pack'
  | 'unknown-deadline'
  | 'unknown-ground'
  | 'wrong-ground-kind'
  | 'unknown-field'
  | 'unknown-situation'
  | 'not-published';

/** A question that a rule pack cannot answer; switch on `code`. */
export class RulePackError extends Error {
  override readonly name = 'RulePackError';
  constructor(
    readonly code: RulePackErrorCode,
    message: string,
  ) {
    super(message);
  }
}

const shelf: RulePack[] = [];

/**
 * All packs, unchangeable, the newest version of an id first: those that this package ships, checked when the program starts, and
 * what {@link addRulePack} put beside them.
 */
export const rulePacks: readonly RulePack[] = shelf;

/**
 * Puts a published version beside the others; the same version again changes nothing. Where a database published what a later
 * release ships under the same number, what was published holds: decisions were made under it.
 */
export function addRulePack(pack: RulePack): void {
  const same = shelf.findIndex(({ id, version }) => id === pack.id && version === pack.version);
  if (same >= 0) shelf.splice(same, 1, freeze(pack));
  else shelf.push(freeze(pack));
  const ids = [...new Set(shelf.map(({ id }) => id))];
  shelf.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id) || compareVersions(b.version, a.version));
}

for (const source of [cnProperty2026, cnPublic2025, gdCompliance2023Draft, szProperty2023])
  addRulePack(RulePack.parse(source));

/** Negative when `a` is the earlier one. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  return left.map((part, i) => part - right[i]!).find((difference) => difference !== 0) ?? 0;
}

/**
 * The version of a regime under which something new begins on `day` (Asia/Shanghai); undefined when the regime is not in force then.
 * The newest version that has taken effect decides: when it has ended, no earlier one comes back.
 */
export function packInForce(id: string, day: string): RulePack | undefined {
  const newest = shelf.find(
    (pack) => pack.id === id && pack.status !== 'DRAFT' && pack.effectiveFrom !== null && pack.effectiveFrom <= day,
  );
  const ended = newest?.status !== 'IN_FORCE' || (newest.effectiveTo !== null && newest.effectiveTo < day);
  return ended ? undefined : newest;
}

/**
 * A pack by id; a decision that was made under an earlier version names it.
 * @throws RulePackError unknown-pack
 */
export function rulePack(id: string, version?: string): RulePack {
  const pack = rulePacks.find(
    (candidate) => candidate.id === id && (version === undefined || candidate.version === version),
  );
  if (!pack) throw new RulePackError('unknown-pack', `no rule pack ${id} ${version ?? ''}`.trimEnd());
  return pack;
}

/** @throws RulePackError unknown-deadline */
export function deadline(pack: RulePack, id: string): Deadline {
  return known(pack.deadlines, id) ?? fail('unknown-deadline', `${pack.id} has no deadline ${id}`);
}

/**
 * The length of a deadline in working days.
 * @throws RulePackError unknown-deadline; not-published when the regime gives no number or counts in another unit
 */
export function workingDays(pack: RulePack, id: string): number {
  const { count, unit } = period(pack, id);
  return unit === 'wd' && count !== null ? count : fail('not-published', `${pack.id} gives no working days for ${id}`);
}

/**
 * The length of a deadline in calendar months, for example the longest validity.
 * @throws RulePackError unknown-deadline; not-published when the regime gives no number or counts in another unit
 */
export function months(pack: RulePack, id: string): number {
  const { count, unit } = period(pack, id);
  if (count !== null && unit === 'month') return count;
  return count !== null && unit === 'year' ? count * 12 : fail('not-published', `${pack.id} gives no months for ${id}`);
}

/**
 * A ground by its code, of the kind of decision that is being made: a code of refusal cannot justify a cancellation.
 * @throws RulePackError unknown-ground, wrong-ground-kind
 */
export function ground(pack: RulePack, code: string, kind: GroundKind): Ground {
  const found =
    pack.grounds.find((candidate) => candidate.code === code) ??
    fail('unknown-ground', `${pack.id} has no ground ${code}`);
  return found.kinds.includes(kind) ? found : fail('wrong-ground-kind', `${code} is not a ground to ${kind}`);
}

/** @throws RulePackError unknown-field */
export function field(pack: RulePack, id: string): Field {
  return known(pack.fields, id) ?? fail('unknown-field', `${pack.id} has no field ${id}`);
}

export function fail(code: RulePackErrorCode, message: string): never {
  throw new RulePackError(code, message);
}

function period(pack: RulePack, id: string): Length {
  const found = deadline(pack, id);
  return found.kind === 'PERIOD' ? found.length : fail('not-published', `${id} is not a period`);
}

function known<T>(record: Readonly<Record<string, T>>, id: string): T | undefined {
  return Object.hasOwn(record, id) ? record[id] : undefined;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
  return Object.freeze(value);
}
