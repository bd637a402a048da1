import { inForce } from '@app/sdk';
import type { Fault } from '../platform/refusal.js';

/** What other contexts know at this moment; null: there is no such thing. */
export interface OrderFacts {
  readonly now: Date;
  readonly buyerId: string;
  readonly buyerRoles: readonly string[];
  readonly buyerCanDecrypt: boolean;
  readonly sellerRoles: readonly string[];
  readonly venueOperatorId: string;
  readonly listing: {
    readonly sellerId: string;
    readonly venueId: string;
    readonly state: string;
    readonly licence: { readonly exclusive: boolean; readonly maxLicences: number | null };
  };
  readonly licencesSold: number;
  readonly certificate: { readonly status: string; readonly validTo: string } | null;
  /** The buyer's own broker; undefined: the buyer named none. */
  readonly mandate:
    | {
        readonly principalId: string;
        readonly venueId: string;
        readonly side: string;
        readonly state: string;
        readonly validFrom: string;
        readonly validTo: string;
      }
    | null
    | undefined;
}

/** Codes are stable. */
export interface FailedOrderGate extends Fault {
  readonly gate:
    | 'LISTING_NOT_PUBLISHED'
    | 'CERTIFICATE_NOT_ACTIVE'
    | 'OWN_LISTING'
    | 'VENUE_OPERATOR'
    | 'BUYER_NOT_ADMITTED'
    | 'SELLER_NOT_ADMITTED'
    | 'NO_ENCRYPTION_KEY'
    | 'MANDATE_NOT_VALID'
    | 'LICENCES_SOLD_OUT';
}

/** Every reason why this buyer cannot order this listing now. */
export function failedOrderGates(facts: OrderFacts): FailedOrderGate[] {
  const { listing, buyerId, licencesSold } = facts;
  const failed: FailedOrderGate[] = [];
  const shut = (gate: FailedOrderGate['gate'], zh: string, en: string, pointer = '/listingId') =>
    failed.push({ gate, pointer, zh, en });
  if (listing.state !== 'PUBLISHED')
    shut('LISTING_NOT_PUBLISHED', '该挂牌目前不可交易', 'the listing is not on the market now');
  // A certificate ends by its date, whenever its deadline fires.
  if (!facts.certificate || !inForce(facts.certificate.status) || new Date(facts.certificate.validTo) < facts.now)
    shut('CERTIFICATE_NOT_ACTIVE', '登记凭证当前无效', 'the certificate of the data is not in force');
  if (listing.sellerId === buyerId)
    shut('OWN_LISTING', '买方与卖方不得为同一机构', 'buyer and seller must be different');
  // SOD-3, INV-25.
  if (facts.venueOperatorId === buyerId)
    shut('VENUE_OPERATOR', '场所运营方不得在本场所购买', 'the operator of a venue may not buy there');
  if (!facts.buyerRoles.includes('BUYER'))
    shut(
      'BUYER_NOT_ADMITTED',
      '贵机构未获该场所买方准入',
      'your organisation is not admitted as a buyer at this venue',
    );
  if (!facts.sellerRoles.includes('SELLER'))
    shut('SELLER_NOT_ADMITTED', '卖方目前不在该场所准入之列', 'the seller is not admitted at this venue now');
  if (!facts.buyerCanDecrypt)
    shut('NO_ENCRYPTION_KEY', '请先登记贵机构的加密密钥', 'register an encryption key of your organisation first');
  if (facts.mandate !== undefined && !mandateFits(facts)) {
    const en = 'there is no mandate in force by which this broker buys for you here';
    shut('MANDATE_NOT_VALID', '没有在本场所有效的买方经纪委托', en, '/brokerMandateId');
  }
  // INV-27.
  const offered = listing.licence.exclusive ? 1 : listing.licence.maxLicences;
  if (offered !== null && licencesSold >= offered) shut('LICENCES_SOLD_OUT', '许可数量已售完', 'all licences are sold');
  return failed;
}

function mandateFits({ mandate, listing, buyerId, now }: OrderFacts): boolean {
  if (!mandate) return false;
  const { principalId, side, venueId, state, validFrom, validTo } = mandate;
  const inForce = state === 'ACTIVE' && new Date(validFrom) <= now && now <= new Date(validTo);
  return inForce && principalId === buyerId && side === 'BUY' && venueId === listing.venueId;
}
