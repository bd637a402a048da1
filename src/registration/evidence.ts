import { rightInWords, rightNames } from '@app/rulepacks';
import { canonicalJson, sha256Hex } from '@app/signing';
import { rightKinds, type OrganisationView, type RegisteredHolder, type RegistrarView, type Remark } from '@app/sdk';
import type { ActingAgent, ApplicationRegistered, RegisteredResource } from './application-registered.js';
import type { ApplicationClosed, NoticeContent } from './application-events.js';
import type { ApplicationRecord } from './application-record.js';
import { outcomeOf, upToAgreement, type Outcome } from './application-types.js';
import { packOf, validity } from './application-rules.js';
import type { DataResource } from './data-resource.js';
import type { Prior } from './prior-certificate.js';
import { declaredHolders, limitsOfOthers, succeedingHolders } from './right-holders.js';

/** What is read at the moment of registration. */
export interface RegisteredFacts {
  readonly holder: Pick<OrganisationView, 'id' | 'name' | 'uscc'>;
  /** Who applies together with it. */
  readonly joint?: readonly Pick<OrganisationView, 'id' | 'name' | 'uscc'>[];
  /** Who acted for them, by which letter. */
  readonly agents?: readonly ActingAgent[];
  readonly resource: Pick<DataResource, 'id' | 'declaration' | 'report'>;
  readonly registrar: Pick<RegistrarView, 'organisationId' | 'name' | 'regionCode2' | 'digit'>;
  /** SHA-256 of each file of the materials. */
  readonly fileHashes: ReadonlyMap<string, string>;
  /** Of an application that concerns a certificate. */
  readonly prior?: Prior | null;
  /** Of a simplified upgrade. */
  readonly upgrade?: { readonly id: string; readonly number: string; readonly issuer: string } | null;
}

/**
 * The content of the register, and the hash of exactly the bytes that are kept as its evidence.
 * The materials enter by their hashes.
 */
export function registrationOf(
  application: ApplicationRecord,
  facts: RegisteredFacts,
  evidenceAt: Date,
): ApplicationRegistered {
  const { id, content, regime, type, rulePack, registrarId, remarks: reviewed } = application;
  const { registrar, prior, upgrade } = facts;
  const { operatingAgreementEnd } = content;
  const outcome = outcomeFor(application, facts, evidenceAt);
  const applicant = holderOf(facts.holder);
  const carried = carriedRemarks(prior ?? null);
  const holders = jointly(facts);
  const passes = outcome.holder === 'TRANSFEREE';
  const registered = {
    applicationId: id,
    type,
    prior: prior ? { certificateId: prior.id, number: prior.number } : null,
    remainder:
      outcome.kept.length > 0
        ? {
            holder: applicant,
            ...holders,
            rights: outcome.kept,
            rightHolders: holdersOf(facts, content, outcome, 'kept'),
            remarks: [...agreedLimits(outcome.kept), ...carried],
          }
        : null,
    ...(operatingAgreementEnd !== undefined && { operatingAgreementEnd }),
    ...(upgrade && { upgradedFrom: { id: upgrade.id, number: upgrade.number, issuer: upgrade.issuer } }),
    evidenceAt: evidenceAt.toISOString(),
    validFrom: evidenceAt.toISOString(),
    validTo: outcome.validTo.toISOString(),
    regime,
    rulePack,
    registrarId,
    registrarDigit: registrar.digit,
    regionCode2: registrar.regionCode2,
    holder: passes ? holderOf(prior!.transferee!) : applicant,
    ...(!passes && holders),
    resource: outcome.data,
    rights: outcome.rights,
    rightHolders: holdersOf(facts, content, outcome, 'rights'),
    restriction: outcome.restriction,
    scenario: outcome.scenario,
    remarks: [...agreedLimits(outcome.rights), ...carried, ...outcome.remarks, ...reviewed],
  };
  const proof = { materials: hashes(content, facts), ...agentsOf(facts), registrarName: registrar.name };
  const told = { ...registered, ...proof };
  return { ...told, evidenceHash: sha256Hex(canonicalJson(told)) };
}

/** The evidence of a cancellation: which certificate ends, why, and by what material. */
export function closureOf(
  { id, type, content, regime, rulePack, registrarId }: ApplicationRecord,
  facts: RegisteredFacts,
  at: Date,
): Omit<ApplicationClosed, 'applicationId' | 'by' | 'at' | 'rulePack'> {
  const { particulars } = content;
  const asked = particulars?.type === 'CANCELLATION' ? particulars : null;
  const { id: certificateId, number: certificateNumber } = facts.prior!;
  const told = { certificateId, certificateNumber, groundCode: asked!.groundCode, text: asked!.reason };
  const kept = { applicationId: id, type, regime, rulePack, registrarId, holder: holderOf(facts.holder), ...told };
  const proof = { materials: hashes(content, facts), ...agentsOf(facts) };
  const evidence = canonicalJson({ ...kept, evidenceAt: at.toISOString(), ...proof });
  return { ...told, evidence, evidenceHash: sha256Hex(evidence) };
}

function outcomeFor(application: ApplicationRecord, { resource, prior }: RegisteredFacts, at: Date): Outcome {
  const { content, rulePack } = application;
  const outcome = prior && outcomeOf(application, prior, at);
  if (outcome) return outcome;
  const { restriction } = resource.declaration;
  const { rights, scenario, validityYears } = content;
  const validTo = upToAgreement(content, validity(packOf(rulePack), at, validityYears).validTo);
  const data = registeredResource(resource);
  return { holder: 'APPLICANT', rights, kept: [], data, restriction, scenario, remarks: [], validTo };
}

