import { typeNames } from '../names.js';
import type { RulePackSource } from '../schema.js';
import { reviewChecklist } from './checklist.js';
import { deadlines } from './deadlines.js';
import { fields } from './fields.js';
import { grounds, remarks } from './grounds.js';
import { rightsTable } from './rights.js';

const applicant = ['name', 'kind', 'idNumber', 'contact', 'phone', 'address'].map((field) => `applicant.${field}`);
const parties = applicant.flatMap((field) => [
  field.replace('applicant', 'transferor'),
  field.replace('applicant', 'transferee'),
]);

/** 《数据产权登记工作指引（试行）》: the default regime of the platform. */
export const cnProperty2026: RulePackSource = {
  id: 'CN-PROPERTY-2026',
  jurisdiction: 'CN',
  regime: 'A',
  version: '1.0.0',
  name: { zh: '数据产权登记', en: 'Data-property-right registration' },
  // The day of the document; its text names no other day of effect and no end.
  effectiveFrom: '2026-07-01',
  effectiveTo: null,
  status: 'IN_FORCE',
  sources: {
    N1: {
      title: { zh: '数据产权登记工作指引（试行）', en: 'Guideline on data-property-right registration (trial)' },
      number: '国数综政策〔2026〕35号',
      date: '2026-07-01',
    },
  },
  nature: {
    kind: 'VOLUNTARY',
    text: { zh: '根据自愿原则申请', en: 'On a voluntary basis' },
    source: 'N1 §16',
  },
  types: [
    {
      id: 'INITIAL',
      name: typeNames.INITIAL,
      text: { zh: '对特定数据的数据产权进行的第一次登记', en: 'The first registration of rights in the data' },
      appliesBy: 'APPLICANT',
      needsCertificate: false,
      materials: ['form', 'identity', 'acquisition', 'sample', 'description', 'rights-proof', 'agent'],
      fields: [
        ...applicant,
        'applicant.operatingStatus',
        ...Object.keys(fields).filter((id) => id.startsWith('data.')),
        'rights.configuration',
      ],
      source: 'N1 §33; N1 annex 1',
    },
    {
      id: 'TRANSFER',
      name: typeNames.TRANSFER,
      text: {
        zh: '转让方将全部或部分数据产权转移给受让方且自身不再保留，双方共同申请',
        en: 'All or some rights pass to the transferee and the transferor keeps none of them; both apply together',
      },
      appliesBy: 'BOTH_PARTIES',
      needsCertificate: true,
      materials: ['form', 'contract', 'certificate', 'agent'],
      fields: ['data.name', 'certificateNumber', ...parties, 'transfer.content'],
      source: 'N1 §34; N1 annex 2',
    },
    {
      id: 'CHANGE',
      name: typeNames.CHANGE,
      text: {
        zh: '申请人身份信息变更，或数据描述、时间跨度等有误或变化；不得变更权利主体、数据来源',
        en: 'Identity data of the applicant, or description and time span of the data; never the holder or the source',
      },
      appliesBy: 'APPLICANT',
      needsCertificate: true,
      materials: ['form', 'certificate', 'change-proof', 'agent'],
      fields: ['data.name', 'certificateNumber', ...applicant, 'change.items'],
      source: 'N1 §35; N1 annex 3',
    },
    {
      id: 'RENEWAL',
      name: typeNames.RENEWAL,
      text: { zh: '有效期届满前六个月至届满前一日申请', en: 'Requested from six months to one day before expiry' },
      appliesBy: 'APPLICANT',
      needsCertificate: true,
      materials: ['form', 'certificate', 'agent'],
      fields: ['data.name', 'certificateNumber', ...applicant, 'renewal.request'],
      source: 'N1 §36; N1 annex 4',
    },
    {
      id: 'CANCELLATION',
      name: typeNames.CANCELLATION,
      text: {
        zh: '申请注销、权利消灭、按异议处理结果应当注销等；登记机构可主动注销并书面告知',
        en: 'On request, on extinction of the right or by the result of an objection; the registrar may act by itself, in writing',
      },
      appliesBy: 'APPLICANT_OR_REGISTRAR',
      needsCertificate: true,
      materials: ['form', 'certificate', 'further', 'agent'],
      fields: ['data.name', 'certificateNumber', ...applicant, 'cancellation.reason'],
      source: 'N1 §37; N1 annex 5',
    },
  ],
  materials: {
    form: { name: { zh: '登记申请表', en: 'Application form' }, required: 'ALWAYS', source: 'N1 §16' },
    identity: { name: { zh: '登记申请人身份佐证材料', en: 'Proof of identity' }, required: 'ALWAYS', source: 'N1 §33' },
    acquisition: {
      name: { zh: '数据产权合法取得的佐证材料', en: 'Proof of lawful acquisition' },
      required: 'ALWAYS',
      source: 'N1 §33',
    },
    sample: { name: { zh: '数据样例', en: 'Sample of the data' }, required: 'ALWAYS', source: 'N1 §33' },
    description: { name: { zh: '数据描述', en: 'Description of the data' }, required: 'ALWAYS', source: 'N1 §33' },
    'rights-proof': {
      name: { zh: '权利配置证明文件', en: 'Proof of who has which right' },
      required: 'WHEN_APPLICABLE',
      when: { zh: '存在其他权利主体、权利期限或权利限制的', en: 'When there are other holders, terms or restrictions' },
      source: 'N1 annex 1; PROP',
    },
    contract: { name: { zh: '转让合同', en: 'Contract of transfer' }, required: 'ALWAYS', source: 'N1 §34' },
    certificate: {
      name: { zh: '数据产权登记凭证', en: 'Registration certificate' },
      required: 'ALWAYS',
      source: 'N1 §34; N1 §35; N1 §36; N1 §37',
    },
    'change-proof': {
      name: { zh: '变更内容佐证材料', en: 'Proof of what changed' },
      required: 'ALWAYS',
      source: 'N1 §35',
    },
    further: {
      name: { zh: '登记机构要求提供的其他材料', en: 'What else the registrar requires' },
      required: 'WHEN_APPLICABLE',
      when: { zh: '登记机构要求的', en: 'When the registrar requires it' },
      source: 'N1 §37',
    },
    agent: {
      name: { zh: '授权委托书', en: 'Authority of the agent' },
      required: 'WHEN_APPLICABLE',
      when: { zh: '委托他人申请的', en: 'When an agent applies' },
      source: 'N1 §16; PROP',
    },
  },
  fields,
  rights: rightsTable,
  deadlines,
  grounds,
  remarks,
  noticePolicy: {
    deadline: 'A-NOTICE',
    publisher: 'NATIONAL_SYSTEM',
    contents: [
      { id: 'applicant', name: { zh: '登记申请人信息', en: 'Applicant' } },
      { id: 'data.name', name: { zh: '数据名称', en: 'Name of the data' } },
      { id: 'data.abstract', name: { zh: '数据概述', en: 'Abstract' } },
      { id: 'data.restrictions', name: { zh: '权利限制的记载', en: 'Recorded restrictions' } },
    ],
    waiver: { allowed: true, needsReason: true, decidedBy: 'REGISTRAR', source: 'N1 §24' },
    objection: {
      deadline: 'A-OBJ-NOTICE',
      requires: [
        { zh: '异议理由', en: 'Reason' },
        { zh: '相关材料', en: 'Material' },
      ],
      ifUpheld: 'A-O1',
      source: 'N1 §25',
    },
    source: 'N1 §24',
  },
  validityPolicy: {
    from: 'EVIDENCE',
    deadline: 'A-VALID',
    cappedByAgreement: false,
    renewal: { window: 'A-RENEW', ifMissed: 'A-X1', source: 'N1 §36' },
    source: 'N1 §26',
  },
  numbering: {
    kind: 'CERTIFICATE_NUMBER',
    length: 15,
    pattern: '^SJ\\d{2}\\d\\d{4}(0[1-9]|1[0-2])(?!0000)\\d{4}$',
    parts: [
      { id: 'mark', length: 2, text: { zh: '固定标识 SJ', en: 'Fixed mark SJ' } },
      {
        id: 'region',
        length: 2,
        text: { zh: '登记机构所属地域（GB/T 2260）', en: 'Region of the registrar (GB/T 2260)' },
      },
      { id: 'registrar', length: 1, text: { zh: '登记机构 0–9', en: 'Registrar 0–9' } },
      { id: 'year-month', length: 6, text: { zh: '赋码年月', en: 'Year and month of coding' } },
      { id: 'serial', length: 4, text: { zh: '当月流水号 0001–9999', en: 'Serial of the month 0001–9999' } },
    ],
    capacityPerMonth: 9999,
    example: 'SJ4412026080001',
    newVersion: { policy: 'NEW_NUMBER', source: 'PROP' },
    source: 'N1 §27; N1 annex 6',
  },
  committeePolicy: {
    mode: 'ON_RISK',
    triggers: [
      'PERSONAL_INFORMATION',
      'IMPORTANT_DATA_SUSPECTED',
      'PUBLIC_DATA',
      'FUSED_WITHOUT_CONTRACT',
      'CROSS_BORDER',
      'OBJECTION_PARTLY_UPHELD',
    ],
    deadline: 'A-COMMITTEE',
    panel: {
      atLeast: 5,
      odd: true,
      quorum: '2/3',
      majorityAbove: '1/2',
      vetoOn: 'A-R1',
      opinions: ['PASS', 'PASS_WITH_CONDITIONS', 'RETURN_FOR_SUPPLEMENT', 'FAIL'],
      disciplines: ['LAW', 'SECURITY', 'INDUSTRY', 'ACCOUNTING', 'TECHNOLOGY'],
      conflictMonths: 24,
      answerDays: 1,
      extensionDays: 2,
    },
    source: 'PROP',
  },
  retention: {
    registrationYears: 20,
    source: 'N1 §10(2)',
    platform: { registrationYears: 30, source: 'PROP' },
  },
  reviewChecklist,
};
