import type { Problem } from '../problems.js';

export const tradingProblems = {
  'trading/already-signed': {
    status: 409,
    title: { zh: '已签署', en: 'Already signed' },
    detail: { zh: '贵机构已签署此合同,无需再次签署。', en: 'Your organisation has signed this contract already.' },
  },
  'trading/gates-failed': {
    status: 422,
    title: { zh: '目前不能下单', en: 'This order cannot be placed now' },
    detail: {
      zh: '未满足:{gates}。请按 errors 中的逐项说明处理后重试。',
      en: 'Not met: {gates}. Settle each point named in errors, then try again.',
    },
  },
  'trading/signature-refused': {
    status: 422,
    title: { zh: '签名无效', en: 'The signature is not valid' },
    detail: {
      zh: '须由贵机构已登记的密钥对 orderId、contractHash、organisationId 签署:{reason}。',
      en: 'Sign orderId, contractHash and organisationId with a registered key of your organisation: {reason}.',
    },
  },
  'trading/inspection-over': {
    status: 409,
    title: { zh: '验收期已过', en: 'The inspection period is over' },
    detail: { zh: '验收期已于 {due} 届满。', en: 'It ended at {due}.' },
  },
} as const satisfies Record<string, Problem>;
