import type { Problem } from '../problems.js';

export const recognitionProblems = {
  'recognition/not-credible': {
    status: 422,
    title: { zh: '凭证签名或内容不可信', en: 'The credential is not credible' },
    detail: { zh: '原因见 errors。', en: 'The reasons stand in errors.' },
  },
  'recognition/evidence-needed': {
    status: 422,
    title: { zh: '缺少核验依据', en: 'Evidence of the verification is missing' },
    detail: {
      zh: '签名与状态未能同时核验时,须附发证机构公开登记簿的核验记录。',
      en: 'Unless signature and status are both verified, attach a record of the issuing body’s public register.',
    },
  },
  'recognition/known': {
    status: 409,
    title: { zh: '该凭证已有记录', en: 'The certificate is known already' },
    detail: { zh: '编号 {number} 已在登记簿中。', en: '{number} stands in the register already.' },
  },
} as const satisfies Record<string, Problem>;
