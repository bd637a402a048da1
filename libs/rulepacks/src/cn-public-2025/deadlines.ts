import type { RulePackSource } from '../schema.js';

const within = (count: number) => ({ kind: 'PERIOD', length: { count, unit: 'wd' }, bound: 'WITHIN' }) as const;
const years = (count: number) => ({ kind: 'PERIOD', length: { count, unit: 'year' }, bound: 'AT_MOST' }) as const;
const setByRegistrar = {
  kind: 'PERIOD',
  length: { count: null, unit: 'wd' },
  bound: 'WITHIN',
  setBy: 'REGISTRAR',
} as const;

export const deadlines: RulePackSource['deadlines'] = {
  'B-ACCEPT': {
    ...within(3),
    name: { zh: '受理登记申请', en: 'Accept the application' },
    start: 'SUBMISSION',
    onExpiry: 'ALERT',
    note: { zh: '逾期须说明理由；沉默不视为受理', en: 'A delay must be explained; silence is not acceptance' },
    source: 'N2 §10',
  },
  'B-CORRECT': {
    ...setByRegistrar,
    name: { zh: '补正期限', en: 'Correct the application' },
    start: 'CORRECTION_REQUEST',
    onExpiry: 'LAPSE',
    source: 'PROP',
  },
  'B-REVIEW': {
    ...within(20),
    name: { zh: '形式审核', en: 'Formal review' },
    start: 'ACCEPTANCE',
    onExpiry: 'ALERT',
    note: { zh: '逾期须说明理由', en: 'A delay must be explained' },
    source: 'N2 §11',
  },
  'B-SUPPLEMENT': {
    ...setByRegistrar,
    name: { zh: '补充材料', en: 'Supply further material' },
    start: 'SUPPLEMENT_REQUEST',
    onExpiry: 'ALERT',
    source: 'PROP',
  },
  'B-NOTICE': {
    ...within(10),
    name: { zh: '公示期', en: 'Public notice' },
    start: 'PUBLICATION',
    onExpiry: 'CONTINUE',
    source: 'N2 §12',
  },
  'B-OBJ-NOTICE': {
    kind: 'UNPUBLISHED',
    name: { zh: '公示期异议处理', en: 'Decide an objection made during the notice' },
    source: 'N2 §12',
  },
  'B-VALID': {
    ...years(3),
    name: { zh: '登记结果有效期', en: 'Validity of the result' },
    start: 'CODING',
    onExpiry: 'CANCEL',
    note: {
      zh: '自赋码之日起；授权运营协议期限较短的，以协议期限为准',
      en: 'From coding; the term of the operation agreement where that is shorter',
    },
    source: 'N2 §15',
  },
  'B-RENEW': {
    kind: 'WINDOW',
    opens: { count: 60, unit: 'day' },
    closes: { count: 0, unit: 'day' },
    before: 'EXPIRY',
    name: { zh: '续展申请窗口', en: 'Window for renewal' },
    onExpiry: 'CLOSE',
    note: { zh: '有效期届满前60日内', en: 'Within the 60 days before expiry' },
    source: 'N2 §15',
  },
  'B-RENEWED': {
    ...years(3),
    name: { zh: '每次续展的有效期', en: 'Validity of one renewal' },
    start: 'EXPIRY',
    onExpiry: 'CANCEL',
    source: 'N2 §15',
  },
  'B-CANCEL': {
    ...within(10),
    name: { zh: '办结注销', en: 'Finish a cancellation' },
    start: 'CANCELLATION_ACCEPTANCE',
    onExpiry: 'ALERT',
    source: 'N2 §9',
  },
  'B-FIRST': {
    ...within(20),
    name: { zh: '授权运营首次登记', en: 'First registration under authorised operation' },
    start: 'SUPPLY',
    onExpiry: 'ALERT',
    note: {
      zh: '自提供数据资源或交付数据产品、服务之日起',
      en: 'From the supply of the data, or the delivery of the product or service',
    },
    source: 'N2 §9',
  },
  'B-FIRST-RUNNING': {
    ...within(30),
    name: { zh: '施行前已开展授权运营的首次登记', en: 'First registration of operation that was running before' },
    start: 'EFFECT',
    onExpiry: 'ALERT',
    note: { zh: '自2025年3月1日起', en: 'From 1 March 2025' },
    source: 'N2',
  },
};
