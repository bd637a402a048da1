import type { FiledContent } from '@app/sdk';
import { Refusal, type Fault } from '../platform/refusal.js';
import type { ApplicationRecord, CoApplicant } from './application-record.js';

/** Everybody who has to join before an application can be submitted. */
export const coApplicantsOf = ({
  counterpartyId,
  joined,
  joint,
}: Pick<ApplicationRecord, 'counterpartyId' | 'joined' | 'joint'>): readonly CoApplicant[] => [
  ...(counterpartyId === null ? [] : [{ organisationId: counterpartyId, joined }]),
  ...joint,
];

/** @throws Refusal when the applicant is named twice, or the registrar among those who apply to it (SOD-1) */
export function mustBeOthers({ jointApplicants = [] }: FiledContent, applicantId: string, registrarId: string): void {
  jointApplicants.forEach(({ organisationId }, i) => {
    const pointer = `/jointApplicants/${i}/organisationId`;
    if (organisationId === registrarId)
      throw new Refusal('registration/own-registrar', {}, [
        { pointer, zh: '登记机构不得为自身登记', en: 'a registrar does not register its own' },
      ]);
    if (organisationId === applicantId)
      throw new Refusal('invalid-request', {}, [{ pointer, zh: '申请人本身', en: 'the applicant itself' }]);
  });
}

/** @param statuses of the organisations, as the platform knows them; one that is missing does not exist */
export const jointFaults = (
  joint: readonly CoApplicant[],
  statuses: ReadonlyMap<string, string> = new Map(),
): Fault[] =>
  joint.flatMap(({ organisationId, joined }, i) => {
    const pointer = `/content/jointApplicants/${i}/organisationId`;
    if (statuses.get(organisationId) !== 'ACTIVE')
      return [{ pointer, zh: '共同申请人不存在或未处于有效状态', en: 'no active organisation' }];
    if (joined === null) return [{ pointer, zh: '共同申请人尚未加入', en: 'the joint applicant has not joined' }];
    return [];
  });
