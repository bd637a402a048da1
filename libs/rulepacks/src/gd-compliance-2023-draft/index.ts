import type { RulePackSource } from '../schema.js';

/** Of the draft only the first articles are known: what is beyond them is not published. */
const unknown = (zh: string, en: string): RulePackSource['deadlines'][string] => ({
  kind: 'UNPUBLISHED',
  name: { zh, en },
  source: 'G1',
});

const type = (
  id: RulePackSource['types'][number]['id'],
  zh: string,
  en: string,
  appliesBy: RulePackSource['types'][number]['appliesBy'],
): RulePackSource['types'][number] => ({
  id,
  name: { zh: `${zh}登记`, en },
  text: { zh: `${zh}登记的条件和程序未公布`, en: `Conditions and procedure are not published` },
  appliesBy,
  needsCertificate: id !== 'INITIAL',
  materials: null,
  fields: null,
  ...(id === 'INITIAL' && {
    prerequisites: [
      {
        kind: 'SCENARIO' as const,
        text: { zh: '无场景不登记', en: 'No registration without a scenario of use' },
        source: 'G8',
      },
    ],
  }),
  source: 'G1',
});

/** 广东省《数据资产合规登记规则（试行）》征求意见稿: a skeleton, never in force. */
export const gdCompliance2023Draft: RulePackSource = {
  id: 'GD-COMPLIANCE-2023-DRAFT',
  jurisdiction: 'CN-GD',
  regime: 'C',
  version: '0.1.0',
  name: { zh: '数据资产合规登记（征求意见稿）', en: 'Data-asset compliance registration (draft)' },
  effectiveFrom: null,
  effectiveTo: null,
  status: 'DRAFT',
  sources: {
    G1: {
      title: {
        zh: '广东省数据资产合规登记规则（试行）（征求意见稿）',
        en: 'Guangdong rules on data-asset compliance registration (trial), draft for comments',
      },
      number: null,
      date: null,
    },
    G8: {
      title: { zh: '广州数据交易所运营的报道', en: 'Reports on the operation of the Guangzhou exchange' },
      number: null,
      date: null,
    },
  },
  nature: {
    kind: 'ENCOURAGED',
    text: { zh: '鼓励登记；进场交易前应当开展', en: 'Encouraged; required before trading on the exchange' },
    source: 'G1',
  },
  particulars: [
    {
      topic: 'EFFECT',
      text: { zh: '2023年4月征求意见，未施行', en: 'Published for comments in April 2023, not in force' },
      source: 'G1',
    },
    {
      topic: 'OBJECT',
      text: {
        zh: '数据产品和服务：数据集、数据服务接口、数据指标、数据报告、数据模型算法、数据应用',
        en: 'Products and services: data sets, interfaces, indicators, reports, models and algorithms, applications',
      },
      source: 'G1',
    },
    {
      topic: 'REGISTRAR',
      text: {
        zh: '经省政务服务数据管理局授权开展数据资产登记的政府有关部门或者其他机构',
        en: 'Departments or other institutions authorised by the provincial data authority',
      },
      source: 'G1 §3',
    },
    {
      topic: 'REVIEW',
      text: {
        zh: '由登记合规委员会（专家组织）依法依规进行合规性审核',
        en: 'Compliance review by the compliance committee, a body of experts',
      },
      source: 'G1 §3(5)',
    },
    { topic: 'RESULT', text: { zh: '数据资产登记凭证', en: 'Data-asset registration certificate' }, source: 'G1' },
    {
      topic: 'TRADE',
      text: { zh: '进场交易前，应当开展数据资产登记', en: 'Registration comes before trading on the exchange' },
      source: 'G1',
    },
  ],
  types: [
    type('INITIAL', '首次', 'First registration', 'APPLICANT'),
    type('CHANGE', '变动', 'Change', 'APPLICANT'),
    type('CANCELLATION', '注销', 'Cancellation', 'APPLICANT_OR_REGISTRAR'),
    type('REVOCATION', '撤销', 'Revocation', 'REGISTRAR'),
  ],
  materials: {},
  fields: {},
  rights: null,
  deadlines: {
    'C-ACCEPT': unknown('受理', 'Acceptance'),
    'C-REVIEW': unknown('合规审核', 'Compliance review'),
    'C-COMMITTEE': unknown('合规委员会会审', 'Opinion of the compliance committee'),
    'C-NOTICE': unknown('公示期', 'Public notice'),
    'C-OBJ-NOTICE': unknown('异议处理', 'Decide an objection'),
    'C-VALID': unknown('有效期', 'Validity'),
    'C-RENEW': unknown('续期窗口', 'Window for renewal'),
  },
  grounds: [],
  remarks: [],
  noticePolicy: {
    deadline: 'C-NOTICE',
    publisher: null,
    contents: null,
    waiver: { allowed: null, needsReason: true, decidedBy: 'REGISTRAR', source: 'PROP' },
    objection: { deadline: 'C-OBJ-NOTICE', requires: null, ifUpheld: null, source: 'G1' },
    source: 'G1',
  },
  validityPolicy: {
    from: null,
    deadline: 'C-VALID',
    cappedByAgreement: false,
    renewal: { window: 'C-RENEW', ifMissed: null, source: 'G1' },
    source: 'G1',
  },
  numbering: {
    kind: null,
    length: null,
    pattern: null,
    parts: [],
    capacityPerMonth: null,
    example: null,
    newVersion: { policy: 'NEW_NUMBER', source: 'PROP' },
    source: 'G1',
  },
  committeePolicy: {
    mode: 'ALWAYS',
    triggers: [],
    deadline: 'C-COMMITTEE',
    // How the committee sits is not published; the panel is that of this platform.
    panel: {
      atLeast: 5,
      odd: true,
      quorum: '2/3',
      majorityAbove: '1/2',
      vetoOn: null,
      opinions: ['PASS', 'PASS_WITH_CONDITIONS', 'RETURN_FOR_SUPPLEMENT', 'FAIL'],
    },
    source: 'G1 §3(5); PROP',
  },
  retention: { registrationYears: null, source: 'G1', platform: { registrationYears: 30, source: 'PROP' } },
  reviewChecklist: [],
};
