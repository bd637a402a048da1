import type { Problem } from '../problems.js';

export const partiesProblems = {
  'parties/organisation-known': {
    status: 409,
    title: { zh: '该机构已登记', en: 'The organisation is already registered' },
    detail: {
      zh: '统一社会信用代码 {uscc} 已属于 {id}。',
      en: 'The unified social credit code {uscc} already belongs to {id}.',
    },
  },
  'parties/login-taken': {
    status: 409,
    title: { zh: '登录名已被使用', en: 'The login is taken' },
    detail: { zh: '请换一个登录名。', en: 'Choose another login.' },
  },
  'parties/wrong-password': {
    status: 422,
    title: { zh: '原密码不正确', en: 'The old password is not right' },
    detail: { zh: '密码未更改。', en: 'The password was not changed.' },
  },
  'parties/key-known': {
    status: 409,
    title: { zh: '该密钥已登记', en: 'The key is already registered' },
    detail: {
      zh: '一把密钥只属于一个机构,只有一种用途。请生成新的密钥。',
      en: 'A key belongs to one organisation and has one use. Make a new key.',
    },
  },
  'parties/key-proof': {
    status: 422,
    title: { zh: '未能证明持有私钥', en: 'Possession of the private key is not proven' },
    detail: {
      zh: '请用该密钥对 organisationId 和 thumbprint 签名后放入 proof({reason})。',
      en: 'Sign organisationId and thumbprint with this very key and send that as proof ({reason}).',
    },
  },
  'parties/inactive': {
    status: 409,
    title: { zh: '机构未处于有效状态', en: 'The organisation is not active' },
    detail: { zh: '{id} 的状态为 {status}。', en: '{id} is {status}.' },
  },
  'parties/own-venue': {
    status: 409,
    title: { zh: '不得成为自己运营场所的会员', en: 'Not a member of its own venue' },
    detail: {
      zh: '交易所职能与数商职能须分离:场所或其上级的运营机构不得在此买卖或经纪。',
      en: 'The exchange and its members are separate: whoever operates the venue, or the one above it, does not trade there.',
    },
  },
  'parties/already-member': {
    status: 409,
    title: { zh: '已有会员申请或会员资格', en: 'There is a membership already' },
    detail: { zh: '{id} 处于 {state}。', en: '{id} is {state}.' },
  },
} as const satisfies Record<string, Problem>;
