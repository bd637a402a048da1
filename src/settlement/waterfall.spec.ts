import fc from 'fast-check';
import type { SchemeParticipant } from '@app/sdk';
import { waterfall, type Sale } from './waterfall.js';

const fees = { transactionFeeBp: 100, minimum: null, cap: null, taxRate: null };
const sale = (terms: Partial<Sale>): Sale => ({
  gross: '10000',
  sellerId: 'org_seller',
  operatorId: 'org_operator',
  fees: null,
  commission: null,
  participants: null,
  ...terms,
});
const amounts = (terms: Partial<Sale>) => waterfall(sale(terms)).lines.map(({ role, amount }) => [role, amount.amount]);
const residual = (role: SchemeParticipant['role'], weight = 1): SchemeParticipant => ({
  role,
  organisationId: `org_${role.toLowerCase()}`,
  share: { kind: 'RESIDUAL', weight },
});

it('gives everything to the seller when nothing else is agreed or published', () => {
  expect(amounts({})).toEqual([['HOLDER', '10000']]);
});

it('takes fee and commission of the gross, then shares what is left', () => {
  const commission = { brokerId: 'org_broker', basisPoints: 500 };
  const participants = [residual('HOLDER'), residual('PROCESSOR'), residual('SOURCE_POOL')];
  expect(amounts({ fees, commission, participants })).toEqual([
    ['EXCHANGE', '100'],
    ['BROKER', '500'],
    ['HOLDER', '3134'],
    ['PROCESSOR', '3133'],
    ['SOURCE_POOL', '3133'],
  ]);
});

it('splits 100.00 in thirds as 33.34, 33.33, 33.33', () => {
  const participants = [residual('HOLDER'), residual('PROCESSOR'), residual('OPERATOR')];
  expect(amounts({ participants }).map(([, amount]) => amount)).toEqual(['3334', '3333', '3333']);
});

it('serves equal remainders in the order of the participants, also beyond nine of them', () => {
  const participants = Array.from({ length: 12 }, () => residual('HOLDER'));
  const given = amounts({ gross: '1211', participants }).map(([, amount]) => amount);
  expect(given).toEqual([...Array.from({ length: 11 }, () => '101'), '100']);
});

it('takes the tax out of the price first, and never a minimum fee that is not there', () => {
  expect(amounts({ fees: { ...fees, taxRate: '0.06' } })).toEqual([
    ['TAX', '566'],
    ['EXCHANGE', '100'],
    ['HOLDER', '9334'],
  ]);
  expect(amounts({ gross: '50', fees: { ...fees, minimum: '80' } })).toEqual([
    ['EXCHANGE', '50'],
    ['HOLDER', '0'],
  ]);
  expect(amounts({ gross: '1000000', fees: { ...fees, cap: '300' } })[0]).toEqual(['EXCHANGE', '300']);
});

const rate = fc.integer({ min: 0, max: 100 }).map((n) => (n === 100 ? '1' : (n / 100).toString()));
const money = fc.bigInt({ min: 0n, max: 10n ** 12n }).map(String);

it('assigns every fen, whatever is agreed, and never a negative amount', () => {
  const percent = fc.tuple(rate, fc.option(money)).map(([r, cap]): SchemeParticipant => ({
    role: 'PROCESSOR',
    organisationId: 'org_processor',
    share: { kind: 'PERCENT', rate: r, cap: cap === null ? null : { amount: cap, currency: 'CNY' } },
  }));
  fc.assert(
    fc.property(
      money,
      fc.record({
        bp: fc.integer({ min: 0, max: 2000 }),
        minimum: fc.option(money),
        taxRate: fc.constantFrom(null, '0.06', '0.2'),
      }),
      fc.option(fc.integer({ min: 0, max: 3000 })),
      percent,
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 5 }),
      (gross, { bp, minimum, taxRate }, commissionBp, share, weights) => {
        const { distributable, lines } = waterfall(
          sale({
            gross,
            fees: { transactionFeeBp: bp, minimum, cap: null, taxRate },
            commission: commissionBp === null ? null : { brokerId: 'org_broker', basisPoints: commissionBp },
            participants: [share, ...weights.map((weight) => residual('HOLDER', weight))],
          }),
        );
        const sum = (of: typeof lines) => of.reduce((total, { amount }) => total + BigInt(amount.amount), 0n);
        expect(sum(lines)).toBe(BigInt(gross));
        expect(sum(lines.filter(({ id }) => id.startsWith('share-')))).toBe(BigInt(distributable));
        expect(lines.every(({ amount }) => BigInt(amount.amount) >= 0n)).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
