import type { Problem } from '../problems.js';

export const committeeProblems = {
  'committee/not-an-expert': {
    status: 409,
    title: { zh: '不是在任专家', en: 'Not an active expert' },
    detail: {
      zh: '您不是合规委员会的在任专家,或任期已过、资格已暂停。',
      en: 'You are no active expert of the committee, or your term is over or suspended.',
    },
  },
  'committee/not-an-expert-account': {
    status: 422,
    title: { zh: '该人员没有专家角色', en: 'The person has no expert role' },
    detail: {
      zh: '人员 {personId} 须为启用状态并只有 committeeExpert 角色。',
      en: 'The person {personId} must be active with the role committeeExpert.',
    },
  },
  'committee/already-expert': {
    status: 409,
    title: { zh: '该人员已在专家库', en: 'Already in the pool' },
    detail: { zh: '人员 {personId} 已是专家库成员。', en: 'The person {personId} is in the pool already.' },
  },
  'committee/not-on-panel': {
    status: 403,
    title: { zh: '不在本案评审组', en: 'Not on this panel' },
    detail: { zh: '只有本案评审组的专家可以执行此操作。', en: 'Only experts on the panel of this case may do this.' },
  },
  'committee/not-declared': {
    status: 409,
    title: { zh: '尚未声明无利害关系', en: 'Impartiality is not declared' },
    detail: {
      zh: '表决前须先声明与本案无利害关系。',
      en: 'Declare that you have no interest in the case before you vote.',
    },
  },
  'committee/already-declared': {
    status: 409,
    title: { zh: '已作声明', en: 'Already declared' },
    detail: {
      zh: '您已声明无利害关系;如发现利害关系,请告知委员会秘书。',
      en: 'You have declared impartiality; tell the secretary when you find an interest.',
    },
  },
  'committee/already-voted': {
    status: 409,
    title: { zh: '已经表决', en: 'Already voted' },
    detail: { zh: '一人一票,投出后不可更改。', en: 'One vote each; once cast it stays.' },
  },
  'committee/conflict': {
    status: 409,
    title: { zh: '存在利害关系,须回避', en: 'An interest bars you from this case' },
    detail: {
      zh: '您与当事机构 {organisationIds} 存在利害关系,须回避。',
      en: 'You have an interest in {organisationIds}, a party to the case: recuse yourself.',
    },
  },
  'committee/too-late': {
    status: 409,
    title: { zh: '期限已过', en: 'The time is over' },
    detail: { zh: '期限已于 {due} 届满。', en: 'It ended at {due}.' },
  },
  'committee/not-the-chair': {
    status: 403,
    title: { zh: '须由主席决定', en: 'For the chair to decide' },
    detail: { zh: '票数相当时由评审组主席决定。', en: 'The chair of the panel decides a tie.' },
  },
  'committee/already-revoted': {
    status: 409,
    title: { zh: '已重新表决一次', en: 'Voted again once already' },
    detail: { zh: '只可重新表决一次,请由主席决定。', en: 'A vote is repeated once only; the chair decides.' },
  },
  'committee/candidates-fixed': {
    status: 409,
    title: { zh: '候选名单已锁定', en: 'The candidates are fixed' },
    detail: {
      zh: '等待账本检查点后抽取,不可更改候选名单。',
      en: 'The draw waits for the log; the list stays as it is.',
    },
  },
  'committee/not-sealed': {
    status: 409,
    title: { zh: '决议尚未盖章', en: 'Not sealed yet' },
    detail: { zh: '决议盖章后方可查阅。', en: 'The resolution can be read once it is sealed.' },
  },
} as const satisfies Record<string, Problem>;
