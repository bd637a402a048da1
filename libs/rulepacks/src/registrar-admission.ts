import type { Text } from './schema.js';

/**
 * What a registration institution has to show before it is recommended and catalogued (N1 §7–§9), as data beside its source. Amounts are
 * in fen. `document`: proven by a document; the review team is proven by the staff list.
 */
export interface AdmissionRule {
  readonly code: string;
  readonly name: Text;
  readonly document: boolean;
  readonly source: string;
}

export const registrarAdmission = {
  /** N1 §7: the paid-in capital of an enterprise, CNY 100 m. */
  paidInCapitalFen: 10_000_000_000n,
  /** Years of service in data registration or circulation. */
  serviceYears: 2,
  /** Years of experience of each reviewer, in one of these disciplines. */
  reviewerYears: 3,
  disciplines: ['DATA', 'LAW'],
  /** Multi-level protection scheme (等保). */
  mlpsLevel: 3,
  cleanYears: 3,
  rules: [
    {
      code: 'LEGAL_PERSON',
      name: {
        zh: '在中国境内依法设立并有效存续的企业法人或事业单位',
        en: 'An enterprise or public institution in good standing, established in China',
      },
      document: true,
      source: 'N1 §7',
    },
    {
      code: 'FUNDS',
      name: {
        zh: '企业实缴注册资本不低于一亿元;事业单位有经费保障',
        en: 'An enterprise: paid-in capital of at least CNY 100 m; a public institution: assured funds',
      },
      document: true,
      source: 'N1 §7',
    },
    { code: 'PREMISES', name: { zh: '有固定的经营场所', en: 'Fixed premises' }, document: true, source: 'N1 §7' },
    {
      code: 'SERVICE',
      name: {
        zh: '从事数据登记或流通服务两年以上',
        en: 'At least 2 years of service in data registration or circulation',
      },
      document: true,
      source: 'N1 §7',
    },
    {
      code: 'GOVERNANCE',
      name: {
        zh: '有健全的治理、人员、安全、应急和退出制度',
        en: 'Governance, staff, security, emergency and exit plans',
      },
      document: true,
      source: 'N1 §7',
    },
    {
      code: 'REVIEW_TEAM',
      name: {
        zh: '有专门的审查团队,成员具有三年以上数据或法律从业经历',
        en: 'A dedicated review team, each member with at least 3 years of experience in data or law',
      },
      document: false,
      source: 'N1 §7',
    },
    {
      code: 'SYSTEM',
      name: {
        zh: '信息系统达到网络安全等级保护三级以上',
        en: 'Its information system is at level 3 of the protection scheme or above',
      },
      document: true,
      source: 'N1 §7(6)',
    },
    {
      code: 'RECORD',
      name: {
        zh: '三年内无不正当竞争、经营异常、严重违法等不良记录',
        en: 'For 3 years no unfair competition, abnormal operation or serious violation',
      },
      document: true,
      source: 'N1 §7',
    },
  ] satisfies AdmissionRule[] as readonly AdmissionRule[],
} as const;
