import { addMonths } from '@app/calendar';
import { inForce, type DraftListingBody } from '@app/sdk';
import type { Fault } from '../platform/refusal.js';

/** What other contexts know at this moment; null: there is no such thing. */
export interface ListingFacts {
  readonly now: Date;
  readonly sellerId: string;
  readonly venueOperatorId: string;
  readonly sellerRoles: readonly string[];
  readonly certificate: {
    readonly holderId: string;
    readonly status: string;
    readonly rights: readonly string[];
    readonly validFrom: string;
    readonly validTo: string;
    /** Venues that do not rely on it, with their just cause. */
    readonly refusals?: readonly { readonly venueId: string; readonly code: string; readonly reason: string }[];
  } | null;
  readonly resource: {
    readonly grade: string;
    readonly personalInfo: string;
    readonly isPublicData: boolean;
    readonly isGovernmentDutyData: boolean;
  } | null;
  readonly scheme: { readonly sellerId: string; readonly state: string } | null;
  readonly mandate: {
    readonly principalId: string;
    readonly venueId: string;
    readonly side: string;
    readonly state: string;
    readonly validFrom: string;
    readonly validTo: string;
  } | null;
}

/**
 * A gate that is shut. The code is stable; G1–G10 are those of the domain model §4.3. G6, a quality report, and G7, a
 * stated price, are there by construction; G9, export, has no case while every licence is for use in the country.
 */
export interface FailedGate extends Fault {
  readonly gate: string;
}

/** 无场景不登记、无登记不交易、无合规不上架: every reason why this offer may not be on the market now. */
export function failedGates(offer: DraftListingBody, facts: ListingFacts): FailedGate[] {
  return [...documents(offer, facts), ...data(facts), ...people(offer, facts)];
}

const shut = (gate: string, pointer: string, zh: string, en: string): FailedGate => ({ gate, pointer, zh, en });

function documents(offer: DraftListingBody, { certificate, sellerId, now }: ListingFacts): FailedGate[] {
  const failed: FailedGate[] = [];
  const at = '/certificateNumber';
  if (!certificate) failed.push(shut('G1', at, '没有该编号的登记凭证', 'there is no certificate with this number'));
  else {
    if (certificate.holderId !== sellerId)
      failed.push(shut('G1', at, '登记凭证的权利人不是卖方', 'the certificate is not held by the seller'));
    if (certificate.status === 'RESTRICTED')
      failed.push(
        shut('G1', at, '登记凭证受司法保全或行政管制', 'a court or an authority has restricted the certificate'),
      );
    else if (!inForce(certificate.status) || !within(now, certificate))
      failed.push(shut('G1', at, '登记凭证当前无效', 'the certificate is not in force'));
    if (!certificate.rights.includes('OPERATE'))
      failed.push(shut('G1', at, '登记凭证不含经营权', 'the certificate does not cover the right to operate'));
  }
  // INV-26: what is in force elsewhere is not reviewed again, except for a just cause that this venue has stated.
  for (const { venueId, code, reason } of certificate?.refusals ?? [])
    if (venueId === offer.venueId)
      failed.push(shut('G1', at, `本场所不予采信(${code}):${reason}`, `not relied on here (${code}): ${reason}`));
  if (offer.scenarios.length === 0)
    failed.push(shut('G2', '/scenarios', '至少需要一个应用场景', 'at least one scenario of use is needed'));
  const { accepted, text, statedAt } = offer.complianceStatement;
  if (!accepted || text === '')
    failed.push(shut('G3', '/complianceStatement', '缺少合规声明', 'the compliance statement is missing'));
  const stated = new Date(statedAt);
  if (stated > now || addMonths(stated, 12) < now) {
    const en = 'the compliance statement must be at most 12 months old';
    failed.push(shut('G3', '/complianceStatement/statedAt', '合规声明须在十二个月以内', en));
  }
  return failed;
}

function data({ resource }: ListingFacts): FailedGate[] {
  const failed: FailedGate[] = [];
  const at = '/certificateNumber';
  if (resource) {
    if (resource.grade === 'CORE') failed.push(shut('G4', at, '核心数据禁止交易', 'core data is never traded'));
    if (resource.grade === 'IMPORTANT') {
      const en = 'important data may be used only where it stays: not by delivery of a file';
      failed.push(shut('G4', '/deliveryModes', '重要数据须可用不可见,不得以文件交付', en));
    }
    if (['PI', 'SENSITIVE'].includes(resource.personalInfo)) {
      const en = 'personal information must be anonymised, or each person must have consented';
      failed.push(shut('G5', at, '个人信息未经匿名化且没有逐一同意', en));
    }
    if (resource.isGovernmentDutyData)
      failed.push(shut('G5', at, '政务履职数据不得进入市场', 'data of government duties is not for the market'));
    if (resource.isPublicData)
      failed.push(
        shut('G8', '/price', '公共数据产品没有备案的最高限价', 'no ceiling price for this public data is on file'),
      );
  }
  return failed;
}

function people(offer: DraftListingBody, facts: ListingFacts): FailedGate[] {
  const failed: FailedGate[] = [];
  const { now, sellerId, sellerRoles, scheme, mandate } = facts;
  if (!sellerRoles.includes('SELLER'))
    failed.push(shut('G10', '/venueId', '卖方未获该场所准入', 'the seller is not admitted at this venue'));
  // SOD-3, INV-25.
  if (facts.venueOperatorId === sellerId)
    failed.push(shut('G10', '/venueId', '场所运营方不得在本场所挂牌', 'the operator of a venue may not sell there'));
  if (offer.schemeId !== null && (scheme?.state !== 'SIGNED' || scheme.sellerId !== sellerId)) {
    const en = 'the distribution scheme is not one of the seller that all its parties have signed';
    failed.push(shut('G12', '/schemeId', '收益分配方案不属于卖方或尚未全部签署', en));
  }
  if (offer.brokerMandateId === null) return failed;
  const fits = mandate?.principalId === sellerId && mandate.venueId === offer.venueId && mandate.side === 'SELL';
  if (!fits || mandate.state !== 'ACTIVE' || !within(now, mandate)) {
    const en = 'there is no mandate in force by which this broker sells for the seller here';
    failed.push(shut('G13', '/brokerMandateId', '没有在本场所有效的卖方经纪委托', en));
  }
  return failed;
}

export const within = (now: Date, { validFrom, validTo }: { validFrom: string; validTo: string }): boolean =>
  new Date(validFrom) <= now && now <= new Date(validTo);
