import type { Licence, Money } from '@app/sdk';

interface Party {
  readonly id: string;
  readonly name: string;
  readonly uscc: string;
}

/**
 * What is agreed, as data. The skeleton is that of 《数据提供合同》 (national template of July 2025): subject, rights, delivery, fees,
 * acceptance, security. Its canonical form is hashed and signed; the readable texts follow from it.
 */
export interface ContractDocument {
  readonly form: 'data-provision-contract';
  readonly formVersion: 1;
  readonly orderId: string;
  readonly number: string;
  readonly placedAt: string;
  readonly venue: { readonly id: string; readonly name: { readonly zh: string; readonly en: string } };
  readonly provider: Party;
  readonly recipient: Party;
  readonly broker: Party | null;
  readonly subject: {
    readonly listingId: string;
    readonly title: string;
    readonly productType: string;
    readonly resourceId: string;
    readonly resourceName: string;
    readonly sha256: string;
    readonly certificateNumber: string;
  };
  readonly licence: Licence;
  readonly price: Money;
  readonly distributionSchemeId: string | null;
  readonly delivery: { readonly mode: 'FILE' };
  readonly acceptance: {
    readonly workingDays: number;
    readonly silentAcceptance: boolean;
    readonly repeatedDeliveries: number;
  };
}

/** The contract for people: numbered clauses, Chinese and English. */
export function readable(contract: ContractDocument): { zh: string; en: string } {
  const clauses = [subjectOf, licenceOf, deliveryOf, feesOf, acceptanceOf, securityOf].map((clause) =>
    clause(contract),
  );
  const { number, placedAt, provider, recipient, broker, venue } = contract;
  const zhParties = [`提供方:${provider.name}(${provider.uscc})`, `接收方:${recipient.name}(${recipient.uscc})`];
  const enParties = [
    `Provider: ${provider.name} (${provider.uscc})`,
    `Recipient: ${recipient.name} (${recipient.uscc})`,
  ];
  if (broker) {
    zhParties.push(`数据经纪人(中介披露):${broker.name}(${broker.uscc})`);
    enParties.push(`Broker, disclosed to both: ${broker.name} (${broker.uscc})`);
  }
  const zhTitle = [`数据提供合同 ${number}`, `场所:${venue.name.zh}`, `订立请求时间:${placedAt}`];
  const enTitle = [`Data provision contract ${number}`, `Venue: ${venue.name.en}`, `Ordered at: ${placedAt}`];
  return {
    zh: [...zhTitle, ...zhParties, ...clauses.map(([zh], i) => `${i + 1}. ${zh}`)].join('\n'),
    en: [...enTitle, ...enParties, ...clauses.map(([, en], i) => `${i + 1}. ${en}`)].join('\n'),
  };
}

type Clause = [zh: string, en: string];

const subjectOf = ({ subject }: ContractDocument): Clause => [
  `标的数据:《${subject.title}》(${subject.resourceName}),登记凭证 ${subject.certificateNumber},文件 SHA-256 ${subject.sha256}。`,
  `Subject: "${subject.title}" (${subject.resourceName}), certificate ${subject.certificateNumber}, file SHA-256 ${subject.sha256}.`,
];

function licenceOf({ licence: { exclusive, termMonths, resale, purposes } }: ContractDocument): Clause {
  const zhTerm = termMonths === null ? '期限不限' : `期限 ${termMonths} 个月`;
  const enTerm = termMonths === null ? 'without end' : `for ${termMonths} months`;
  const zh = `权利安排:${exclusive ? '独占' : '非独占'}使用许可,${zhTerm},${resale ? '可以' : '不得'}转售`;
  const en = `Rights: ${exclusive ? 'exclusive' : 'non-exclusive'} licence to use, ${enTerm}, resale ${resale ? 'allowed' : 'forbidden'}`;
  return [`${zh};用途:${purposes || '未限定'}。`, `${en}; purposes: ${purposes || 'not limited'}.`];
}

const deliveryOf = (): Clause => [
  '交付:文件经 AES-256-GCM 加密,内容密钥仅以接收方登记的密钥封装;接收方以一次性链接取得,并对文件哈希签署回执。',
  'Delivery: the file is sealed with AES-256-GCM, its key wrapped for the key that the recipient registered; the recipient fetches it by a one-time link and signs a receipt over its hash.',
];

function feesOf({ price: { amount, currency }, distributionSchemeId }: ContractDocument): Clause {
  const total = `${currency} ${yuan(amount)}`;
  const zhScheme = distributionSchemeId ? `,按收益分配方案 ${distributionSchemeId} 分配` : '';
  const enScheme = distributionSchemeId ? `, shared by the distribution scheme ${distributionSchemeId}` : '';
  return [
    `价款:${total},由接收方付入托管账户,验收后释放${zhScheme}。`,
    `Price: ${total}, paid into escrow by the recipient and released after acceptance${enScheme}.`,
  ];
}

function acceptanceOf({ acceptance: { workingDays, silentAcceptance, repeatedDeliveries } }: ContractDocument): Clause {
  const zhSilence = silentAcceptance ? '期满未提出异议视为验收合格' : '非经使用无法判断,期满未提出异议不视为验收合格';
  const enSilence = silentAcceptance
    ? 'silence until then accepts'
    : 'only use can judge the data, so silence does not accept';
  return [
    `验收:自收到之日起 ${workingDays} 个工作日,${zhSilence};重新交付以 ${repeatedDeliveries} 次为限,其后转入争议处理。`,
    `Acceptance: within ${workingDays} working days of receipt; ${enSilence}. At most ${repeatedDeliveries} repeated deliveries, then a dispute.`,
  ];
}

const securityOf = (): Clause => [
  '安全与保密:接收方不得识别特定自然人,须采取与数据级别相当的保护措施;凭证失效的,未完成的订单中止并退款。',
  'Security: the recipient identifies no natural person and protects the data by its grade; if the certificate ends, an unfinished order stops and is refunded.',
];

/** Fen to yuan, by digits: 10005 → 100.05. */
const yuan = (fen: string): string => fen.padStart(3, '0').replace(/(\d{2})$/, '.$1');