/** What several hold they hold together, also after a change or renewal; a transferee holds alone. */
function jointly({ holder, joint = [], prior }: RegisteredFacts): Pick<ApplicationRegistered, 'holders'> {
  if (prior) return prior.subject.holders ? { holders: prior.subject.holders } : {};
  return joint.length > 0 ? { holders: [holder, ...joint].map(named) } : {};
}

/** Who holds the rights that it brings on the register, or those that stay behind. */
function holdersOf(
  { holder, joint = [], prior }: Pick<RegisteredFacts, 'holder' | 'joint' | 'prior'>,
  { rights, holders }: ApplicationRecord['content'],
  outcome: Pick<Outcome, 'holder' | 'rights' | 'kept'> | null,
  part: 'rights' | 'kept',
): RegisteredHolder[] {
  if (!prior) return declaredHolders([holder, ...joint], rights, holders);
  const { subject, transferee } = prior;
  const passes = part === 'rights' && outcome?.holder === 'TRANSFEREE';
  const parties = passes ? [transferee!] : (subject.holders ?? [subject.holder]);
  return succeedingHolders(subject, parties, outcome?.[part] ?? []);
}

const named = ({ name, uscc }: Pick<OrganisationView, 'name' | 'uscc'>) => ({ name, uscc });

const holderOf = ({ id, name, uscc }: Pick<OrganisationView, 'id' | 'name' | 'uscc'>) => ({
  organisationId: id,
  name,
  uscc,
});

const hashes = ({ materials }: ApplicationRecord['content'], { fileHashes }: RegisteredFacts) =>
  materials.map(({ code, fileId }) => ({ code, sha256: fileHashes.get(fileId)! }));

/** They hold nothing: the register names them beside the materials. */
const agentsOf = ({ agents = [] }: RegisteredFacts) => (agents.length > 0 ? { agents } : {});

/** What stood on the certificate stands on the next; the limits of the rights are told anew with the rights that remain. */
const carriedRemarks = (prior: Prior | null): readonly Remark[] =>
  (prior?.subject.remarks ?? []).filter(
    ({ kind, text }) => kind !== 'AGREED_LIMIT' || !ofRight.some((prefix) => text.startsWith(prefix)),
  );

const nameOf = (right: (typeof rightKinds)[number]): string => `${rightNames[right].zh} ${rightNames[right].en}`;

/** How the limits of a right begin; older registrations call it by its code. */
const ofRight = rightKinds.flatMap((right) => [`${nameOf(right)}: `, `${right}: `]);

/** N1 §23(1): agreed terms and limits of the rights are recorded as remarks. */
function agreedLimits(rights: Outcome['rights']): Remark[] {
  return rights.filter(isLimited).map(({ right, termYears, limits }) => {
    const term = termYears === null ? '' : `期限 ${termYears} 年 term ${termYears} years`;
    const text = [term, limits].filter((part) => part !== '').join('; ');
    return { kind: 'AGREED_LIMIT', text: `${nameOf(right)}: ${text}` };
  });
}

const isLimited = ({ termYears, limits }: Outcome['rights'][number]) => termYears !== null || limits !== '';

function registeredResource({ id, declaration, report }: RegisteredFacts['resource']): RegisteredResource {
  const { name, abstract, industry, sourceKind, regionLevel, regionText, timeFrom, timeTo, updateFrequency } =
    declaration;
  const described = {
    name,
    abstract,
    industry,
    sourceKind,
    regionLevel,
    regionText,
    timeFrom,
    timeTo,
    updateFrequency,
  };
  const { form, grade, personalInfo } = declaration;
  const { rows, bytes, sha256 } = report;
  return { id, ...described, form, grade, personalInfo, rows, bytes, sha256 };
}

/** What N1 §24 publishes: the data as it will be described, and what may stop a buyer; 无 (none) is not shown. */
export function noticeOf(
  application: ApplicationRecord,
  facts: Pick<RegisteredFacts, 'holder' | 'joint' | 'resource' | 'prior'>,
  at: Date,
): NoticeContent {
  const { type, content, remarks } = application;
  const { holder, joint = [], resource, prior } = facts;
  const asked = prior && outcomeOf(application, prior, at);
  const rights = asked?.rights ?? content.rights;
  const { name: dataName, abstract: dataAbstract } = asked?.data ?? prior?.subject.data ?? resource.declaration;
  const restriction = asked?.restriction ?? prior?.subject.restriction ?? resource.declaration.restriction;
  const recorded = [...(asked?.remarks ?? []), ...remarks].map(({ text }) => text);
  const applying = prior ? (prior.subject.holders ?? [prior.subject.holder]) : [holder, ...joint];
  const parties = [...applying, ...(prior?.transferee ? [prior.transferee] : [])];
  const ofOthers = limitsOfOthers(parties, holdersOf(facts, content, asked ?? null, 'rights'));
  return {
    ...(prior && { type, certificateNumber: prior.number }),
    ...(prior?.transferee && { transferee: named(prior.transferee) }),
    ...(joint.length > 0 && { jointApplicants: joint.map(named) }),
    applicant: named(holder),
    dataName,
    dataAbstract,
    restrictions: [
      ...(['无', ''].includes(restriction.trim()) ? [] : [restriction]),
      ...rights.filter(isLimited).map(({ right, termYears, limits }) => rightInWords(right, termYears, limits)),
      ...recorded,
      ...ofOthers,
    ],
  };
}
