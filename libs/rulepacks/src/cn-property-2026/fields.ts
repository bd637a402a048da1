import type { RulePackSource } from '../schema.js';

type Fields = RulePackSource['fields'];
type FieldSource = Fields[string];

const partyKinds = [
  { value: 'NATURAL_PERSON', name: { zh: '自然人', en: 'Natural person' } },
  { value: 'LEGAL_PERSON', name: { zh: '法人', en: 'Legal person' } },
  { value: 'UNINCORPORATED', name: { zh: '非法人组织', en: 'Unincorporated organisation' } },
];

/** The block about a person or organisation, the same for applicant, transferor and transferee. */
function party(prefix: string, group: FieldSource['group'], who: { zh: string; en: string }, source: string): Fields {
  const field = (zh: string, en: string, hint: { zh: string; en: string }): FieldSource => ({
    group,
    name: { zh: `${who.zh}${zh}`, en: `${who.en}: ${en}` },
    hint,
    kind: 'TEXT',
    required: true,
    repeats: true,
    source,
  });
  return {
    [`${prefix}.name`]: field('名称', 'name', { zh: '填写名称全称', en: 'Full name' }),
    [`${prefix}.kind`]: {
      ...field('类型', 'kind', { zh: '根据法律属性选择', en: 'By legal nature' }),
      kind: 'CHOICE',
      options: partyKinds,
    },
    [`${prefix}.idNumber`]: field('证件号码', 'identity number', {
      zh: '身份证件号码或统一社会信用代码等',
      en: 'Identity document number or unified social credit code',
    }),
    [`${prefix}.contact`]: field('联系人', 'contact', { zh: '常用联系人', en: 'Whom to reach' }),
    [`${prefix}.phone`]: field('联系电话', 'phone', {
      zh: '固定电话加区号，境外号码加国家或地区代码',
      en: 'With area code; abroad with country code',
    }),
    [`${prefix}.address`]: field('联系地址', 'address', { zh: '详细联系地址', en: 'Full address' }),
  };
}

const data = (
  zh: string,
  en: string,
  rest: Omit<FieldSource, 'group' | 'name' | 'required' | 'source'>,
): FieldSource => ({
  group: 'DATA',
  name: { zh, en },
  required: true,
  source: 'N1 annex 1',
  ...rest,
});

const dataFields: Fields = {
  'data.name': data('数据名称', 'Name of the data', {
    hint: {
      zh: '按“时间、地域、行业、内容、数据类型”填写，简洁、准确、无歧义，不超过40个字',
      en: 'Time, region, industry, content, kind of data; concise and unambiguous, at most 40 characters',
    },
    kind: 'TEXT',
    maxLength: 40,
  }),
  'data.abstract': data('数据概述', 'Abstract', {
    hint: { zh: '功能、形态、用途等，不超过400个字', en: 'Function, form and use, at most 400 characters' },
    kind: 'TEXT',
    maxLength: 400,
  }),
  'data.industry': data('所属行业', 'Industry', {
    hint: { zh: 'GB/T 4754 门类及大类名称', en: 'Section and division of GB/T 4754' },
    kind: 'INDUSTRY',
  }),
  'data.source': data('数据来源', 'Source', {
    hint: { zh: '数据取得的方式', en: 'How the data was obtained' },
    kind: 'CHOICE',
    options: [
      { value: 'COLLECTED', name: { zh: '采集生成', en: 'Collected or generated' } },
      { value: 'CRAWLED_PUBLIC', name: { zh: '通过自动化程序收集公开数据', en: 'Public data gathered automatically' } },
      { value: 'CONTRACT', name: { zh: '协议取得', en: 'Obtained by agreement' } },
      { value: 'DERIVED', name: { zh: '衍生创造', en: 'Derived' } },
    ],
  }),
  'data.region': data('地域范围', 'Region', {
    hint: { zh: '根据数据来源的地域填写', en: 'Where the data comes from' },
    kind: 'CHOICE',
    options: [
      { value: 'INTERNATIONAL', name: { zh: '国际', en: 'International' } },
      { value: 'NATIONAL', name: { zh: '全国', en: 'National' } },
      { value: 'PROVINCE', name: { zh: '省级', en: 'Province' } },
      { value: 'CITY', name: { zh: '市级', en: 'City' } },
      { value: 'COUNTY', name: { zh: '区县级', en: 'County' } },
      { value: 'BELOW_COUNTY', name: { zh: '区县级以下', en: 'Below county' } },
    ],
  }),
  'data.timeRange': data('时域范围', 'Time range', {
    hint: { zh: '数据覆盖的起止日期', en: 'First and last day covered' },
    kind: 'DATE_RANGE',
  }),
  'data.updateFrequency': data('更新频率', 'Update frequency', {
    hint: { zh: '数据更新的频率', en: 'How often the data is updated' },
    kind: 'CHOICE',
    options: [
      { value: 'DAILY', name: { zh: '按天更新', en: 'Daily' } },
      { value: 'WEEKLY', name: { zh: '按周更新', en: 'Weekly' } },
      { value: 'MONTHLY', name: { zh: '按月更新', en: 'Monthly' } },
      { value: 'YEARLY', name: { zh: '按年更新', en: 'Yearly' } },
      { value: 'ON_DEMAND', name: { zh: '按需更新', en: 'On demand' } },
      { value: 'REAL_TIME', name: { zh: '实时更新', en: 'Real time' } },
      { value: 'OTHER', name: { zh: '其他', en: 'Other' } },
    ],
  }),
  'data.volume': data('数据量', 'Volume', {
    hint: { zh: '规模和量级，如条数、TB', en: 'Scale, for example rows and TB' },
    kind: 'TEXT',
  }),
  'data.media': data('数据形态', 'Form', {
    hint: { zh: '图片、文本、视频、音频、表格或其他', en: 'Image, text, video, audio, table or other' },
    kind: 'CHOICES',
    options: [
      { value: 'IMAGE', name: { zh: '图片', en: 'Image' } },
      { value: 'TEXT', name: { zh: '文本', en: 'Text' } },
      { value: 'VIDEO', name: { zh: '视频', en: 'Video' } },
      { value: 'AUDIO', name: { zh: '音频', en: 'Audio' } },
      { value: 'TABLE', name: { zh: '表格', en: 'Table' } },
      { value: 'OTHER', name: { zh: '其他形态', en: 'Other' } },
    ],
  }),
  'data.structure': data('数据结构', 'Structure', {
    hint: { zh: '结构化、半结构化或非结构化', en: 'Structured, semi-structured or unstructured' },
    kind: 'CHOICE',
    options: [
      { value: 'STRUCTURED', name: { zh: '结构化', en: 'Structured' } },
      { value: 'SEMI_STRUCTURED', name: { zh: '半结构化', en: 'Semi-structured' } },
      { value: 'UNSTRUCTURED', name: { zh: '非结构化', en: 'Unstructured' } },
    ],
  }),
  'data.restrictions': data('限制范围', 'Restrictions', {
    hint: {
      zh: '适用对象、买方资质和能力、应用环境、所属地域、可否转售、可否出境等；没有则填“无”',
      en: 'Who may use it, buyer’s qualification and capacity, environment, region, resale, export; else “无” (none)',
    },
    kind: 'TEXT',
  }),
};

