import type { Problem } from '../problems.js';

export const tradingProblems = {
  'trading/own-listing': {
    status: 422,
    title: { zh: '不能购买本机构的挂牌', en: 'Your own listing' },
    detail: { zh: '买方与卖方不得为同一机构。', en: 'Buyer and seller must be different organisations.' },
  },
  'trading/already-signed': {
    status: 409,
    title: { zh: '已签署', en: 'Already signed' },
    detail: { zh: '贵机构已签署此合同,无需再次签署。', en: 'Your organisation has signed this contract already.' },
  },
} as const satisfies Record<string, Problem>;
