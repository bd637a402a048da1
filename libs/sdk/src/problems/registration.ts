import type { Problem } from '../problems.js';

export const registrationProblems = {
  'registration/unreadable-file': {
    status: 422,
    title: { zh: '数据文件无法读取', en: 'The data file cannot be read' },
    detail: {
      zh: '请上传 UTF-8 的 CSV(含表头)、JSON 或 Parquet 文件;原因见 errors。',
      en: 'Upload CSV (with a header) or JSON in UTF-8, or Parquet; the reason stands in errors.',
    },
  },
  'registration/profile-limit': {
    status: 422,
    title: { zh: '数据文件超出质量检测的能力', en: 'The data file is too much to be measured' },
    detail: {
      zh: '超出上限:{what}。请拆分文件或改用 Parquet 格式。',
      en: 'Beyond the limit: {what}. Split the file, or use Parquet.',
    },
  },
  'registration/registrar-known': {
    status: 409,
    title: { zh: '登记机构已在目录中', en: 'The registrar is already in the catalogue' },
    detail: {
      zh: '该机构或该地域代码与数字已属于 {id}。',
      en: 'The organisation, or the region with the digit, already belongs to {id}.',
    },
  },
  'registration/own-registrar': {
    status: 409,
    title: { zh: '登记机构不得为自身登记', en: 'A registrar does not register its own data' },
    detail: { zh: '请向其他登记机构申请。', en: 'Apply to another registrar.' },
  },
  'registration/not-registrable': {
    status: 422,
    title: { zh: '该数据不予登记', en: 'This data is not registered' },
    detail: {
      zh: '事由代码 {groundCode},说明见 errors。',
      en: 'Ground {groundCode}; the explanation stands in errors.',
    },
  },
  'registration/incomplete': {
    status: 422,
    title: { zh: '申请不符合提交条件', en: 'The application is not fit to be submitted' },
    detail: {
      zh: '请按 errors 中的逐项说明补齐后重新提交。',
      en: 'Settle each point named in errors, then submit it again.',
    },
  },
  'registration/too-late': {
    status: 409,
    title: { zh: '期限已过', en: 'The time is over' },
    detail: { zh: '期限已于 {due} 届满。', en: 'It ended at {due}.' },
  },
  'registration/already-corrected': {
    status: 409,
    title: { zh: '补正清单只能一次性提出', en: 'Corrections are asked for once' },
    detail: {
      zh: '本轮受理已要求补正;请受理或书面不予受理。',
      en: 'This application was already sent back; accept it, or decline it in writing.',
    },
  },
  'registration/already-extended': {
    status: 409,
    title: { zh: '办理期限只能延长一次', en: 'The review is extended once' },
    detail: { zh: '已延长 {days} 个工作日。', en: 'It was extended by {days} working days.' },
  },
  'registration/not-the-reviewer': {
    status: 409,
    title: { zh: '由审查人员办理', en: 'The reviewer does this' },
    detail: { zh: '审查人员为 {reviewerId}。', en: 'The reviewer is {reviewerId}.' },
  },
  'registration/checklist': {
    status: 422,
    title: { zh: '审查清单未全部通过', en: 'The checklist is not passed' },
    detail: {
      zh: '每一项须逐一作答且符合;否则请要求补充材料或不予登记。',
      en: 'Every question needs an answer, and yes; otherwise ask for a supplement or refuse.',
    },
  },
  'registration/not-reviewed': {
    status: 409,
    title: { zh: '尚未通过审查', en: 'The review has not passed yet' },
    detail: { zh: '须先由审查人员给出审查意见。', en: 'The reviewer has to pass it first.' },
  },
  'registration/committee-needed': {
    status: 409,
    title: { zh: '须先经合规委员会会审', en: 'The compliance committee has to be heard first' },
    detail: { zh: '原因:{triggers}。', en: 'Because of: {triggers}.' },
  },
  'registration/no-committee': {
    status: 409,
    title: { zh: '该制度没有合规委员会会审', en: 'The regime knows no compliance committee' },
    detail: { zh: '请自行审查决定。', en: 'Decide in the review.' },
  },
  'registration/no-waiver': {
    status: 409,
    title: { zh: '不能免予公示', en: 'The public notice is not waived' },
    detail: { zh: '原因见 errors。', en: 'The reason stands in errors.' },
  },
  'registration/own-application': {
    status: 409,
    title: { zh: '不得对自己的申请提出异议', en: 'Nobody objects to their own application' },
    detail: { zh: '如需撤回,请撤回申请。', en: 'Withdraw the application instead.' },
  },
} as const satisfies Record<string, Problem>;
