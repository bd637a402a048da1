import type { Problem } from '../problems.js';

export const marketProblems = {
  'market/venue-parent': {
    status: 422,
    title: { zh: '场所层级不正确', en: 'The venue does not fit the tree' },
    detail: {
      zh: '交易所没有上级;服务基地和行业平台的上级必须是交易所。',
      en: 'An exchange has no parent; a base or platform needs an exchange as parent.',
    },
  },
  'market/venue-code-taken': {
    status: 409,
    title: { zh: '场所代码已被使用', en: 'The code of the venue is taken' },
    detail: { zh: '已有代码为 {venueCode} 的场所。', en: 'There is a venue with the code {venueCode}.' },
  },
  'market/gates-failed': {
    status: 422,
    title: { zh: '不符合上架条件', en: 'Not fit for the market' },
    detail: {
      zh: '未通过:{gates}。请按 errors 中的逐项说明处理后重试。',
      en: 'Shut gates: {gates}. Settle each point named in errors, then try again.',
    },
  },
  'market/not-superseded': {
    status: 409,
    title: { zh: '凭证未被取代', en: 'Not superseded' },
    detail: {
      zh: '没有取代凭证 {number} 的新凭证,挂牌继续以它为准。',
      en: 'No certificate stands in the place of {number}; the listing goes on relying on it.',
    },
  },
} as const satisfies Record<string, Problem>;
