import type { DeclareResourceBody } from '@app/sdk';

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
