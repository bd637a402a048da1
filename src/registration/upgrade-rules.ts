import type { RulePack } from '@app/rulepacks';
import type { ApplicationContent, ForeignCertificateView } from '@app/sdk';
import type { Fault } from '../platform/refusal.js';

/**
 * Which materials were examined when these questions were answered (PROP; N1 §41: review items that agree need no second review).
 * Form and identity are handed in anew: they belong to this application.
 */
const MATERIALS_OF_AREA: Readonly<Record<string, readonly string[]>> = {
  DESCRIPTION: ['sample', 'description'],
  SOURCE: ['acquisition'],
};

type Upgraded = Pick<
  ForeignCertificateView,
  'state' | 'holderId' | 'resourceId' | 'rights' | 'validFrom' | 'validTo' | 'verification'
>;

/** What is recorded and in force takes the place of materials; the reviewer decides each question all the same. */
export function takenOverMaterials(pack: RulePack, sourceKind: string, upgrade: Upgraded | null): string[] {
  const items = upgrade?.verification?.reviewItems ?? [];
  return Object.entries(MATERIALS_OF_AREA).flatMap(([area, materials]) => {
    const asked = pack.reviewChecklist.filter(
      (item) => item.area === area && (item.appliesTo === null || item.appliesTo.includes(sourceKind)),
    );
    return asked.length > 0 && asked.every(({ id }) => items.includes(id)) ? materials : [];
  });
}

/** Why this certificate cannot be upgraded by this application. */
export function upgradeFaults(
  { rights, resourceId, upgradeOf }: ApplicationContent,
  type: string,
  applicantId: string,
  upgrade: Upgraded | null,
  now: Date,
): Fault[] {
  if (upgradeOf === undefined) return [];
  const pointer = '/content/upgradeOf';
  const fault = (zh: string, en: string): Fault => ({ pointer, zh, en });
  if (upgrade === null) return [fault('没有该凭证', 'there is no such certificate')];
  const faults: Fault[] = [];
  const { state, validFrom, validTo } = upgrade;
  const inForce = state === 'RECORDED' && new Date(validFrom) <= now && (validTo === null || now <= new Date(validTo));
  if (type !== 'INITIAL') faults.push(fault('仅初次登记可简化升级', 'only an initial registration upgrades'));
  if (!inForce) faults.push(fault('该凭证未记录或不在有效期内', 'it is not recorded, or not in force'));
  if (upgrade.holderId !== applicantId)
    faults.push(fault('该凭证的权利人不是申请人', 'the applicant does not hold it'));
  if (upgrade.resourceId !== resourceId) faults.push(fault('该凭证不是该数据的凭证', 'it is of other data'));
  if (rights.some(({ right }) => !upgrade.rights.includes(right)))
    faults.push(fault('申请的权利超出该凭证', 'more rights are claimed than it certifies'));
  return faults;
}
