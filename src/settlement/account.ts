import { createHash } from 'node:crypto';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';

/**
 * The chart of accounts: the normal side (D or C), and whether the balance may leave it. Only the bank charge may:
 * every other account holds somebody's money or counts what was earned.
 */
export const chart = {
  '1001': { zh: '存管银行', en: 'Custody bank', side: 'D', floored: true },
  '1002': { zh: '在途清算', en: 'Clearing in transit', side: 'C', floored: true },
  '2001': { zh: '买方预付', en: 'Buyer prepaid', side: 'C', floored: true },
  '2002': { zh: '订单托管', en: 'Escrow of an order', side: 'C', floored: true },
  '2101': { zh: '应付卖方', en: 'Seller payable', side: 'C', floored: true },
  '2102': { zh: '应付数据经纪人', en: 'Broker payable', side: 'C', floored: true },
  '2103': { zh: '应付服务商', en: 'Service-provider payable', side: 'C', floored: true },
  '2104': { zh: '应付运营方', en: 'Operator payable', side: 'C', floored: true },
  '2105': { zh: '应付来源方收益池', en: 'Source or data-subject pool payable', side: 'C', floored: true },
  '2106': { zh: '应付公共财政', en: 'Public-finance payable', side: 'C', floored: true },
  '2201': { zh: '应付退款', en: 'Refund payable', side: 'C', floored: true },
  '2202': { zh: '应付竞价保证金', en: 'Auction deposit payable', side: 'C', floored: true },
  '2301': { zh: '应交税费', en: 'Tax payable', side: 'C', floored: true },
  '2401': { zh: '争议冻结', en: 'Dispute hold', side: 'C', floored: true },
  '3001': { zh: '待查款项', en: 'Suspense', side: 'C', floored: true },
  '4001': { zh: '交易服务费收入', en: 'Transaction-fee revenue', side: 'C', floored: true },
  '4002': { zh: '会员费收入', en: 'Membership revenue', side: 'C', floored: true },
  '4003': { zh: '登记服务费收入', en: 'Registration-fee revenue', side: 'C', floored: true },
  '5001': { zh: '银行手续费', en: 'Bank charge', side: 'D', floored: false },
} as const satisfies Record<string, { zh: string; en: string; side: 'D' | 'C'; floored: boolean }>;
export type AccountCode = keyof typeof chart;

/** Who owns the custody bank, clearing and suspense accounts. */
export const PLATFORM = 'platform';

/** What makes an account the one it is; `subject` is the order of an escrow account, else empty. */
export interface AccountKey {
  readonly code: AccountCode;
  readonly ownerId: string;
  readonly subject: string;
  readonly currency: string;
}

export const account = (code: AccountCode, ownerId: string = PLATFORM, subject = '', currency = 'CNY'): AccountKey => ({
  code,
  ownerId,
  subject,
  currency,
});

/** The id follows from the key, so that whoever posts names the account without reading it, and two cannot open it twice. */
export function accountId({ code, ownerId, subject, currency }: AccountKey): string {
  const key = JSON.stringify([code, ownerId, subject, currency]);
  return `acc_${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

@Event('settlement.account-opened.v1')
export class AccountOpened {
  constructor(
    readonly accountId: string,
    readonly code: AccountCode,
    readonly ownerId: string,
    readonly subject: string,
    readonly currency: string,
    readonly side: 'D' | 'C',
    readonly floored: boolean,
  ) {}
}

/** Opened by its first transfer and never changed; what is on it stands in `settlement.balance`. */
@Entity({ schema: 'settlement', name: 'account' })
@Stream('acc')
export class Account extends Aggregate {
  @Column('text') readonly code!: AccountCode;
  @Column('text') readonly ownerId!: string;
  @Column('text') readonly subject!: string;
  @Column('text') readonly currency!: string;
  @Column('text') readonly side!: 'D' | 'C';
  @Column('boolean') readonly floored!: boolean;

  static open(key: AccountKey): Account {
    const { side, floored } = chart[key.code];
    const account = new Account();
    account.apply(new AccountOpened(accountId(key), key.code, key.ownerId, key.subject, key.currency, side, floored));
    return account;
  }

  onAccountOpened({ accountId, code, ownerId, subject, currency, side, floored }: AccountOpened): void {
    Object.assign(this, { id: accountId, code, ownerId, subject, currency, side, floored });
  }
}
