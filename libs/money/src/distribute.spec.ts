import fc from 'fast-check';
import { DistributionScheme, distribute, Money, MoneyError, reverse, stages, type DistributedLine } from './index.js';

const share = (id: string, rate: string) => ({
  id,
  stage: 'SHARE',
  payee: id,
  kind: 'percentage',
  base: 'REMAINING',
  rate,
});
const rest = (id: string, weight = 1) => ({ id, stage: 'SHARE', payee: id, kind: 'residual', weight });
const scheme = (...lines: unknown[]) => DistributionScheme.parse({ currency: 'CNY', lines });
const unchecked = (...lines: unknown[]) => ({ currency: 'CNY', lines }) as DistributionScheme;
const run = (gross: string, plan: DistributionScheme) =>
  Object.fromEntries(distribute(Money.parse(gross), plan).lines.map((line) => [line.id, line.amount.toDecimal()]));
const code = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return (error as MoneyError).code;
  }
  return undefined;
};
const sum = (lines: readonly DistributedLine[]) => Money.sum(lines.map((line) => line.amount));

describe('the waterfall', () => {
  it('gives thirds of 100.00 as 33.34, 33.33, 33.33', () => {
    expect(run('100', scheme(rest('c'), rest('a'), rest('b')))).toEqual({ a: '33.34', b: '33.33', c: '33.33' });
  });

  it('uses the gross up in the order tax, reserve, exchange, third party, broker, shares', () => {
    const plan = scheme(
      share('1-holder', '0.7'),
      rest('2-processor'),
      { id: 'broker', stage: 'BROKER', payee: 'broker', kind: 'percentage', base: 'REMAINING', rate: '0.1' },
      { id: 'assessor', stage: 'THIRD_PARTY', payee: 'assessor', kind: 'fixed', amount: '5000' },
      { id: 'exchange', stage: 'EXCHANGE_FEE', payee: 'exchange', kind: 'percentage', base: 'NET', rate: '0.02' },
      { id: 'reserve', stage: 'RESERVE', payee: 'escrow', kind: 'percentage', base: 'NET', rate: '0.05' },
      { id: 'vat', stage: 'TAX', payee: 'tax', kind: 'included', base: 'GROSS', rate: '0.06' },
    );
    const result = distribute(Money.parse('1060'), plan);
    expect(result.lines.map((line) => [line.id, line.base?.toDecimal() ?? null, line.amount.toDecimal()])).toEqual([
      ['vat', '1060.00', '60.00'],
      ['reserve', '1000.00', '50.00'],
      ['exchange', '1000.00', '20.00'],
      ['assessor', null, '50.00'],
      ['broker', '880.00', '88.00'],
      ['1-holder', '792.00', '554.40'],
      ['2-processor', '237.60', '237.60'],
    ]);
    expect(result.distributable.toDecimal()).toBe('792.00');
  });

  it.each([
    ['below the first limit', '500', '5.00'],
    ['at it', '1000', '10.00'],
    ['in the second tier only the part above', '1500', '12.50'],
    ['in the open tier', '10000', '52.00'],
  ])('tiers: %s', (_name, gross, fee) => {
    const tiers = [
      { upTo: '100000', rate: '0.01' },
      { upTo: '900000', rate: '0.005' },
      { upTo: null, rate: '0.002' },
    ];
    const plan = scheme(rest('x'), {
      id: 'fee',
      stage: 'EXCHANGE_FEE',
      payee: 'x',
      kind: 'tiered',
      base: 'GROSS',
      tiers,
    });
    expect(run(gross, plan)['fee']).toBe(fee);
  });

  it.each([
    ['10', '2.00'],
    ['300', '3.00'],
    ['5000', '20.00'],
  ])('floor and cap: the fee on %s is %s', (gross, fee) => {
    const fee1 = { id: 'fee', stage: 'EXCHANGE_FEE', payee: 'x', kind: 'percentage', base: 'GROSS', rate: '0.01' };
    expect(run(gross, scheme(rest('x'), { ...fee1, floor: '200', cap: '2000' }))['fee']).toBe(fee);
  });

  it('shares without residual that add up to one leave nothing over', () => {
    expect(run('0.05', scheme(share('a', '0.5'), share('b', '0.3'), share('c', '0.2')))).toEqual({
      a: '0.03',
      b: '0.01',
      c: '0.01',
    });
  });

  it('rounding up the early stages does not refuse a scheme that gives exactly all', () => {
    const half = (id: string, stage: string) => ({
      id,
      stage,
      payee: id,
      kind: 'percentage',
      base: 'GROSS',
      rate: '0.5',
    });
    expect(run('0.01', scheme(half('tax', 'TAX'), half('fee', 'BROKER'), rest('x')))).toEqual({
      tax: '0.01',
      fee: '0.00',
      x: '0.00',
    });
  });

  it('nor does rounding them down', () => {
    const tax = { id: 'tax', stage: 'TAX', payee: 'x', kind: 'percentage', base: 'GROSS', rate: '0.3' };
    const all = { id: 'all', stage: 'BROKER', payee: 'x', kind: 'percentage', base: 'REMAINING', rate: '1' };
    expect(run('0.01', scheme(tax, all, rest('x')))).toEqual({ tax: '0.00', all: '0.01', x: '0.00' });
  });

  it('rates above one are allowed where caps bound them', () => {
    const capped = (id: string) => ({ ...share(id, '0.6'), base: 'GROSS', cap: '1000' });
    expect(run('100', scheme(capped('a'), capped('b'), rest('x')))).toEqual({ a: '10.00', b: '10.00', x: '80.00' });
  });
});

