import type { ApplicantBlock, DeclareResourceBody } from '@app/sdk';
import type { INestApplicationContext } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { blockOf } from '../../scripts/job/applicant-block.js';
import { GetOrganisation } from '../../src/parties/get-organisation.js';
import { orNull } from '../../src/platform/refusal.js';

/** What the tests declare of their data, all but its file. */
export const declaration: Omit<DeclareResourceBody, 'fileId'> = {
  name: '2025年广东省城市出行量演示数据表',
  abstract: '各城市每日出行量,用于演示登记流程',
  industry: { section: 'I', text: '软件和信息技术服务业' },
  sourceKind: 'COLLECTED',
  rightsSituation: 'SELF_GENERATED',
  regionLevel: 'PROVINCE',
  regionText: '广东省',
  timeFrom: '2025-01-01',
  timeTo: '2025-12-31',
  updateFrequency: 'YEARLY',
  form: { media: ['TABLE'], structure: 'STRUCTURED' },
  grade: 'GENERAL_2',
  personalInfo: 'NONE',
  isPublicData: false,
  isGovernmentDutyData: false,
  restriction: '不得转售',
};

interface Filing {
  readonly jointApplicants?: readonly { readonly organisationId: string }[] | undefined;
  readonly transfereeId?: string;
  readonly onBehalfOf?: string | undefined;
}
type Filled<T> = T & { applicants: ApplicantBlock[] };

/** What this organisation files, with the blocks of everybody who applies; one that says what stands in them keeps that. */
export async function withBlocks<T extends object>(
  app: INestApplicationContext,
  filerId: string,
  filing: T,
): Promise<Filled<T>> {
  if ('applicants' in filing) return filing as Filled<T>;
  const { onBehalfOf = filerId, jointApplicants = [], transfereeId } = filing as Filing;
  const ids = [onBehalfOf, ...jointApplicants.map(({ organisationId }) => organisationId)];
  const applicants: ApplicantBlock[] = [];
  for (const id of transfereeId === undefined ? ids : [...ids, transfereeId]) {
    const known = await orNull(app.get(QueryBus, { strict: false }).execute(new GetOrganisation(id)));
    applicants.push(blockOf(known ?? { name: 'Demonstration nobody', uscc: '91440101DEM0000018' }));
  }
  return { ...filing, applicants };
}
