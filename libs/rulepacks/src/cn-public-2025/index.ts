import { typeNames } from '../names.js';
import type { RulePackSource } from '../schema.js';
import { deadlines } from './deadlines.js';
import { grounds } from './grounds.js';

const material = (zh: string, en: string, source: string): RulePackSource['materials'][string] => ({
  name: { zh, en },
  required: 'ALWAYS',
  source,
});

/** The formal review looks whether everything is there that §7 and §9 ask for. */
const ask = (id: string, area: 'DESCRIPTION' | 'SOURCE' | 'REGISTRABLE', zh: string, en: string, source: string) => ({
  id,
  area,
  question: { zh, en },
  appliesTo: null,
  onFail: { supplement: true, grounds: ['B-R1'] },
  source,
});

/** 《公共数据资源登记管理暂行办法》: registration of public-data resources, beside that of property rights. */
export const cnPublic2025: RulePackSource = {
  id: 'CN-PUBLIC-2025',
  jurisdiction: 'CN',
  regime: 'B',
  version: '1.0.0',
  name: { zh: '公共数据资源登记', en: 'Public-data-resource registration' },
  effectiveFrom: '2025-03-01',
  effectiveTo: '2030-02-28',
  status: 'IN_FORCE',
  sources: {
    N2: {
      title: {
        zh: '公共数据资源登记管理暂行办法',
        en: 'Interim measures on the registration of public-data resources',
      },
      number: '发改数据规〔2025〕26号',
      date: null,
    },
    G6: {
      title: {
        zh: '广东省公共数据资源登记管理实施细则（试行）',
        en: 'Guangdong rules on the registration of public-data resources (trial)',
      },
      number: null,
      date: null,
    },
  },
  nature: {
    kind: 'MANDATORY',
    text: {
      zh: '纳入授权运营范围的公共数据资源应当登记，鼓励对其他公共数据资源和产品服务进行登记',
      en: 'Mandatory for resources inside authorised operation, encouraged for all others',
    },
    source: 'N2; G6',
  },
  particulars: [
    {
      topic: 'EFFECT',
      text: { zh: '自2025年3月1日起施行，有效期5年', en: 'In force from 1 March 2025, for 5 years' },
      source: 'N2',
    },
    {
      topic: 'OBJECT',
      text: {
        zh: '公共数据资源及其形成的产品和服务',
        en: 'Public-data resources, and products and services formed of them',
      },
      source: 'N2',
    },
    {
      topic: 'REGISTRAR',
      text: {
        zh: '按层级和属地设立或指定的事业单位',
        en: 'A public institution, by level of government and territory',
      },
      source: 'N2 §3',
    },
    { topic: 'REVIEW', text: { zh: '形式审核', en: 'Formal review' }, source: 'N2 §11' },
    {
      topic: 'RESULT',
      text: {
        zh: '按国家统一编码赋予登记结果查询码',
        en: 'A query code for the result, under the national coding',
      },
      source: 'N2',
    },
  ],
  duties: [
    {
      id: 'FIRST',
      name: { zh: '首次登记义务', en: 'Duty of first registration' },
      text: {
        zh: '授权运营范围内的数据资源、产品和服务，提供或交付后须在期限内申请首次登记',
        en: 'What is supplied or delivered under authorised operation must be registered in time',
      },
      deadline: 'B-FIRST',
      source: 'N2 §9',
    },
    {
      id: 'FIRST-RUNNING',
      name: { zh: '已开展授权运营的首次登记义务', en: 'The same for operation that was running before' },
      text: {
        zh: '施行前已开展授权运营的，自施行之日起在期限内申请首次登记',
        en: 'Operation that ran before the measures took effect must be registered in time from then on',
      },
      deadline: 'B-FIRST-RUNNING',
      source: 'N2',
    },
  ],
  types: [
    {
      id: 'INITIAL',
      name: { zh: '首次登记', en: 'First registration' },
      text: {
        zh: '对公共数据资源或产品和服务进行的第一次登记',
        en: 'The first registration of the resource, product or service',
      },
      appliesBy: 'APPLICANT',
      needsCertificate: false,
      materials: ['subject', 'source', 'resource', 'evidence', 'product', 'scenario', 'risk-assessment'],
      fields: null,
      prerequisites: [
        {
          kind: 'EVIDENCE_STORED',
          text: { zh: '申请登记前应当完成存证', en: 'Evidence is stored before the application is made' },
          source: 'N2 §7',
        },
        { kind: 'SCENARIO', text: { zh: '须有应用场景', en: 'There is a scenario of use' }, source: 'N2 §9' },
        {
          kind: 'RISK_ASSESSMENT',
          text: { zh: '须完成数据安全风险评估', en: 'The security risk is assessed' },
          source: 'N2 §9',
        },
      ],
      source: 'N2 §9',
    },
    {
      id: 'CHANGE',
      name: typeNames.CHANGE,
      text: { zh: '登记信息发生变化', en: 'What is registered has changed' },
      appliesBy: 'APPLICANT',
      needsCertificate: true,
      materials: null,
      fields: null,
      source: 'N2 §9',
    },
    {
      id: 'CORRECTION',
      name: typeNames.CORRECTION,
      text: { zh: '登记记载的信息有误', en: 'What is recorded is wrong' },
      appliesBy: 'APPLICANT',
      needsCertificate: true,
      materials: null,
      fields: null,
      source: 'N2 §9(3)',
    },
    {
      id: 'CANCELLATION',
      name: typeNames.CANCELLATION,
      text: {
        zh: '数据灭失、放弃权益、主体终止等；有效期届满未续展的，由登记机构注销',
        en: 'The data is lost, the right is waived or the registrant has ended; without renewal the registrar cancels',
      },
      appliesBy: 'APPLICANT_OR_REGISTRAR',
      needsCertificate: true,
      materials: null,
      fields: null,
      source: 'N2 §9(4); N2 §15',
    },
    {
      id: 'RENEWAL',
      name: { zh: '续展', en: 'Renewal' },
      text: {
        zh: '有效期届满前60日内申请，每次续展不超过3年',
        en: 'Within the 60 days before expiry, each time for at most 3 years',
      },
      appliesBy: 'APPLICANT',
      needsCertificate: true,
      materials: null,
      fields: null,
      source: 'N2 §15',
    },
    {
      id: 'REVOCATION',
      name: typeNames.REVOCATION,
      text: {
        zh: '提供虚假材料、篡改伪造或者非法使用登记结果等',
        en: 'False material, tampering, or unlawful use of the result',
      },
      appliesBy: 'REGISTRAR',
      needsCertificate: true,
      materials: null,
      fields: null,
      source: 'N2 §20',
    },
  ],
  materials: {
    subject: material('登记主体信息', 'Information on the registrant', 'N2 §9'),
    source: material('数据合法合规性来源', 'Lawful source of the data', 'N2 §9'),
    resource: material('数据资源情况', 'Information on the resource', 'N2 §9'),
    evidence: material('存证情况', 'Information on the stored evidence', 'N2 §7; N2 §9'),
    product: material('产品和服务信息', 'Information on products and services', 'N2 §9'),
    scenario: material('应用场景信息', 'Scenario of use', 'N2 §9'),
    'risk-assessment': material('数据安全风险评估', 'Security risk assessment', 'N2 §9'),
  },
  fields: {},
  rights: null,
  deadlines,
  grounds,
  remarks: [],
  noticePolicy: {
    deadline: 'B-NOTICE',
    publisher: null,
    contents: [
      { id: 'applicant', name: { zh: '登记主体名称', en: 'Name of the registrant' } },
      { id: 'type', name: { zh: '登记类型', en: 'Type of registration' } },
      { id: 'data.name', name: { zh: '数据名称', en: 'Name of the data' } },
      { id: 'data.abstract', name: { zh: '数据概述', en: 'Summary' } },
    ],
    waiver: { allowed: null, needsReason: true, decidedBy: 'REGISTRAR', source: 'PROP' },
    objection: { deadline: 'B-OBJ-NOTICE', requires: null, ifUpheld: 'B-T1', source: 'N2 §12' },
    source: 'N2 §12',
  },
  validityPolicy: {
    from: 'CODING',
    deadline: 'B-VALID',
    cappedByAgreement: true,
    renewal: { window: 'B-RENEW', validity: 'B-RENEWED', ifMissed: 'B-C5', source: 'N2 §15' },
    source: 'N2 §15',
  },
  numbering: {
    kind: 'QUERY_CODE',
    length: null,
    pattern: null,
    parts: [],
    capacityPerMonth: null,
    example: null,
    newVersion: { policy: 'NEW_NUMBER', source: 'PROP' },
    source: 'N2',
  },
  committeePolicy: { mode: 'NEVER', triggers: [], deadline: null, panel: null, source: 'PROP' },
  retention: { registrationYears: null, source: 'N2', platform: { registrationYears: 30, source: 'PROP' } },
  reviewChecklist: [
    ask('B-F1', 'DESCRIPTION', '登记主体信息是否齐全', 'Is the information on the registrant complete?', 'N2 §9; PROP'),
    ask('B-F2', 'SOURCE', '是否说明数据合法合规性来源', 'Is the lawful source of the data stated?', 'N2 §9; PROP'),
    ask(
      'B-F3',
      'DESCRIPTION',
      '数据资源、产品和服务的信息是否齐全',
      'Is the information on resource, product and service complete?',
      'N2 §9; PROP',
    ),
    ask('B-F4', 'REGISTRABLE', '申请前是否已完成存证', 'Was evidence stored before the application?', 'N2 §7; PROP'),
    ask('B-F5', 'REGISTRABLE', '是否有应用场景', 'Is there a scenario of use?', 'N2 §9; PROP'),
    ask('B-F6', 'REGISTRABLE', '是否已作数据安全风险评估', 'Was the security risk assessed?', 'N2 §9; PROP'),
  ],
};
