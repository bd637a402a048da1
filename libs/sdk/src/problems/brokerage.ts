import type { Problem } from '../problems.js';

export const brokerageProblems = {
  'brokerage/own-broker': {
    status: 422,
    title: { zh: '不得委托本机构', en: 'A principal is not its own broker' },
    detail: { zh: '数据经纪人须为另一机构。', en: 'Name another organisation as broker.' },
  },
  'brokerage/broker-not-admitted': {
    status: 409,
    title: { zh: '未获经纪人资格', en: 'Not admitted as a broker' },
    detail: {
      zh: '{brokerId} 未被 {venueId} 准入为数据经纪人。',
      en: '{brokerId} is not admitted as a broker at {venueId}.',
    },
  },
  'brokerage/mandate-over': {
    status: 409,
    title: { zh: '委托期限已过', en: 'The mandate is over' },
    detail: { zh: '委托已于 {validTo} 届满。', en: 'It ended at {validTo}.' },
  },
} as const satisfies Record<string, Problem>;
