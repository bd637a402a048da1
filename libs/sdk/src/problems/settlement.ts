import type { Problem } from '../problems.js';

export const settlementProblems = {
  'settlement/insufficient-funds': {
    status: 409,
    title: { zh: '可用余额不足', en: 'Not enough available' },
    detail: {
      zh: '账户 {accountId} 的可用余额不足,未做任何过账。',
      en: 'Account {accountId} has less available; nothing was posted.',
    },
  },
  'settlement/transfer-id-reused': {
    status: 422,
    title: { zh: '该过账编号已用于其他内容', en: 'The transfer id was used for another transfer' },
    detail: {
      zh: '编号 {id} 已有不同内容的过账;新的过账请使用新的编号。',
      en: '{id} is another transfer; use a new id for a new transfer.',
    },
  },
  'settlement/already-posted': {
    status: 409,
    title: { zh: '不得重复过账', en: 'It was posted before' },
    detail: {
      zh: '{subject} 已有一笔 {kind},只能有一笔。',
      en: '{subject} has its {kind} already and can have only one.',
    },
  },
  'settlement/hold-already-posted': {
    status: 409,
    title: { zh: '冻结款项已入账', en: 'The hold was posted before' },
    detail: { zh: '{id} 已转出,每笔冻结只能处理一次。', en: '{id} was taken; a hold is resolved once.' },
  },
  'settlement/hold-already-voided': {
    status: 409,
    title: { zh: '冻结款项已解除', en: 'The hold was voided before' },
    detail: { zh: '{id} 已解除,每笔冻结只能处理一次。', en: '{id} was freed; a hold is resolved once.' },
  },
  'settlement/hold-too-small': {
    status: 409,
    title: { zh: '金额与托管冻结额不符', en: 'The amount does not fit what is held' },
    detail: { zh: '冻结 {held} 分,要求 {wanted} 分。', en: '{held} fen are held, {wanted} fen are wanted.' },
  },
  'settlement/scheme-already-signed': {
    status: 409,
    title: { zh: '贵机构已签署', en: 'Your organisation has signed' },
    detail: { zh: '每一参与方只签署一次。', en: 'Each party signs once.' },
  },
  'settlement/scheme-signature': {
    status: 422,
    title: { zh: '签名无效', en: 'The signature does not hold' },
    detail: {
      zh: '请用本机构登记的签名密钥,对规范 JSON schemeId, contentHash, organisationId 签名:{reason}',
      en: 'Sign canonical schemeId, contentHash, organisationId with a signing key of your organisation: {reason}',
    },
  },
  'settlement/scheme-not-signed': {
    status: 409,
    title: { zh: '分配方案尚未签署完毕', en: 'The distribution scheme is not signed by all' },
    detail: { zh: '方案 {id} 须经全体参与方签署。', en: 'Scheme {id} needs the signature of every party.' },
  },
  'settlement/notice-altered': {
    status: 409,
    title: { zh: '银行通知内容前后不一', en: 'The bank told two things under one id' },
    detail: { zh: '通知 {bankId} 已以不同内容收到。', en: 'Notice {bankId} was received before with other content.' },
  },
  'settlement/difference-unexplained': {
    status: 409,
    title: { zh: '差额无法由银行流水解释', en: 'The statement does not explain the difference' },
    detail: {
      zh: '存在银行未记载的项目,请先与银行核对。',
      en: "Some items are not in the bank's statement; clear them with the bank first.",
    },
  },
  'settlement/order-held': {
    status: 409,
    title: { zh: '款项暂缓支付', en: 'The money is held back' },
    detail: {
      zh: '登记凭证 {number} 受司法保全或行政管制,解除前不得支付。',
      en: 'A court or an authority has restricted certificate {number}: nothing is paid out until that is lifted.',
    },
  },
} as const satisfies Record<string, Problem>;
