import type { Decimal } from 'decimal.js';
import { allocate, largestFirst } from './allocate.js';
import { Money, MoneyError } from './money.js';
import { Exact, exact, round, whole } from './rate.js';
import { checkScheme, stages, type Base, type DistributionScheme, type SchemeLine, type Stage } from './scheme.js';

export interface DistributedLine {
  readonly id: string;
  readonly stage: Stage;
  readonly payee: string;
  /** What the line was computed from; null for a fixed amount. */
  readonly base: Money | null;
  readonly amount: Money;
}

export interface Distribution {
  readonly gross: Money;
  /** What was left for the shares. */
  readonly distributable: Money;
  /** In the order of the waterfall, then by id; the amounts add up to gross. */
  readonly lines: readonly DistributedLine[];
}

type Claim = Exclude<SchemeLine, { kind: 'residual' }>;
type Residual = Extract<SchemeLine, { kind: 'residual' }>;

/**
 * Distributes a tax-inclusive gross amount: tax → refund reserve → exchange fee → third-party fees → broker commission → shares.
 *
 * All lines of a stage are computed from the same amounts, so the order of storage changes no figure. A stage
 * takes the sum of its exact claims rounded half up; the minor units inside it go by largest remainder, equal remainders by id. The
 * lines add up to gross exactly and none is negative.
 * @throws MoneyError negative-amount, currency-mismatch, invalid-scheme; over-distributed when the claims exceed the amount, for
 * example fixed fees on a small sale
 */
export function distribute(gross: Money, scheme: DistributionScheme): Distribution {
  checkScheme(scheme);
  if (gross.currency !== scheme.currency)
    throw new MoneyError('currency-mismatch', `the scheme is in ${scheme.currency}, the amount in ${gross.currency}`);
  if (gross.isNegative)
    throw new MoneyError('negative-amount', `cannot distribute ${gross.toString()}; reverse a distribution instead`);

  const lines: DistributedLine[] = [];
  let left = gross;
  let exactLeft = exact(gross.amount);
  let net = gross;
  let distributable = gross;
  for (const stage of stages) {
    const bases: Record<Base, Money> = { GROSS: gross, NET: net, REMAINING: left };
    const claims = scheme.lines
      .filter((line): line is Claim => line.stage === stage && line.kind !== 'residual')
      .sort(byId);
    const taken = take(claims, bases, exactLeft, stage);
    for (const { line, amount } of taken.lines)
      lines.push({ ...named(line), base: 'base' in line ? bases[line.base] : null, amount });
    if (stage === 'SHARE') distributable = left;
    left = left.subtract(taken.amount);
    exactLeft = exactLeft.minus(taken.exact);
    if (stage === 'TAX') net = left;
  }
  lines.push(...share(left, scheme.lines.filter((line): line is Residual => line.kind === 'residual').sort(byId)));
  return { gross, distributable, lines: lines.sort(inWaterfall) };
}

/**
 * The mirror of a distribution, whole or for a part of it (a partial refund): the same lines with negative amounts that add up to minus
 * `amount`, in proportion to what the lines still hold. Lines plus their reversals is what the next reversal starts from, so any row of
 * partial refunds never takes back more than was given and the last one leaves exactly nothing.
 * @throws MoneyError negative-amount, over-reversed
 */
export function reverse(lines: readonly DistributedLine[], amount?: Money): DistributedLine[] {
  const held = [...lines].sort(inWaterfall);
  const currency = held[0]?.amount.currency ?? amount?.currency;
  const total = Money.sum(
    held.map((line) => line.amount),
    currency,
  );
  const back = amount ?? total;
  if (back.isNegative || held.some((line) => line.amount.isNegative))
    throw new MoneyError('negative-amount', 'only a positive amount of non-negative lines can be reversed');
  if (back.compare(total) > 0)
    throw new MoneyError('over-reversed', `${back.toString()} of ${total.toString()} cannot be reversed`);
  const parts = allocate(
    back,
    held.map((line) => line.amount.amount),
  );
  return held.map((line, i) => ({ ...line, amount: parts[i]!.negate() }));
}

/**
 * What the lines of one stage get. `exactLeft` is what would be left without any rounding: a scheme that gives exactly all must not be
 * refused because earlier stages were rounded up. Where that makes this stage too short, its lines share what is left in proportion.
 */
function take(claims: readonly Claim[], bases: Record<Base, Money>, exactLeft: Decimal, stage: Stage) {
  const left = bases.REMAINING;
  const claimed = claims.map((line) => bounded(line, bases));
  const sum = claimed.reduce((a, b) => a.plus(b), new Exact(0));
  if (sum.gt(Exact.max(exact(left.amount), exactLeft)))
    throw new MoneyError('over-distributed', `${stage} claims ${sum.toFixed(2)} of ${left.amount} minor units`);
  const rounded = Money.of(round(sum), left.currency);
  const short = rounded.compare(left) > 0;
  const parts = short
    ? allocate(
        left,
        claimed.map((claim) => claim.toFixed()),
      )
    : roundTo(rounded, claimed);
  return { amount: short ? left : rounded, exact: sum, lines: claims.map((line, i) => ({ line, amount: parts[i]! })) };
}

/** Rounds every claim down and gives the missing units to the largest fractions. */
function roundTo(total: Money, claims: readonly Decimal[]): Money[] {
  const amounts = claims.map(whole);
  const missing = total.amount - amounts.reduce((a, b) => a + b, 0n);
  const fractions = claims.map((claim) => claim.minus(claim.floor()));
  for (const i of largestFirst(fractions, (a, b) => a.comparedTo(b)).slice(0, Number(missing))) amounts[i]! += 1n;
  return amounts.map((amount) => Money.of(amount, total.currency));
}

function share(left: Money, residuals: readonly Residual[]): DistributedLine[] {
  const parts = allocate(
    left,
    residuals.map((line) => line.weight),
  );
  return residuals.map((line, i) => ({ ...named(line), base: left, amount: parts[i]! }));
}

function bounded(line: Claim, bases: Record<Base, Money>): Decimal {
  const claim = claimOf(line, bases);
  if (line.kind === 'fixed') return claim;
  const floored = line.floor ? Exact.max(claim, line.floor) : claim;
  return line.cap ? Exact.min(floored, line.cap) : floored;
}

function claimOf(line: Claim, bases: Record<Base, Money>): Decimal {
  switch (line.kind) {
    case 'fixed':
      return new Exact(line.amount);
    case 'percentage':
      return exact(bases[line.base].amount).times(line.rate);
    case 'included':
      return exact(bases[line.base].amount).times(line.rate).div(new Exact(line.rate).plus(1));
    case 'tiered': {
      const base = exact(bases[line.base].amount);
      let from = new Exact(0);
      let claim = new Exact(0);
      for (const { upTo, rate } of line.tiers) {
        const to = upTo === null ? base : Exact.min(base, upTo);
        if (to.gt(from)) claim = claim.plus(to.minus(from).times(rate));
        from = new Exact(upTo ?? base);
      }
      return claim;
    }
  }
}

const named = ({ id, stage, payee }: SchemeLine) => ({ id, stage, payee });
const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const inWaterfall = (a: DistributedLine, b: DistributedLine) =>
  stages.indexOf(a.stage) - stages.indexOf(b.stage) || byId(a, b);
