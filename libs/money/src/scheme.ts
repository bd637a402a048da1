import { z } from 'zod';
import { currencyDigits, MoneyError, type Currency } from './money.js';
import { Exact, Rate } from './rate.js';

/** The order in which a gross amount is used up. What is left after BROKER is the distributable amount. */
export const stages = ['TAX', 'RESERVE', 'EXCHANGE_FEE', 'THIRD_PARTY', 'BROKER', 'SHARE'] as const;
export type Stage = (typeof stages)[number];

const Minor = z.string().regex(/^(0|[1-9]\d{0,17})$/);
const Base = z.enum(['GROSS', 'NET', 'REMAINING']);
export type Base = z.infer<typeof Base>;

const line = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  stage: z.enum(stages),
  payee: z.string().min(1).max(200),
};
const limits = { floor: Minor.optional(), cap: Minor.optional() };

/**
 * One line of a scheme. `base`: GROSS is the amount paid, NET is gross less the TAX stage, REMAINING is what the stages before left
 * (the distributable amount for shares). `floor` and `cap` bound the result in minor units.
 * - fixed: that many minor units
 * - percentage: rate × base
 * - included: the part of a tax-inclusive base, base × rate ÷ (1 + rate)
 * - tiered: each rate applies to the part of the base inside its tier (`upTo` in minor units, the last one null)
 * - residual: shares what the other shares leave, by weight
 */
export const SchemeLine = z.discriminatedUnion('kind', [
  z.strictObject({ ...line, kind: z.literal('fixed'), amount: Minor }),
  z.strictObject({ ...line, kind: z.literal('percentage'), base: Base, rate: Rate, ...limits }),
  z.strictObject({ ...line, kind: z.literal('included'), base: Base, rate: Rate, ...limits }),
  z.strictObject({
    ...line,
    kind: z.literal('tiered'),
    base: Base,
    tiers: z
      .array(z.strictObject({ upTo: Minor.nullable(), rate: Rate }))
      .min(1)
      .max(20),
    ...limits,
  }),
  z.strictObject({ ...line, kind: z.literal('residual'), weight: z.number().int().min(1).max(1_000_000_000) }),
]);
export type SchemeLine = z.infer<typeof SchemeLine>;

const Shape = z.strictObject({
  currency: z.enum(Object.keys(currencyDigits) as [Currency, ...Currency[]]),
  lines: z.array(SchemeLine).min(1).max(100),
});
export type DistributionScheme = z.infer<typeof Shape>;

/** A scheme as its parties sign it: well formed and, as far as rates alone can tell, never giving more than there is. */
export const DistributionScheme = Shape.superRefine((scheme, context) => {
  for (const { path, zh, en } of schemeFaults(scheme))
    context.addIssue({ code: 'custom', path, message: en, params: { zh, en } });
});

export interface SchemeFault {
  readonly over: boolean;
  readonly path: (string | number)[];
  readonly zh: string;
  readonly en: string;
}

/** @throws MoneyError over-distributed when the rates give more than there is, invalid-scheme for every other fault */
export function checkScheme(scheme: DistributionScheme): void {
  const [first] = schemeFaults(scheme);
  if (first)
    throw new MoneyError(first.over ? 'over-distributed' : 'invalid-scheme', `${first.path.join('/')}: ${first.en}`);
}

export function schemeFaults({ lines }: DistributionScheme): SchemeFault[] {
  return [...lines.flatMap((line, index) => lineFaults(line, index, lines)), ...totalFaults(lines)];
}

function lineFaults(line: SchemeLine, index: number, lines: readonly SchemeLine[]): SchemeFault[] {
  const faults: SchemeFault[] = [];
  const wrong = (field: string, zh: string, en: string) =>
    faults.push({ over: false, path: ['lines', index, field], zh, en });
  if (lines.findIndex(({ id }) => id === line.id) !== index) wrong('id', '标识重复', 'the id is used twice');
  if (line.kind === 'residual' && line.stage !== 'SHARE')
    wrong('kind', '剩余分配仅可用于收益份额', 'only shares may be residual');
  if (line.kind === 'included' && line.stage !== 'TAX') wrong('kind', '价内税仅可用于税款', 'only tax may be included');
  if ('base' in line && line.stage === 'TAX' && line.base === 'NET')
    wrong('base', '税款不能以税后金额为基数', 'tax cannot be a part of the amount after tax');
  if ('floor' in line && line.floor && line.cap && BigInt(line.floor) > BigInt(line.cap))
    wrong('floor', '下限高于上限', 'the floor is above the cap');
  if (line.kind === 'tiered' && !ascending(line.tiers.map(({ upTo }) => upTo)))
    wrong('tiers', '档位须递增且仅最后一档不设上限', 'tiers must ascend and only the last one is open');
  return faults;
}

function ascending(limits: readonly (string | null)[]): boolean {
  const last = limits.length - 1;
  return limits.every(
    (limit, i) =>
      (limit === null) === (i === last) && (i === 0 || limit === null || BigInt(limit) > BigInt(limits[i - 1]!)),
  );
}

function totalFaults(lines: readonly SchemeLine[]): SchemeFault[] {
  const shares = lines.filter(({ stage }) => stage === 'SHARE');
  const fault = (over: boolean, zh: string, en: string): SchemeFault[] => [{ over, path: ['lines'], zh, en }];
  const remaining = (stage: Stage) =>
    rates(
      lines.filter((line) => line.stage === stage),
      'REMAINING',
    );
  if (rates(lines, 'GROSS').gt(1) || rates(lines, 'NET').gt(1) || stages.some((stage) => remaining(stage).gt(1)))
    return fault(true, '比例之和超过百分之百', 'the rates add up to more than one');
  const closed = shares.every(
    (share) => share.kind === 'percentage' && share.base === 'REMAINING' && !share.floor && !share.cap,
  );
  if (!shares.some(({ kind }) => kind === 'residual') && !(closed && remaining('SHARE').eq(1)))
    return fault(
      false,
      '收益份额须有剩余项，或比例之和恰为百分之百',
      'shares need a residual line, or rates that add up to one',
    );
  return [];
}

/** The sum of the rates on one base that no cap bounds. */
function rates(lines: readonly SchemeLine[], base: Base) {
  return lines.reduce(
    (sum, line) => (line.kind === 'percentage' && line.base === base && !line.cap ? sum.plus(line.rate) : sum),
    new Exact(0),
  );
}