describe('what is refused', () => {
  const fixed = (id: string, amount: string) => ({ id, stage: 'BROKER', payee: id, kind: 'fixed', amount });
  const rate = (id: string, base: string, value: string, stage = 'BROKER') => ({
    id,
    stage,
    payee: id,
    kind: 'percentage',
    base,
    rate: value,
  });
  const tiers = (...upTo: (string | null)[]) => ({
    id: 't',
    stage: 'BROKER',
    payee: 't',
    kind: 'tiered',
    base: 'GROSS',
    tiers: upTo.map((limit) => ({ upTo: limit, rate: '0.1' })),
  });

  it.each([
    [
      'gross rates above one',
      [rate('a', 'GROSS', '0.6'), rate('b', 'GROSS', '0.5', 'TAX'), rest('x')],
      'over-distributed',
    ],
    ['net rates above one', [rate('a', 'NET', '0.6'), rate('b', 'NET', '0.5'), rest('x')], 'over-distributed'],
    ['shares above one', [share('a', '0.6'), share('b', '0.5'), rest('x')], 'over-distributed'],
    ['shares below one and no residual', [share('a', '0.6'), share('b', '0.3')], 'invalid-scheme'],
    ['capped shares and no residual', [{ ...share('a', '1'), cap: '5' }], 'invalid-scheme'],
    ['no share', [fixed('a', '1')], 'invalid-scheme'],
    ['one id twice', [fixed('a', '1'), fixed('a', '2'), rest('x')], 'invalid-scheme'],
    ['a residual fee', [{ ...rest('a'), stage: 'BROKER' }, rest('x')], 'invalid-scheme'],
    ['tax on the amount after tax', [rate('a', 'NET', '0.1', 'TAX'), rest('x')], 'invalid-scheme'],
    ['an included fee', [{ ...rate('a', 'NET', '0.1'), kind: 'included' }, rest('x')], 'invalid-scheme'],
    ['a floor above the cap', [{ ...rate('a', 'NET', '0.1'), floor: '10', cap: '9' }, rest('x')], 'invalid-scheme'],
    ['falling tiers', [tiers('200', '100', null), rest('x')], 'invalid-scheme'],
    ['no open tier', [tiers('100', '200'), rest('x')], 'invalid-scheme'],
    ['an open tier before the last', [tiers(null, null), rest('x')], 'invalid-scheme'],
  ])('%s, when signed and when run', (_name, lines, expected) => {
    expect(DistributionScheme.safeParse({ currency: 'CNY', lines }).success).toBe(false);
    expect(code(() => distribute(Money.parse('100'), unchecked(...lines)))).toBe(expected);
  });

  it.each([
    ['fixed fees above the amount', '0.99', [fixed('a', '100'), rest('x')]],
    ['a floor above the amount', '0.99', [{ ...rate('a', 'GROSS', '0.1'), floor: '100' }, rest('x')]],
    ['fees of several stages', '1.00', [fixed('a', '60'), { ...fixed('b', '60'), stage: 'TAX' }, rest('x')]],
    ['a fixed share above the rest', '1.00', [fixed('a', '60'), { ...fixed('b', '60'), stage: 'SHARE' }, rest('x')]],
    ['tiers and a rate together', '100.00', [tiers(null), rate('a', 'GROSS', '0.95'), rest('x')]],
  ])('%s', (_name, gross, lines) => {
    expect(code(() => run(gross, scheme(...lines)))).toBe('over-distributed');
  });

  it('a negative amount and another currency', () => {
    expect(code(() => run('-1', scheme(rest('x'))))).toBe('negative-amount');
    expect(code(() => distribute(Money.of(1n, 'USD'), scheme(rest('x'))))).toBe('currency-mismatch');
  });

  it('names the place and the reason in both languages', () => {
    const { error } = DistributionScheme.safeParse({ currency: 'CNY', lines: [fixed('a', '1')] });
    expect(error?.issues).toEqual([
      expect.objectContaining({
        path: ['lines'],
        params: { zh: expect.stringMatching(/剩余/), en: expect.any(String) },
      }),
    ]);
  });
});

