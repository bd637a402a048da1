import type { RulePackSource } from '../schema.js';

/** The rules were read in their opening and a summary: their times are known by hearsay only, and so they are not stated. */
const unknown = (zh: string, en: string): RulePackSource['deadlines'][string] => ({
  kind: 'UNPUBLISHED',
  name: { zh, en },
  source: 'Z1',
});

const type = (
  id: RulePackSource['types'][number]['id'],
  zh: string,
  en: string,
  appliesBy: RulePackSource['types'][number]['appliesBy'] = 'APPLICANT',
): RulePackSource['types'][number] => ({
  id,
  name: { zh: `${zh}登记`, en },
  text: { zh: `已有的${zh}登记`, en: `${en}, as found on existing certificates` },
  appliesBy,
  needsCertificate: id !== 'INITIAL',
  materials: null,
  fields: null,
  source: 'Z1; Z4',
});

/** 深圳市《数据产权登记管理暂行办法》: only to read and import the certificates that were given under it. */
export const szProperty2023: RulePackSource = {
  id: 'SZ-PROPERTY-2023',
  jurisdiction: 'CN-GD-SZ',
  regime: 'D',
  version: '1.0.0',
  name: { zh: '深圳市数据产权登记', en: 'Shenzhen data-property registration' },
  effectiveFrom: '2023-07-01',
  effectiveTo: '2026-06-30',
  status: 'LAPSED',
  sources: {
    Z1: {
      title: {
        zh: '深圳市数据产权登记管理暂行办法',
        en: 'Shenzhen interim measures on data-property registration',
      },
      number: '深发改规〔2023〕5号',
      date: null,
    },
    Z4: {
      title: { zh: '深圳数据产权登记公开查询样例', en: 'Sample of the public query in Shenzhen' },
      number: null,
      date: null,
    },
  },
  nature: { kind: 'VOLUNTARY', text: { zh: '自愿登记', en: 'Voluntary' }, source: 'Z1' },
  particulars: [
    {
      topic: 'EFFECT',
      text: { zh: '自2023年7月1日起施行，有效期3年', en: 'In force from 1 July 2023, for 3 years' },
      source: 'Z1',
    },
    {
      topic: 'EFFECT',
      text: { zh: '推断自2026年7月1日起失效，除非已延续', en: 'Inferred: lapsed on 1 July 2026 unless renewed' },
      source: 'INF',
    },
    {
      topic: 'OBJECT',
      text: {
        zh: '数据资源、数据产品；一项为一个登记单元，有唯一编号',
        en: 'Data resources and products; each item is one unit with a unique number',
      },
      source: 'Z1',
    },
    {
      topic: 'REGISTRAR',
      text: { zh: '市发展改革部门主管的一家登记机构', en: 'One body under the city’s reform commission' },
      source: 'Z1',
    },
    {
      topic: 'REVIEW',
      text: {
        zh: '由第三方服务机构进行实质性审查并出具报告',
        en: 'Substantive review by a third party, which gives a report',
      },
      source: 'Z1 §2',
    },
    {
      topic: 'RESULT',
      text: { zh: '登记证书、许可凭证', en: 'Registration certificate, licence certificate' },
      source: 'Z1',
    },
  ],
  types: [
    type('INITIAL', '首次', 'First registration'),
    type('LICENCE', '许可', 'Licence'),
    type('TRANSFER', '转移', 'Transfer', 'BOTH_PARTIES'),
    type('CHANGE', '变更', 'Change'),
    type('CANCELLATION', '注销', 'Cancellation', 'APPLICANT_OR_REGISTRAR'),
  ],
  materials: {},
  fields: {},
  rights: null,
  deadlines: {
    'D-ACCEPT': unknown('受理', 'Acceptance'),
    'D-REVIEW': unknown('初审', 'Initial review'),
    'D-NOTICE': unknown('公示期', 'Public notice'),
    'D-OBJ-NOTICE': unknown('异议处理', 'Decide an objection'),
    'D-VALID': unknown('有效期', 'Validity'),
    'D-RENEW': unknown('续期窗口', 'Window for renewal'),
  },
  grounds: [
    {
      code: 'D-R1',
      kinds: ['REFUSE'],
      text: { zh: '涉及国家核心数据', en: 'National core data' },
      source: 'Z1',
    },
    {
      code: 'D-R2',
      kinds: ['REFUSE'],
      text: {
        zh: '违法取得，或者未取得数据来源方授权',
        en: 'Unlawfully acquired, or without the authorisation of the source',
      },
      source: 'Z1',
    },
    {
      code: 'D-R3',
      kinds: ['REFUSE'],
      text: { zh: '存在尚未解决的权属争议', en: 'A dispute about the rights is not settled' },
      source: 'Z1',
    },
    {
      code: 'D-R4',
      kinds: ['REFUSE'],
      text: { zh: '法律法规规定不予登记的其他情形', en: 'Another law forbids the registration' },
      source: 'Z1',
    },
  ],
  remarks: [],
  noticePolicy: {
    deadline: 'D-NOTICE',
    publisher: null,
    contents: null,
    waiver: { allowed: null, needsReason: true, decidedBy: 'REGISTRAR', source: 'PROP' },
    objection: { deadline: 'D-OBJ-NOTICE', requires: null, ifUpheld: null, source: 'Z1' },
    source: 'Z1',
  },
  validityPolicy: {
    from: null,
    deadline: 'D-VALID',
    cappedByAgreement: false,
    renewal: { window: 'D-RENEW', ifMissed: null, source: 'Z1' },
    source: 'Z1',
  },
  numbering: {
    kind: 'CERTIFICATE_NUMBER',
    length: null,
    // Seen on samples only: too little to refuse a number by.
    pattern: null,
    parts: [
      { id: 'mark', length: 6, text: { zh: '固定标识 SZDEX-', en: 'Fixed mark SZDEX-' } },
      { id: 'kind', length: 4, text: { zh: '登记类别，见于样例为 RE02', en: 'Kind, RE02 in the samples' } },
      { id: 'second', length: 10, text: { zh: 'Unix 秒', en: 'Unix second' } },
      { id: 'serial', length: 6, text: { zh: '流水号', en: 'Serial' } },
    ],
    capacityPerMonth: null,
    example: 'SZDEX-RE021769097600000001',
    newVersion: { policy: 'NEW_NUMBER', source: 'PROP' },
    source: 'Z4; INF',
  },
  committeePolicy: { mode: 'NEVER', triggers: [], deadline: null, panel: null, source: 'PROP' },
  retention: { registrationYears: 30, source: 'Z1', platform: { registrationYears: 30, source: 'PROP' } },
  reviewChecklist: [],
};
