import { z } from 'zod';

/** Minor-unit digits of ISO 4217. A table because `Intl` disagrees with the standard (it gives IDR 0 digits). */
export const currencyDigits = { CNY: 2, HKD: 2, MOP: 2, USD: 2, EUR: 2, GBP: 2, SGD: 2, JPY: 0, KRW: 0 } as const;
export type Currency = keyof typeof currencyDigits;

export type MoneyErrorCode =
  | 'unknown-currency'
  | 'currency-mismatch'
  | 'malformed-amount'
  | 'amount-out-of-range'
  | 'negative-amount'
  | 'malformed-rate'
  | 'malformed-weight'
  | 'no-weights'
  | 'invalid-scheme'
  | 'over-distributed'
  | 'over-reversed';

/** Every refusal of this library; switch on `code`. */
export class MoneyError extends Error {
  override readonly name = 'MoneyError';
  constructor(
    readonly code: MoneyErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** The wire form: whole minor units (fen) as a canonical decimal string. */
export const MoneyJson = z.strictObject({
  amount: z.string().regex(/^(0|-?[1-9]\d{0,18})$/),
  currency: z.enum(Object.keys(currencyDigits) as [Currency, ...Currency[]]),
});
export type MoneyJson = z.infer<typeof MoneyJson>;

/** Amounts live in a signed 64-bit column, so nothing larger can come into being here. */
const LIMIT = 2n ** 63n - 1n;

/** An exact, immutable amount: whole minor units and a currency. Never a float; different currencies never mix. */
export class Money {
  private constructor(
    readonly amount: bigint,
    readonly currency: Currency,
  ) {
    if (amount > LIMIT || amount < -LIMIT) throw new MoneyError('amount-out-of-range', `${amount} exceeds 64 bits`);
    Object.freeze(this);
  }

  /** @param amount minor units (fen): a bigint or a canonical decimal string */
  static of(amount: bigint | string, currency: string = 'CNY'): Money {
    if (!Object.hasOwn(currencyDigits, currency))
      throw new MoneyError('unknown-currency', `unknown currency ${currency}`);
    if (typeof amount === 'string' && !/^(0|-?[1-9]\d*)$/.test(amount))
      throw new MoneyError('malformed-amount', `not whole minor units: ${amount}`);
    return new Money(BigInt(amount), currency as Currency);
  }

  /** Reads major units, `'1234.5'` yuan. More decimals than the currency has are refused, not rounded. */
  static parse(text: string, currency: string = 'CNY'): Money {
    const digits = Money.of(0n, currency).digits;
    const [, sign, whole, fraction = ''] = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/.exec(text) ?? [];
    if (whole === undefined || fraction.length > digits)
      throw new MoneyError('malformed-amount', `not an amount in ${currency}: ${text}`);
    const amount = BigInt(whole + fraction.padEnd(digits, '0'));
    return Money.of(sign === '-' ? -amount : amount, currency);
  }

  static zero(currency: string = 'CNY'): Money {
    return Money.of(0n, currency);
  }

  static fromJSON(json: MoneyJson): Money {
    return Money.of(json.amount, json.currency);
  }

  /** The currency is needed because a sum of nothing has one too. */
  static sum(amounts: Iterable<Money>, currency: string = 'CNY'): Money {
    let total = Money.zero(currency);
    for (const amount of amounts) total = total.add(amount);
    return total;
  }

  get digits(): number {
    return currencyDigits[this.currency];
  }

  add(other: Money): Money {
    return new Money(this.amount + this.same(other).amount, this.currency);
  }

  subtract(other: Money): Money {
    return new Money(this.amount - this.same(other).amount, this.currency);
  }

  negate(): Money {
    return new Money(-this.amount, this.currency);
  }

  compare(other: Money): -1 | 0 | 1 {
    const difference = this.amount - this.same(other).amount;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  equals(other: Money): boolean {
    return this.currency === other.currency && this.amount === other.amount;
  }

  get isZero(): boolean {
    return this.amount === 0n;
  }

  get isNegative(): boolean {
    return this.amount < 0n;
  }

  toJSON(): MoneyJson {
    return { amount: this.amount.toString(), currency: this.currency };
  }

  /** Major units with all decimals, `'1234.50'`. */
  toDecimal(): string {
    const text = (this.isNegative ? -this.amount : this.amount).toString().padStart(this.digits + 1, '0');
    const whole = text.slice(0, text.length - this.digits);
    return `${this.isNegative ? '-' : ''}${whole}${this.digits ? '.' : ''}${text.slice(whole.length)}`;
  }

  toString(): string {
    return `${this.toDecimal()} ${this.currency}`;
  }

  private same(other: Money): Money {
    if (this.currency !== other.currency)
      throw new MoneyError('currency-mismatch', `${this.currency} and ${other.currency} do not mix`);
    return other;
  }
}
