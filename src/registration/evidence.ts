import { canonicalJson, sha256Hex } from '@app/signing';
import type { OrganisationView, RegistrarView } from '@app/sdk';
import type { ApplicationRegistered, RegisteredResource } from './application-events.js';
import type { ApplicationRecord } from './application-record.js';
import type { DataResource } from './data-resource.js';

/** What is read at the moment of registration. */
export interface RegisteredFacts {
  readonly holder: Pick<OrganisationView, 'id' | 'name' | 'uscc'>;
  readonly resource: Pick<DataResource, 'id' | 'declaration' | 'report'>;
  readonly registrar: Pick<RegistrarView, 'organisationId' | 'name' | 'regionCode2' | 'digit'>;
  /** SHA-256 of each file of the materials. */
  readonly fileHashes: ReadonlyMap<string, string>;
}

/**
 * The content of the register and its evidence: the canonical JSON that is kept, and the hash of exactly those bytes.
 * The materials enter by their hashes.
 */
export function evidenceOf(
  application: ApplicationRecord,
  { holder, resource, registrar, fileHashes }: RegisteredFacts,
  validFrom: Date,
  validTo: Date,
): ApplicationRegistered {
  const { id, content, regime, type, rulePack, registrarId, remarks: reviewed } = application;
  const { restriction } = resource.declaration;
  const registered = {
    applicationId: id,
    evidenceAt: validFrom.toISOString(),
    validFrom: validFrom.toISOString(),
    validTo: validTo.toISOString(),
    regime,
    rulePack,
    registrarId,
    registrarDigit: registrar.digit,
    regionCode2: registrar.regionCode2,
    holder: { organisationId: holder.id, name: holder.name, uscc: holder.uscc },
    resource: registeredResource(resource),
    rights: content.rights,
    restriction,
    scenario: content.scenario,
    remarks: [...agreedLimits(application), ...reviewed],
  };
  const materials = content.materials.map(({ code, fileId }) => ({ code, sha256: fileHashes.get(fileId)! }));
  const evidence = canonicalJson({ ...registered, type, registrarName: registrar.name, materials });
  return { ...registered, evidence, evidenceHash: sha256Hex(evidence) };
}

/** N1 §23(1): agreed terms and limits of the rights are recorded as remarks. */
function agreedLimits({ content }: ApplicationRecord) {
  return content.rights.flatMap(({ right, termYears, limits }) => {
    const term = termYears === null ? '' : `期限 ${termYears} 年 term ${termYears} years`;
    const text = [term, limits].filter((part) => part !== '').join('; ');
    return text === '' ? [] : [{ kind: 'AGREED_LIMIT', text: `${right}: ${text}` }];
  });
}

function registeredResource({ id, declaration, report }: RegisteredFacts['resource']): RegisteredResource {
  const { name, abstract, industry, sourceKind, regionText, timeFrom, timeTo, updateFrequency } = declaration;
  const described = { name, abstract, industry, sourceKind, regionText, timeFrom, timeTo, updateFrequency };
  const { form, grade, personalInfo } = declaration;
  const { rows, bytes, sha256 } = report;
  return { id, ...described, form, grade, personalInfo, rows, bytes, sha256 };
}

/** What may stop a buyer, as the notice and the certificate show it: 无 (none) is not shown. */
export function restrictionsOf(application: ApplicationRecord, restriction: string): string[] {
  const recorded = [...agreedLimits(application), ...application.remarks].map(({ text }) => text);
  return [...(['无', ''].includes(restriction.trim()) ? [] : [restriction]), ...recorded];
}
