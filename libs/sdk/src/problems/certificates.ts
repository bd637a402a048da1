import type { Problem } from '../problems.js';

export const certificateProblems = {
  'certificates/numbers-exhausted': {
    status: 409,
    title: { zh: '本月编号已用尽', en: 'The numbers of this month are used up' },
    detail: {
      zh: '登记机构 {registrar} 在 {yearMonth} 的 9999 个编号已全部使用,不会重复编号。',
      en: 'Registrar {registrar} has used all 9999 numbers of {yearMonth}; none is given twice.',
    },
  },
  'certificates/not-issued': {
    status: 409,
    title: { zh: '凭证尚未签发', en: 'The certificate is not signed yet' },
    detail: {
      zh: '凭证 {number} 正在签发,请稍后再取。',
      en: 'Certificate {number} is being signed; ask again shortly.',
    },
  },
  'certificates/ground': {
    status: 422,
    title: { zh: '注销依据不正确', en: 'Not a ground for cancellation' },
    detail: {
      zh: '{groundCode} 不是规则包 {rulePack} 的注销依据。',
      en: '{groundCode} is no ground for cancellation in {rulePack}.',
    },
  },
  'certificates/timestamp-unavailable': {
    status: 503,
    title: { zh: '时间戳暂不可用', en: 'No time stamp at the moment' },
    detail: {
      zh: '时间戳机构未给出可接受的时间戳({reason}),文件未盖章;请稍后重试。',
      en: 'The time-stamping authority gave no acceptable stamp ({reason}); nothing was sealed. Try again later.',
    },
  },
} as const satisfies Record<string, Problem>;
