import { Money, MoneyError } from './money.js';

/** A weight: a whole number or a non-negative decimal string. */
export type Weight = bigint | number | string;

/**
 * Splits an amount by weights with the method of the largest remainder: every minor unit is assigned, no part is more than one unit away
 * from its exact share, and equal remainders are served in the order of the list. A negative amount mirrors the positive one, so a
 * reversal takes back exactly what was given.
 * @throws MoneyError malformed-weight, or no-weights when there is no positive weight to carry the amount
 */
export function allocate(money: Money, weights: readonly Weight[]): Money[] {
  const parts = scaled(weights);
  const sum = parts.reduce((a, b) => a + b, 0n);
  if (sum === 0n) {
    if (!money.isZero) throw new MoneyError('no-weights', `no weight carries ${money.toString()}`);
    return parts.map(() => money);
  }
  const amount = money.isNegative ? -money.amount : money.amount;
  const shares = parts.map((part) => (amount * part) / sum);
  const remainders = parts.map((part) => (amount * part) % sum);
  const rest = amount - shares.reduce((a, b) => a + b, 0n);
  const served = largestFirst(remainders, (a, b) => (a < b ? -1 : a > b ? 1 : 0)).slice(0, Number(rest));
  for (const i of served) shares[i]! += 1n;
  return shares.map((share) => Money.of(money.isNegative ? -share : share, money.currency));
}

/** The indexes of a list, the largest value first, equal values in the order of the list. */
export function largestFirst<T>(values: readonly T[], compare: (a: T, b: T) => number): number[] {
  return values.map((_, i) => i).sort((i, j) => compare(values[j]!, values[i]!));
}

/** The weights as whole numbers in the same proportion. */
function scaled(weights: readonly Weight[]): bigint[] {
  const pairs = weights.map((weight) => {
    const [, integer, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(String(weight)) ?? [];
    if (integer === undefined || (typeof weight === 'number' && !Number.isSafeInteger(weight)))
      throw new MoneyError('malformed-weight', `not a weight: ${weight}`);
    return { integer, fraction };
  });
  const decimals = Math.max(0, ...pairs.map(({ fraction }) => fraction.length));
  return pairs.map(({ integer, fraction }) => BigInt(integer + fraction.padEnd(decimals, '0')));
}
