import fc from 'fast-check';
import { allocate, applyRate, basisPoints, Money, MoneyError, MoneyJson, type MoneyErrorCode } from './index.js';

const refuses = (code: MoneyErrorCode, act: () => unknown) => {
  expect(act).toThrow(MoneyError);
  expect(act).toThrow(expect.objectContaining({ code }));
};
const fen = (amount: bigint | string, currency?: string) => Money.of(amount, currency);
const amounts = fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n });

describe('Money', () => {
  it.each([
    ['1234.5', 'CNY', '123450', '1234.50'],
    ['0.01', 'CNY', '1', '0.01'],
    ['-0.05', 'CNY', '-5', '-0.05'],
    ['0', 'CNY', '0', '0.00'],
    ['1234', 'JPY', '1234', '1234'],
  ])('%s %s is %s minor units, printed %s', (text, currency, amount, printed) => {
    const money = Money.parse(text, currency);
    expect(money.toJSON()).toEqual({ amount, currency });
    expect(money.toDecimal()).toBe(printed);
    expect(money.toString()).toBe(`${printed} ${currency}`);
  });

  it.each([
    ['1.001', 'CNY'],
    ['1.0', 'JPY'],
    ['1e3', 'CNY'],
    ['01', 'CNY'],
    ['.5', 'CNY'],
    ['', 'CNY'],
    ['1,000', 'CNY'],
  ])('refuses %p %s', (text, currency) => refuses('malformed-amount', () => Money.parse(text, currency)));

  it.each(['1.5', '', '01', '-0', '+1', '1e2', ' 1'])('refuses %p minor units', (amount) => {
    refuses('malformed-amount', () => fen(amount));
    expect(MoneyJson.safeParse({ amount, currency: 'CNY' }).success).toBe(false);
  });

  it('never mixes currencies', () => {
    const [cny, usd] = [fen(1n), fen(1n, 'USD')];
    refuses('currency-mismatch', () => cny.add(usd));
    refuses('currency-mismatch', () => cny.subtract(usd));
    refuses('currency-mismatch', () => cny.compare(usd));
    refuses('currency-mismatch', () => Money.sum([usd]));
    expect(cny.equals(usd)).toBe(false);
    refuses('unknown-currency', () => fen(1n, 'XXX'));
    refuses('unknown-currency', () => fen(1n, 'toString'));
  });

  it('stays inside the 64 bits of its column', () => {
    const most = fen(2n ** 63n - 1n);
    refuses('amount-out-of-range', () => most.add(fen(1n)));
    refuses('amount-out-of-range', () => most.negate().subtract(fen(1n)));
    expect(most.toJSON().amount).toBe('9223372036854775807');
  });

  it('is immutable', () => {
    expect(() => Object.assign(fen(1n), { amount: 2n })).toThrow(TypeError);
  });

  it('survives JSON, and adds like bigint', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        expect(Money.fromJSON(MoneyJson.parse(JSON.parse(JSON.stringify(fen(a))))).equals(fen(a))).toBe(true);
        expect(Money.parse(fen(a).toDecimal()).amount).toBe(a);
        expect(fen(a).add(fen(b)).amount).toBe(a + b);
        expect(fen(a).subtract(fen(b)).isNegative).toBe(a < b);
        expect(fen(a).compare(fen(b))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });
});

describe('rates', () => {
  it.each([
    ['12345', '0.005', '62'],
    ['100', '0.005', '1'],
    ['99', '0.005', '0'],
    ['-100', '0.005', '-1'],
    ['9007199254740993', '1', '9007199254740993'],
    ['9223372036854775807', '0.999999999999', '9223372036845552435'],
    ['9223372036854775741', '0.987654321987', '9109503255493658710'],
    ['0', '0.3', '0'],
  ])('%s × %s = %s', (amount, rate, result) => expect(applyRate(fen(amount), rate)).toEqual(fen(result)));

  it.each(['1.5', '-0.1', '0.0000000000001', '1e-3', '', '.5', '5%'])('refuses the rate %p', (rate) => {
    refuses('malformed-rate', () => applyRate(fen(100n), rate));
  });

  it('reads basis points', () => {
    expect([0, 1, 150, 10_000].map(basisPoints)).toEqual(['0', '0.0001', '0.015', '1']);
    for (const bp of [-1, 0.5, 10_001]) refuses('malformed-rate', () => basisPoints(bp));
  });
});

describe('allocate', () => {
  const parts = (amount: bigint, weights: (string | number | bigint)[]) =>
    allocate(fen(amount), weights).map((part) => Number(part.amount));

  it.each([
    ['thirds of 100.00', 10_000n, [1, 1, 1], [3334, 3333, 3333]],
    ['their reversal', -10_000n, [1, 1, 1], [-3334, -3333, -3333]],
    ['decimal weights', 100n, ['0.5', '0.25', '0.25'], [50, 25, 25]],
    ['the largest remainder first', 10n, [1, 1, 5], [2, 1, 7]],
    ['a weight of nothing', 5n, [0, 1, 0], [0, 5, 0]],
    ['fewer units than parts', 2n, [1, 1, 1], [1, 1, 0]],
    ['nothing', 0n, [0, 0], [0, 0]],
  ])('%s', (_name, amount, weights, expected) => expect(parts(amount, weights)).toEqual(expected));

  it('refuses what no weight carries, and what is no weight', () => {
    refuses('no-weights', () => parts(1n, []));
    refuses('no-weights', () => parts(1n, [0, 0]));
    for (const weight of [-1, 0.5, '-1', '1e3', '', Number.NaN, 2 ** 60])
      refuses('malformed-weight', () => parts(1n, [weight]));
  });

  it('assigns every unit, none further than one from its exact share, mirrored when negative', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(amounts, weights, (amount, weights) => {
        const sum = weights.reduce((a, b) => a + b, 0n);
        fc.pre(sum > 0n);
        const shares = allocate(fen(amount), weights).map((share) => share.amount);
        expect(shares.reduce((a, b) => a + b, 0n)).toBe(amount);
        shares.forEach((share, i) => {
          const error = share * sum - amount * weights[i]!;
          expect((error < 0n ? -error : error) < sum).toBe(true);
        });
        expect(allocate(fen(-amount), weights).map((share) => -share.amount)).toEqual(shares);
      }),
    );
  });
});