describe('properties', () => {
  const cents = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const rateUpTo = (most: number) => fc.nat(most).map((n) => `0.${String(n).padStart(6, '0')}`);
  const fee = fc.record({
    stage: fc.constantFrom('TAX', 'RESERVE', 'EXCHANGE_FEE', 'THIRD_PARTY', 'BROKER', 'SHARE'),
    kind: fc.constant('percentage'),
    base: fc.constantFrom('GROSS', 'REMAINING'),
    rate: rateUpTo(90_000),
    payee: fc.constant('someone'),
  });
  const plans = fc
    .tuple(
      fc.array(fee, { maxLength: 10 }),
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 6 }),
    )
    .map(([fees, weights]) => [
      ...fees.map((line, i) => ({ ...line, id: `f${i}` })),
      ...weights.map((w, i) => rest(`r${i}`, w)),
    ]);

  it('the lines add up to the gross, none is negative, the order of storage changes nothing', () => {
    fc.assert(
      fc.property(cents, plans, fc.infiniteStream(fc.nat()), (gross, lines, order) => {
        const result = distribute(Money.of(gross), scheme(...lines));
        expect(sum(result.lines).amount).toBe(gross);
        expect(result.lines.every((line) => !line.amount.isNegative)).toBe(true);
        expect(sum(result.lines.filter((line) => line.stage === 'SHARE')).equals(result.distributable)).toBe(true);
        const keyed = lines.map((line) => ({ line, key: order.next().value ?? 0 }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ line }) => line);
        expect(distribute(Money.of(gross), scheme(...shuffled))).toEqual(result);
      }),
    );
  });

  it('a scheme that gives exactly all is never refused, however small the amount', () => {
    const split = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 }).map((cuts) => {
      const points = [0, ...cuts.sort((a, b) => a - b), 100];
      return points.slice(1).map((point, i) => String((point - points[i]!) / 100));
    });
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 50n }), split, (gross, rates) => {
        const lines = rates.map((rate, i) => ({ ...share(`l${i}`, rate), base: 'GROSS', stage: stages[i % 6] }));
        expect(sum(distribute(Money.of(gross), scheme(...lines, rest('r'))).lines).amount).toBe(gross);
      }),
      { numRuns: 500 },
    );
  });

  it('each line is within one fen of its exact share', () => {
    fc.assert(
      fc.property(cents, plans, (gross, lines) => {
        const { lines: paid } = distribute(Money.of(gross), scheme(...lines));
        for (const { id, base, amount } of paid) {
          const line = lines.find((candidate) => candidate.id === id)!;
          if (!('rate' in line)) continue;
          const error = amount.amount * 1_000_000n - base!.amount * BigInt(line.rate.slice(2));
          expect((error < 0n ? -error : error) < 1_000_000n).toBe(true);
        }
      }),
    );
  });

  it('the full reversal mirrors, and partial reversals end at exactly nothing', () => {
    fc.assert(
      fc.property(
        cents,
        plans,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
        (gross, lines, parts) => {
          let held: DistributedLine[] = [...distribute(Money.of(gross), scheme(...lines)).lines];
          expect(reverse(held)).toEqual(held.map((line) => ({ ...line, amount: line.amount.negate() })));
          for (const part of [...parts, 1]) {
            const left = sum(held).amount;
            const back = Money.of(part === 1 ? left : (left * BigInt(Math.floor(part * 1000))) / 1000n);
            const reversal = reverse([...held].reverse(), back);
            expect(sum(reversal).equals(back.negate())).toBe(true);
            held = held.map((line, i) => ({ ...line, amount: line.amount.add(reversal[i]!.amount) }));
            expect(held.every((line) => !line.amount.isNegative)).toBe(true);
          }
          expect(held.every((line) => line.amount.isZero)).toBe(true);
        },
      ),
    );
  });
});

describe('reversal', () => {
  const lines = distribute(Money.parse('100'), scheme(rest('a'), rest('b'), rest('c'))).lines;

  it('mirrors the thirds', () => {
    expect(reverse(lines).map((line) => line.amount.toDecimal())).toEqual(['-33.34', '-33.33', '-33.33']);
  });

  it('refuses more than was given, a negative amount and a reversal of reversals', () => {
    expect(code(() => reverse(lines, Money.parse('100.01')))).toBe('over-reversed');
    expect(code(() => reverse(lines, Money.parse('-1')))).toBe('negative-amount');
    expect(code(() => reverse(reverse(lines)))).toBe('negative-amount');
    expect(code(() => reverse([...lines, reverse(lines)[0]!], Money.parse('1')))).toBe('negative-amount');
  });
});
