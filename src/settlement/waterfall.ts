import { applyRate, basisPoints, distribute, Money, type DistributionScheme, type SchemeLine } from '@app/money';
import type { DistributionLine, SchemeParticipant } from '@app/sdk';
import type { FeeSchedule } from './fee-schedule.js';

type Fees = Pick<FeeSchedule, 'transactionFeeBp' | 'minimum' | 'cap' | 'taxRate'>;

export interface Sale {
  /** Minor units, tax included. */
  readonly gross: string;
  readonly sellerId: string;
  readonly operatorId: string;
  /** The schedule under which the order was contracted; null: no fee was published, none is taken. */
  readonly fees: Fees | null;
  readonly commission: { readonly brokerId: string; readonly basisPoints: number } | null;
  /** The participants of the signed scheme; without one, everything is the seller's. */
  readonly participants: readonly SchemeParticipant[] | null;
}

const payableTo: Record<SchemeParticipant['role'], DistributionLine['accountCode']> = {
  HOLDER: '2101',
  PROCESSOR: '2103',
  OPERATOR: '2104',
  SOURCE_POOL: '2105',
  PUBLIC_FINANCE: '2106',
};

/** gross → tax → exchange fee → broker commission → distributable → participants, to the last fen. */
export function waterfall(sale: Sale): { distributable: string; lines: DistributionLine[] } {
  const gross = Money.of(sale.gross);
  const participants = sale.participants ?? [
    { role: 'HOLDER' as const, organisationId: sale.sellerId, share: { kind: 'RESIDUAL' as const, weight: 1 } },
  ];
  type Place = Pick<DistributionLine, 'role' | 'accountCode'>;
  const places = new Map<string, Place>([
    ['tax', { role: 'TAX', accountCode: '2301' }],
    ['exchange-fee', { role: 'EXCHANGE', accountCode: '4001' }],
    ['commission', { role: 'BROKER', accountCode: '2102' }],
  ]);
  participants.forEach(({ role }, i) => places.set(participantId(i), { role, accountCode: payableTo[role] }));
  const scheme: DistributionScheme = {
    currency: 'CNY',
    lines: [...charges(sale, gross), ...participants.map(toLine)],
  };
  const { distributable, lines } = distribute(gross, scheme);
  return {
    distributable: distributable.amount.toString(),
    lines: lines.map(({ id, payee, amount, base }) => ({
      id,
      ...places.get(id)!,
      organisationId: payee,
      base: base && toJson(base),
      amount: toJson(amount),
    })),
  };
}

const toJson = ({ amount }: Money) => ({ amount: amount.toString(), currency: 'CNY' as const });

function charges({ fees, commission, operatorId }: Sale, gross: Money): SchemeLine[] {
  const lines: SchemeLine[] = [];
  if (fees?.taxRate)
    lines.push({ id: 'tax', stage: 'TAX', payee: operatorId, kind: 'included', base: 'GROSS', rate: fees.taxRate });
  if (fees) {
    // A minimum fee never takes more of a small sale than tax and commission, to the next fen, leave.
    const tax = fees.taxRate ? applyRate(gross, fees.taxRate).amount + 1n : 0n;
    const room = gross.amount - tax - (gross.amount * BigInt(commission?.basisPoints ?? 0) + 9_999n) / 10_000n;
    const smallest = (a: bigint, b: bigint) => (a < b ? a : b);
    const rate = basisPoints(fees.transactionFeeBp);
    const floor =
      fees.minimum === null ? {} : { floor: smallest(BigInt(fees.minimum), room > 0n ? room : 0n).toString() };
    const cap = fees.cap === null ? {} : { cap: fees.cap };
    const fee = { id: 'exchange-fee', stage: 'EXCHANGE_FEE', kind: 'percentage', base: 'GROSS' } as const;
    lines.push({ ...fee, payee: operatorId, rate, ...floor, ...cap });
  }
  if (commission)
    lines.push({
      id: 'commission',
      stage: 'BROKER',
      payee: commission.brokerId,
      kind: 'percentage',
      base: 'GROSS',
      rate: basisPoints(commission.basisPoints),
    });
  return lines;
}

/** Equal remainders are served in the order of the participants: the ids sort as they stand. */
const participantId = (index: number): string => `share-${String(index + 1).padStart(3, '0')}`;

function toLine({ organisationId: payee, share }: SchemeParticipant, index: number): SchemeLine {
  const line = { id: participantId(index), stage: 'SHARE', payee } as const;
  switch (share.kind) {
    case 'PERCENT':
      return {
        ...line,
        kind: 'percentage',
        base: 'REMAINING',
        rate: share.rate,
        ...(share.cap && { cap: share.cap.amount }),
      };
    case 'TIER':
      return {
        ...line,
        kind: 'tiered',
        base: 'REMAINING',
        tiers: share.tiers.map(({ upTo, rate }) => ({ upTo: upTo?.amount ?? null, rate })),
      };
    case 'RESIDUAL':
      return { ...line, kind: 'residual', weight: share.weight };
  }
}

/** The scheme's lines as the money library reads them: for checking a proposal and for the published query. */
export const stepsOf = (participants: readonly SchemeParticipant[]): SchemeLine[] => participants.map(toLine);
