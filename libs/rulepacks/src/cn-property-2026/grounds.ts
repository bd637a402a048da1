import type { RulePackSource } from '../schema.js';

export const grounds: RulePackSource['grounds'] = [
  {
    code: 'A-R1',
    kinds: ['REFUSE'],
    text: {
      zh: '可能危害国家安全、公共利益或者个人、组织合法权益',
      en: 'May harm national security, the public interest or lawful rights of persons and organisations',
    },
    source: 'N1 §22(1)',
  },
  {
    code: 'A-R2',
    kinds: ['REFUSE'],
    text: { zh: '数据来源违反法律法规规定', en: 'The source of the data breaks the law' },
    source: 'N1 §22(2)',
  },
  {
    code: 'A-R3',
    kinds: ['REFUSE'],
    text: { zh: '存在尚未解决的数据权属纠纷', en: 'A dispute about the rights is not settled' },
    source: 'N1 §22(3)',
  },
  {
    code: 'A-R4',
    kinds: ['REFUSE'],
    text: { zh: '隐瞒真实情况或提供虚假证明', en: 'Facts were concealed or false proof was given' },
    source: 'N1 §22(4)',
  },
  {
    code: 'A-R5',
    kinds: ['REFUSE'],
    text: { zh: '法律法规规定不予登记的其他情形', en: 'Another law forbids the registration' },
    source: 'N1 §22(5)',
  },
  {
    code: 'A-R6',
    kinds: ['REFUSE'],
    text: {
      zh: '党政机关履职收集和产生的数据（含委托代为收集的），不进行数据产权登记',
      en: 'Data that government bodies collect or produce in their duties, or have collected for them, is not registered',
    },
    source: 'N1 §15(1)',
  },
  {
    code: 'A-R7',
    kinds: ['RETURN'],
    text: {
      zh: '授权运营形成的公共数据产品和服务尚未在公共数据资源登记平台完成登记',
      en: 'A product of authorised public-data operation is not yet registered on the public platform',
    },
    source: 'N1 §15(2)',
  },
  {
    code: 'A-N1',
    kinds: ['CORRECTION', 'NOT_ACCEPT'],
    text: { zh: '申请材料错误、不齐全或者不符合规定', en: 'The material is wrong, incomplete or not as required' },
    source: 'N1 §17(1)',
  },
  {
    code: 'A-T1',
    kinds: ['TERMINATE'],
    text: {
      zh: '无法补充佐证材料，且无法通过合法渠道核实',
      en: 'Evidence cannot be supplied and cannot be verified lawfully',
    },
    source: 'N1 §18',
  },
  {
    code: 'A-O1',
    kinds: ['REFUSE'],
    text: { zh: '公示期异议成立，不应登记', en: 'An objection during the public notice was upheld' },
    source: 'N1 §25',
  },
  {
    code: 'A-C1',
    kinds: ['CANCEL'],
    text: { zh: '登记申请人申请注销', en: 'The registrant asks for it' },
    source: 'N1 §37(1)',
  },
  {
    code: 'A-C2',
    kinds: ['CANCEL'],
    text: { zh: '因数据销毁等导致数据产权消灭', en: 'The right is extinguished, for example the data was destroyed' },
    source: 'N1 §37(2)',
  },
  {
    code: 'A-C3',
    kinds: ['CANCEL'],
    text: { zh: '按照异议处理结果等应当注销', en: 'The result of an objection requires it' },
    source: 'N1 §37(3)',
  },
  {
    code: 'A-C4',
    kinds: ['CANCEL'],
    text: { zh: '法律法规规定的其他注销情形', en: 'Another law requires it' },
    source: 'N1 §37(4)',
  },
  {
    code: 'A-X1',
    kinds: ['LAPSE'],
    text: { zh: '有效期届满未申请续期，登记凭证自动失效', en: 'The validity ended without a request for renewal' },
    source: 'N1 §36',
  },
  {
    code: 'A-L1',
    kinds: ['RECTIFY', 'CANCEL'],
    text: {
      zh: '登记机构因故意或者重大过失登记错误，并依法承担责任',
      en: 'The registrar erred by intent or gross negligence, and is liable',
    },
    source: 'N1 §38',
  },
];

/** What is written on the register beside a right. */
export const remarks: RulePackSource['remarks'] = [
  {
    kind: 'AGREED_LIMIT',
    text: { zh: '行使期限、行使条件等有约定', en: 'Agreed term or conditions of exercise' },
    source: 'N1 §23(1)',
  },
  {
    kind: 'JUDICIAL_PRESERVATION',
    text: {
      zh: '人民法院、人民检察院、公安机关等依法实施的保全措施',
      en: 'Preservation by a court, procuratorate, police or other authority',
    },
    source: 'N1 §23(2)',
  },
  {
    kind: 'ADMIN_CONTROL',
    text: {
      zh: '行政主管部门为国家安全、公共利益作出的临时管制',
      en: 'Temporary control by an authority for national security or the public interest',
    },
    source: 'N1 §23(3)',
  },
  { kind: 'STATUTORY', text: { zh: '法律法规规定需要记载的事项', en: 'What the law requires' }, source: 'N1 §23(4)' },
  {
    kind: 'OTHER',
    text: { zh: '登记机构认为有必要记载的其他事项', en: 'What the registrar finds necessary' },
    source: 'N1 §23(5)',
  },
];
