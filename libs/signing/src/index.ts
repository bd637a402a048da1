export { canonicalJson, canonicalSha256Hex, canonicalText, NotJson, sha256Hex } from './canonical.js';
export {
  algorithmOf,
  LocalKey,
  publicOnly,
  suites,
  type JwsHeader,
  type KeyAlgorithm,
  type PublicJwk,
  type SignatureSuite,
  type SigningKey,
} from './suite.js';
export { SM2_ALG, SM2_USER_ID, sm3 } from './sm2.js';
export { HsmKey, SimulatedHsm, type Hsm } from './hsm.js';
export { FileKeyStore, KeyStoreError, type KeyStore } from './key-store.js';
export {
  CONTRACT_SIGNATURE_TYP,
  JwsRefused,
  signJws,
  verifyJws,
  type ContractSignature,
  type JwsRefusal,
} from './jws.js';
export { rejection, REJECTIONS, type Rejection, type RejectionCode } from './rejections.js';
export { BASE_CONTEXT, type Contexts, type Credential } from './data-model.js';
export {
  keysOf,
  verifyCredential,
  verifyCredentials,
  type ResolvedKey,
  type ResolveKey,
  type Verdict,
  type VerifyOptions,
} from './credential.js';
export { signCredential, signCanonicalByAll } from './sign-credential.js';
export { SigningThread } from './signing-thread.js';
export { attached, detached } from './detached.js';
export {
  disclosureDigest,
  issueSdJwt,
  presentSdJwt,
  SD_JWT_TYP,
  verifySdJwt,
  type Binding,
  type SdVerdict,
  type SdVerifyOptions,
} from './sd-jwt.js';
export {
  MAXIMUM_BITS,
  MINIMUM_BITS,
  statusEntry,
  StatusList,
  statusListCredential,
  StatusListError,
  type StatusPurpose,
} from './status-list.js';
export {
  LocalTimestampAuthority,
  TIMESTAMP_QUERY,
  TIMESTAMP_REPLY,
  TimestampError,
  timestampRequest,
  tokenOfResponse,
  verifyTimestamp,
  type TimestampVerdict,
} from './timestamp.js';
export type { Timestamping } from './cms.js';
export { openSeal, openTimestampSeal, type AuthorityNames, type SealIdentity } from './x509.js';
export { beijingTime, renderCertificate, type CertificateDocument } from './certificate-page.js';
export { sealPdf, verifySealedPdf, type SealVerdict } from './sealed-pdf.js';
export {
  CHUNK_BYTES,
  EnvelopeBroken,
  newContentKey,
  openStream,
  sealedLength,
  sealStream,
  unwrapContentKey,
  wrapContentKey,
} from './envelope.js';
export {
  ATTACHED,
  BUNDLE_FORMAT,
  readCertificateFile,
  Undecodable,
  type CertificateBundle,
  type CertificateFile,
  type DocumentKind,
} from './document.js';
export type { Evidence } from './evidence.js';
export {
  CHECKS,
  examine,
  type Check,
  type CheckName,
  type Examination,
  type ExamineOptions,
  type Registered,
} from './examine.js';
export { pdfAttachments } from './pdf-attachments.js';
export { didDocument, didWeb } from './did.js';
export { readTrust, TRUST_FORMAT, type Trust } from './trust.js';
