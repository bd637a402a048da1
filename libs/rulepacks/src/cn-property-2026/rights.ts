import type { RulePackSource } from '../schema.js';

type Rows = NonNullable<RulePackSource['rights']>;
const all = { HOLD: 'yes', USE: 'yes', OPERATE: 'yes' } as const;
const none = { HOLD: 'no', USE: 'no', OPERATE: 'no' } as const;
const byContract = { HOLD: 'by-contract', USE: 'by-contract', OPERATE: 'by-contract' } as const;

export const rightsTable: Rows = [
  {
    situation: 'SELF_GENERATED',
    text: {
      zh: '在自身或共同参与的生产经营活动中，不违反法律法规、合同约定采集生成的数据',
      en: 'Generated in one’s own or joint production, lawfully and within contract',
    },
    rights: all,
    source: 'N1 §21(1)',
  },
  {
    situation: 'CONTRACTED_COLLECTION',
    text: {
      zh: '基于民事合同授权他人采集、由自身促成产生的数据',
      en: 'Obtained through a contract that lets another collect data one has caused to arise',
    },
    rights: all,
    source: 'N1 §21(2)',
  },
  {
    situation: 'NATURAL_PERSON',
    text: {
      zh: '自然人合法采集、生成、获取的数据',
      en: 'Lawfully collected, generated or obtained by a natural person',
    },
    rights: all,
    source: 'N1 §21(3)',
  },
  {
    situation: 'AUTOMATED_PUBLIC',
    text: {
      zh: '在不非法侵入、不干扰运行、不破坏技术措施、不损害合法权益前提下，通过自动化程序收集的公开数据',
      en: 'Public data gathered by automated means without intrusion, interference, bypass or harm',
    },
    rights: { HOLD: 'yes', USE: 'yes', OPERATE: 'no' },
    source: 'N1 §21(4)',
  },
  {
    situation: 'AUTOMATED_PUBLIC_PRODUCT',
    text: {
      zh: '由自动化程序收集的公开数据形成、不实质性替代被收集方产品和服务的数据产品',
      en: 'A product formed from gathered public data that does not substantially replace the source’s product',
    },
    rights: all,
    source: 'N1 §21(4)',
  },
  {
    situation: 'FUSED_BY_CONTRACT',
    text: {
      zh: '多方融合开发，合同对数据产权有约定',
      en: 'Fused by several parties, the contract says who has which right',
    },
    rights: byContract,
    source: 'N1 §21(5)',
  },
  {
    situation: 'FUSED_SILENT',
    text: {
      zh: '多方融合开发，合同对数据产权未约定或约定不明确',
      en: 'Fused by several parties, the contract is silent or unclear',
    },
    rights: { HOLD: 'yes', USE: 'yes', OPERATE: 'consent-of-others' },
    source: 'N1 §21(5)',
  },
  {
    situation: 'DERIVED',
    text: {
      zh: '对享有使用权的数据作实质改变、显著提升价值形成的衍生数据',
      en: 'Derived from data one may use, with substantial change and clearly higher value',
    },
    rights: all,
    source: 'N1 §21(6); N1 §3',
  },
  {
    situation: 'ENTRUSTED_PROCESSOR',
    text: {
      zh: '受托处理的原始数据、过程数据、结果数据',
      en: 'Raw, intermediate or result data of entrusted processing',
    },
    rights: none,
    exception: 'LAW_OR_CONTRACT',
    source: 'N1 §21(7)',
  },
  {
    situation: 'GOVERNMENT_DUTY',
    text: {
      zh: '党政机关履职收集和产生的数据，含委托或授权他人代为收集的数据',
      en: 'Duty data of party and government bodies, also when collected on their behalf',
    },
    registrable: false,
    rights: none,
    ground: 'A-R6',
    source: 'N1 §15(1)',
  },
  {
    situation: 'AUTHORISED_OPERATION_PRODUCT',
    text: {
      zh: '公共数据资源授权运营形成的公共数据产品和服务（权利以运营协议为准）',
      en: 'Product or service of authorised public-data operation (the operation agreement says which rights)',
    },
    rights: byContract,
    precondition: 'PUBLIC_PLATFORM_REGISTRATION',
    ground: 'A-R7',
    source: 'N1 §15(2); PROP',
  },
  {
    situation: 'UTILITY',
    text: {
      zh: '供水、供气、供热、供电、公共交通等公用企业提供公共服务产生的数据，另有规定的除外',
      en: 'Data of water, gas, heat, power and public-transport utilities from their services, unless otherwise provided',
    },
    rights: all,
    source: 'N1 §15(3); N1 §21(1)',
  },
];
