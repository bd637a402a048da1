/**
 * Every reason for which a verifier refuses, in Chinese and English. The codes are stable; the texts are for people.
 */
export const REJECTIONS = {
  MALFORMED: ['不是有效的紧凑 JWS', 'Not a well-formed compact JWS'],
  UNSECURED_JSON: ['未经签名保护的 JSON', 'JSON that no signature secures'],
  ALG_NONE: ['签名算法为 none,等于没有签名', 'The algorithm is "none": there is no signature'],
  ALG_UNSUPPORTED: ['签名算法不受支持或与密钥不符', 'The algorithm is not supported, or not the one of the key'],
  TYP_WRONG: ['JWS 头的 typ 不是 vc+jwt', 'The header’s typ is not vc+jwt'],
  CTY_WRONG: ['JWS 头的 cty 不是 vc', 'The header’s cty is not vc'],
  KID_MISSING: ['JWS 头没有 kid', 'The header has no kid'],
  KEY_UNKNOWN: ['找不到签名密钥', 'The signing key is not known'],
  SIGNATURE_INVALID: ['签名无效,内容可能被改动', 'The signature does not hold; the content may have been changed'],
  VC_CLAIM: ['载荷中出现禁用的 vc 声明', 'The payload has a forbidden vc claim'],
  VP_CLAIM: ['载荷中出现禁用的 vp 声明', 'The payload has a forbidden vp claim'],
  CLAIM_CONTRADICTS: ['JWT 声明与凭证内容矛盾', 'A JWT claim contradicts the credential'],
  ISSUER_NOT_CONTROLLER: ['签发者不是签名密钥的控制者', 'The issuer is not the controller of the signing key'],
  NOT_YET_VALID: ['凭证尚未生效', 'The credential is not yet valid'],
  EXPIRED: ['凭证已过有效期', 'The credential has expired'],
  VALIDITY_MALFORMED: ['有效期格式错误或前后颠倒', 'The validity period is malformed or reversed'],
  CONTEXT_MISSING: ['@context 第一项不是 VC 2.0 上下文', 'The first @context is not the one of VC 2.0'],
  CONTEXT_UNKNOWN: ['引用了未知的 @context', 'An @context is not known'],
  CONTEXT_REDEFINES: ['@context 重新定义了受保护的术语', 'An @context redefines a protected term'],
  TERM_UNMAPPED: ['含有 @context 未定义的术语', 'A term is not defined by the @context'],
  TYPE_MISSING: ['缺少必需的 type', 'A required type is missing'],
  ID_NOT_SINGLE: ['id 不是唯一的一个值', 'An id is not a single value'],
  ID_NOT_URL: ['id 不是 URL', 'An id is not a URL'],
  ISSUER_MALFORMED: ['签发者缺失或不是 URL', 'The issuer is missing or not a URL'],
  SUBJECT_MISSING: ['credentialSubject 缺失或为空', 'The credentialSubject is missing or empty'],
  STATUS_TYPE_UNSUPPORTED: ['凭证状态的类型不受支持', 'The type of the credential status is not supported'],
  STATUS_LIST_UNAVAILABLE: ['无法取得状态列表', 'The status list cannot be had'],
  STATUS_LIST_INVALID: ['状态列表凭证未通过验证', 'The status list credential does not verify'],
  STATUS_LIST_EXPIRED: ['状态列表已过期', 'The status list has expired'],
  STATUS_LIST_NOT_YET_VALID: ['状态列表尚未生效', 'The status list is not yet valid'],
  STATUS_LIST_OTHER: ['取得的是另一份状态列表', 'The list received is another one than named'],
  STATUS_LIST_WRONG_TYPE: ['状态列表类型错误', 'The status list is of the wrong type'],
  STATUS_LIST_OTHER_ISSUER: ['状态列表由另一签发者签发', 'The status list is by another issuer'],
  STATUS_LIST_MALFORMED: ['状态列表编码错误或过大', 'The status list’s encoding is wrong or too large'],
  STATUS_LIST_TOO_SHORT: ['状态列表短于 131072 位', 'The status list is shorter than 131,072 bits'],
  STATUS_INDEX_MALFORMED: ['状态索引不是十进制文本', 'The status index is not a decimal text'],
  STATUS_INDEX_OUT_OF_RANGE: ['状态索引超出列表范围', 'The status index is outside the list'],
  STATUS_PURPOSE_MISMATCH: ['状态用途与列表不符', 'The status purpose is not one of the list'],
  REVOKED: ['凭证已撤销', 'The credential is revoked'],
  SUPERSEDED: ['凭证已被登记簿上的后续登记更替', 'A later registration has taken the place of the credential'],
  SUSPENDED: ['凭证已暂停', 'The credential is suspended'],
  DOCUMENT_HASH_DIFFERS: ['文件哈希与登记簿不一致', 'The document’s hash differs from the register'],
  REGISTER_UNKNOWN: ['登记簿中没有该凭证', 'The register has no such certificate'],
  REGISTER_DIFFERS: ['凭证与登记记载不一致', 'The credential differs from what was registered'],
  INCLUSION_INVALID: ['账本包含证明无效', 'The proof of inclusion in the ledger does not hold'],
  INCLUSION_OTHER_EVENT: ['账本证明的是另一事件', 'The proof is of another event'],
  TRUST_MISSING: [
    '未提供信任文件:只能检查文件自身是否一致,不能确认由谁签发',
    'No trust file was given: the file agrees with itself, but nothing says who issued it',
  ],
  BUNDLE_CONTRADICTS: ['文件内的各份凭证互相矛盾', 'The credentials in the file contradict each other'],
  PDF_ATTACHMENT_MISSING: ['PDF 中没有可验证凭证', 'The PDF has no verifiable credential inside'],
  SD_MALFORMED: ['选择性披露凭证(SD-JWT)格式错误', 'Not a well-formed SD-JWT'],
  SD_HASH_UNSUPPORTED: ['披露所用的哈希算法不受支持', 'The hash of the disclosures is not supported'],
  SD_DISCLOSURE_MALFORMED: ['披露项格式错误', 'A disclosure is malformed'],
  SD_DIGEST_DUPLICATE: ['披露摘要重复', 'A digest appears twice'],
  SD_UNREFERENCED: ['披露项与任何摘要都不对应', 'A disclosure belongs to no digest'],
  SD_CLAIM_CONFLICT: ['披露项与已有内容冲突', 'A disclosure conflicts with another claim'],
  SD_UNDISCLOSED: ['要求披露的内容未披露', 'A claim that is asked for is not disclosed'],
  KB_MISSING: ['出示时未由持有人签名', 'The presentation is not signed by the holder'],
  KB_KEY_MISSING: ['凭证未指明持有人的密钥', 'The credential names no key of the holder'],
  KB_TYP_WRONG: ['持有人签名的 typ 不是 kb+jwt', 'The typ of the holder’s signature is not kb+jwt'],
  KB_SIGNATURE_INVALID: ['持有人的签名无效', 'The holder’s signature does not hold'],
  KB_HASH_DIFFERS: ['持有人签署的是另一份出示', 'The holder signed another presentation'],
  KB_NONCE_WRONG: ['随机数不符,可能是重放', 'The nonce is another; it may be a replay'],
  KB_AUDIENCE_WRONG: ['出示对象是他人', 'The presentation is for somebody else'],
  KB_AGE_WRONG: ['出示时间过早或在将来', 'The presentation is too old, or of the future'],
  PDF_UNSIGNED: ['PDF 没有签章', 'The PDF has no seal'],
  PDF_RANGE_INVALID: ['签章未覆盖整个 PDF', 'The seal does not cover the whole PDF'],
  PDF_SEAL_MALFORMED: ['签章数据结构错误', 'The structure of the seal is wrong'],
  PDF_DIGEST_DIFFERS: ['PDF 内容在盖章后被改动', 'The PDF was changed after it was sealed'],
  PDF_SEAL_INVALID: ['签章的签名无效', 'The signature of the seal does not hold'],
  PDF_CERTIFICATE_DIFFERS: ['签章证书与签名所绑定的不符', 'The seal’s certificate is not the one that was signed'],
  PDF_CHAIN_UNTRUSTED: ['签章证书不能追溯到受信任的根', 'The seal’s certificate does not lead to a trusted root'],
  PDF_CERTIFICATE_EXPIRED: ['盖章时证书不在有效期内', 'A certificate was not valid at the time of sealing'],
  PDF_TIMESTAMP_MALFORMED: ['时间戳数据结构错误', 'The structure of the time stamp is wrong'],
  PDF_TIMESTAMP_OTHER: ['时间戳不属于该签章', 'The time stamp is not of this seal'],
  PDF_TIMESTAMP_INVALID: ['时间戳的签名无效', 'The signature of the time stamp does not hold'],
  PDF_TIMESTAMP_USAGE: ['时间戳证书无时间戳用途', 'The certificate is not one for time stamps'],
  PDF_TIMESTAMP_UNTRUSTED: ['时间戳机构不受信任', 'The time-stamping authority is not trusted'],
  PDF_TIMESTAMP_CONTRADICTS: ['所称盖章时间与时间戳不符', 'The claimed time of sealing contradicts the time stamp'],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

/** What somebody brings is not sent back to them whole. */
const DETAIL_MAX_CHARS = 500;

export type RejectionCode = keyof typeof REJECTIONS;

export interface Rejection {
  code: RejectionCode;
  zh: string;
  en: string;
  /** What was found: a value, a JSON pointer, the message of a library. */
  detail?: string;
}

export function rejection(code: RejectionCode, detail?: unknown): Rejection {
  const [zh, en] = REJECTIONS[code];
  if (detail === undefined) return { code, zh, en };
  const text = detail instanceof Error ? detail.message : typeof detail === 'string' ? detail : JSON.stringify(detail);
  return { code, zh, en, detail: text.slice(0, DETAIL_MAX_CHARS) };
}