const request = (zh: string, en: string, hint: { zh: string; en: string }, source: string): FieldSource => ({
  group: 'REQUEST',
  name: { zh, en },
  hint,
  kind: 'TEXT',
  required: true,
  source,
});

export const fields: Fields = {
  ...party(
    'applicant',
    'APPLICANT',
    { zh: '申请人', en: 'Applicant' },
    'N1 annex 1; N1 annex 3; N1 annex 4; N1 annex 5',
  ),
  'applicant.operatingStatus': {
    group: 'APPLICANT',
    name: { zh: '经营情况', en: 'Applicant: operating status' },
    hint: {
      zh: '法定代表人、注册时间、注册地址、营业期限、经营范围、存续情况等',
      en: 'Legal representative, date and address of registration, term, scope, existence',
    },
    kind: 'TEXT',
    required: true,
    repeats: true,
    source: 'N1 annex 1',
  },
  ...dataFields,
  'rights.configuration': {
    group: 'RIGHTS',
    name: { zh: '权利配置说明', en: 'Who has which right' },
    hint: {
      zh: '相关权利主体（含申请人）名称、统一社会信用代码、权利类型、期限、限制，并提供证明文件',
      en: 'Every holder including the applicant: name, credit code, right, term, restriction, with proof',
    },
    kind: 'TABLE',
    required: true,
    repeats: true,
    source: 'N1 annex 1',
  },
  certificateNumber: {
    ...request('数据产权登记凭证编号', 'Certificate number', { zh: '15位编号', en: '15 characters' }, 'N1 annex 2'),
    kind: 'CERTIFICATE_NUMBER',
  },
  ...party('transferor', 'TRANSFEROR', { zh: '转让方', en: 'Transferor' }, 'N1 annex 2'),
  ...party('transferee', 'TRANSFEREE', { zh: '受让方', en: 'Transferee' }, 'N1 annex 2'),
  'transfer.content': request(
    '转让权利内容',
    'What is transferred',
    {
      zh: '受让方获得的数据范围、权利类型、权利范围、有效期限、使用范围等',
      en: 'Scope of data, kinds and scope of rights, validity and scope of use that the transferee gets',
    },
    'N1 annex 2',
  ),
  'change.items': {
    ...request('变更事项', 'What changes', { zh: '变更前内容、变更后内容', en: 'Before and after' }, 'N1 annex 3'),
    kind: 'TABLE',
    repeats: true,
  },
  'renewal.request': request(
    '续期事项',
    'What is renewed',
    { zh: '申请续期的时间、数据产权类型等', en: 'Period of renewal and kinds of rights' },
    'N1 annex 4',
  ),
  'cancellation.reason': request(
    '注销事由',
    'Why it is cancelled',
    { zh: '涉及注销的数据产权类型等', en: 'Kinds of rights to be cancelled and why' },
    'N1 annex 5',
  ),
};
