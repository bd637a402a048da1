export {
  certificateNumber,
  LAST_SERIAL,
  parseCertificateNumber,
  type CertificateNumber,
} from './certificate-number.js';
export { industrySections, regions } from './regions.js';
export { registrarAdmission, type AdmissionRule } from './registrar-admission.js';
export { checkRights, rightsAllowed, type RightFinding, type RightsCheck, type RightsClaim } from './rights.js';
export { packDifference, type PackChange } from './difference.js';
export { fitnessFaults } from './fitness.js';
export { formFields } from './form-fields.js';
export { rightInWords, rightNames, riskNames, typeNames, wordsOfRight } from './names.js';
export type { PackFault } from './pack-faults.js';
export {
  addRulePack,
  compareVersions,
  deadline,
  field,
  ground,
  months,
  packInForce,
  rulePack,
  RulePackError,
  rulePacks,
  workingDays,
  type RulePackErrorCode,
} from './rule-packs.js';
export {
  CommitteeOpinion,
  GroundKind,
  RegistrationType,
  Right,
  rights,
  RiskFlag,
  RulePack,
  rulePackJsonSchema,
  Verdict,
  type Deadline,
  type Field,
  type Ground,
  type RightsRow,
  type RulePackSource,
  type Text,
} from './schema.js';
export { completeUscc, isUscc } from './uscc.js';
