import { Column, Entity } from 'typeorm';
import { canonicalSha256Hex } from '@app/signing';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { Refusal } from '../platform/refusal.js';
import { accountId, type AccountKey } from './account.js';

/** FUND and SUSPENSE: money came in · PAID_OUT: money went out · PAYOUT: it is on its way. */
export const transferKinds = ['FUND', 'SUSPENSE', 'RELEASE', 'REFUND', 'PAYOUT', 'PAID_OUT', 'REVERSAL'] as const;
export type TransferKind = (typeof transferKinds)[number];

/** One movement of money that the caller wants. The caller chooses `id` before it asks, and keeps it when it asks again. */
export interface Leg {
  readonly id: string;
  readonly kind: TransferKind;
  /** What it is about: each subject has at most one transfer of a kind, so nothing is refunded or reversed twice. */
  readonly subject: string;
  readonly orderId: string | null;
  readonly debit: AccountKey;
  readonly credit: AccountKey;
  /** Minor units, positive. */
  readonly amount: string;
}

/** `delta` is signed: a debit is positive. `balanceAfter` is the account's sum of deltas up to its `version`. */
export interface Entry {
  readonly accountId: string;
  readonly version: number;
  readonly delta: string;
  readonly balanceAfter: string;
}

@Event('settlement.transfer-posted.v1')
export class TransferPosted {
  readonly transferId!: string;
  readonly kind!: TransferKind;
  readonly subject!: string;
  readonly orderId!: string | null;
  readonly debit!: string;
  readonly credit!: string;
  readonly amount!: string;
  readonly currency!: string;
  readonly requestHash!: string;
  readonly entries!: readonly Entry[];

  constructor(facts: TransferPosted) {
    Object.assign(this, facts);
  }
}

/** What tells a repetition from another transfer under the same id. */
export const requestHashOf = ({ kind, subject, orderId, debit, credit, amount }: Leg): string =>
  canonicalSha256Hex({ kind, subject, orderId, debit: accountId(debit), credit: accountId(credit), amount });

/** One debit, one credit, one amount: the books balance by construction. It never changes; a mistake is reversed, once. */
@Entity({ schema: 'settlement', name: 'transfer' })
@Stream('trf')
export class Transfer extends Aggregate {
  @Column('text') readonly kind!: TransferKind;
  @Column('text') readonly subject!: string;
  @Column('text', { nullable: true }) readonly orderId!: string | null;
  @Column('text') readonly debit!: string;
  @Column('text') readonly credit!: string;
  @Column('bigint') readonly amount!: string;
  @Column('text') readonly currency!: string;
  @Column('text') readonly requestHash!: string;

  static post(leg: Leg, entries: readonly Entry[]): Transfer {
    const { id: transferId, kind, subject, orderId, amount } = leg;
    if (entries.length !== 2) throw new Error(`${transferId} has ${entries.length} entries`);
    const [debit, credit] = [accountId(leg.debit), accountId(leg.credit)];
    const { currency } = leg.debit;
    const requestHash = requestHashOf(leg);
    const transfer = new Transfer();
    transfer.apply(
      new TransferPosted({ transferId, kind, subject, orderId, debit, credit, amount, currency, requestHash, entries }),
    );
    return transfer;
  }

  /** @throws Refusal when `leg` is another transfer than this one, which has its id */
  mustEqual(leg: Leg): void {
    if (this.requestHash !== requestHashOf(leg)) throw new Refusal('settlement/transfer-id-reused', { id: this.id });
  }

  onTransferPosted(event: TransferPosted): void {
    const { transferId: id, kind, subject, orderId, debit, credit, amount, currency, requestHash } = event;
    Object.assign(this, { id, kind, subject, orderId, debit, credit, amount, currency, requestHash });
  }
}
