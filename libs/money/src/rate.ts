import { Decimal } from 'decimal.js';
import { z } from 'zod';
import { Money, MoneyError } from './money.js';

/** Wide enough that 64-bit amounts times rates of 12 decimals are exact; the default of 20 digits is not. */
export const Exact = Decimal.clone({ precision: 100, rounding: Decimal.ROUND_HALF_UP });

/** A share of one as a decimal string, `'0.015'` for 1.5 %; from 0 to 1 with at most 12 decimals. */
export const Rate = z.string().regex(/^(0(\.\d{1,12})?|1(\.0{1,12})?)$/);
export type Rate = z.infer<typeof Rate>;

/** @throws MoneyError malformed-rate */
export function parseRate(rate: Rate): Decimal {
  if (!Rate.safeParse(rate).success) throw new MoneyError('malformed-rate', `not a rate from 0 to 1: ${rate}`);
  return new Exact(rate);
}

/** Basis points (1/10 000) to a rate: 150 → `'0.015'`. */
export function basisPoints(bp: number): Rate {
  if (!Number.isInteger(bp) || bp < 0 || bp > 10_000)
    throw new MoneyError('malformed-rate', `not basis points from 0 to 10000: ${bp}`);
  return new Exact(bp).div(10_000).toFixed();
}

export const exact = (amount: bigint) => new Exact(amount.toString());
export const whole = (value: Decimal) => BigInt(value.toFixed(0, Decimal.ROUND_DOWN));

/** Rounds half away from zero (四舍五入), so that the rate of a negative amount mirrors that of the positive one. */
export const round = (value: Decimal) => BigInt(value.toFixed(0, Decimal.ROUND_HALF_UP));

/** A rate of an amount, rounded to the minor unit. */
export function applyRate(money: Money, rate: Rate): Money {
  return Money.of(round(exact(money.amount).times(parseRate(rate))), money.currency);
}
