import type { Problem } from '../problems.js';

export const certificateProblems = {
  'certificates/not-issued': {
    status: 409,
    title: { zh: '凭证尚未签发', en: 'The certificate is not signed yet' },
    detail: {
      zh: '凭证 {number} 正在签发,请稍后再取。',
      en: 'Certificate {number} is being signed; ask again shortly.',
    },
  },
  'certificates/rotation-under-way': {
    status: 409,
    title: { zh: '正在更换密钥', en: 'A rotation is under way' },
    detail: { zh: '{alg} 的新密钥正在生成,请稍后再试。', en: 'A new key for {alg} is being made; try again shortly.' },
  },
  'certificates/ground': {
    status: 422,
    title: { zh: '依据不正确', en: 'Not a ground for this decision' },
    detail: {
      zh: '{groundCode} 在规则包 {rulePack} 中不是该决定的依据。',
      en: '{groundCode} is no ground for this decision in {rulePack}.',
    },
  },
  'certificates/restricted': {
    status: 409,
    title: { zh: '凭证受到限制', en: 'The certificate is restricted' },
    detail: {
      zh: '凭证 {number} 有司法保全或行政管制的记载,解除前不得转让、由权利人注销或新上架。',
      en: 'A court or an authority has restricted {number}: until that is lifted no transfer, no cancellation by the holder, no new listing.',
    },
  },
  'certificates/not-lasting': {
    status: 409,
    title: { zh: '凭证尚未签发或已终止', en: 'The certificate is not issued yet, or has ended' },
    detail: { zh: '凭证 {number} 的状态为 {status}。', en: 'Certificate {number} is {status}.' },
  },
  'certificates/succeeded': {
    status: 409,
    title: { zh: '凭证已有后续登记', en: 'A later registration stands upon the certificate' },
    detail: {
      zh: '申请 {applicationId} 已就凭证 {number} 完成登记,请对后续凭证作出决定。',
      en: 'Application {applicationId} is registered upon {number}: decide on the certificate that follows.',
    },
  },
  'certificates/not-the-proposer': {
    status: 409,
    title: { zh: '须由提议人撤回', en: 'Only who proposed it may withdraw it' },
    detail: {
      zh: '其他人可以批准或者驳回,但不能撤回。',
      en: 'Somebody else may approve or reject it, not withdraw it.',
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
