import type { QueryBus } from '@nestjs/cqrs';
import type { FiledContent, Particulars, ReviseApplicationBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { fault, orNull, Refusal } from '../platform/refusal.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import type { FiledAbout } from './application-events.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { DataResource } from './data-resource.js';
import { asPrior, type Prior } from './prior-certificate.js';

/** Of whom it is, and what the register adds to it: a follow-up repeats nothing that its certificate says. */
export async function filedContent(
  { type = 'INITIAL', ...given }: ReviseApplicationBody,
  principalId: string,
  uow: UnitOfWork,
  queries: QueryBus,
): Promise<{ content: FiledContent; about: FiledAbout | null }> {
  if (!('certificateNumber' in given)) {
    mustBeOf(principalId, (await uow.get(DataResource, given.resourceId)).holderId);
    return { content: given, about: null };
  }
  const certificate = await orNull(queries.execute(new GetCertificate(given.certificateNumber)));
  if (certificate?.number !== given.certificateNumber)
    throw fault('/certificateNumber', '登记簿上没有该编号', 'the register has no such number');
  mustBeOf(principalId, certificate.holderId);
  const { materials, noticeWaiver, applicants, ...rest } = given;
  const prior = asPrior(certificate);
  const content = {
    ...contentOf({ type, ...rest } as Particulars, materials, prior),
    ...(noticeWaiver !== undefined && { noticeWaiver }),
    ...(applicants && { applicants }),
  };
  const [regime] = prior.subject.rulePack.split('@') as [string];
  // Whoever keeps its register now: a registrar that is gone takes no applications.
  const registrarId = await queries.execute(new GetActingRegistrar(prior.registrarId, certificate.holderId));
  return { content, about: { certificateId: prior.id, regime, registrarId } };
}

function mustBeOf(principalId: string, holderId: string): void {
  if (principalId !== holderId) throw new Refusal('not-your-organisation');
}

/** What a follow-up is about: what it asks for, and the rest as its certificate says. */
export function contentOf(
  particulars: Particulars,
  materials: FiledContent['materials'],
  { subject, resourceId, validFrom, validTo }: Pick<Prior, 'subject' | 'resourceId' | 'validFrom' | 'validTo'>,
): FiledContent {
  const named = 'rights' in particulars ? particulars.rights : subject.rights.map(({ right }) => right);
  const years = Math.round((validTo.getTime() - validFrom.getTime()) / YEAR_MS);
  const end =
    (particulars.type === 'RENEWAL' ? particulars.operatingAgreementEnd : undefined) ?? subject.operatingAgreementEnd;
  return {
    resourceId,
    rights: subject.rights.filter(({ right }) => named.includes(right)).map((right) => ({ ...right })),
    scenario: subject.scenario,
    materials,
    validityYears: particulars.type === 'RENEWAL' ? particulars.years : Math.max(1, years),
    proofs: { contractRights: [], consentOfOthers: false, publicPlatformRegistration: false },
    ...(end !== undefined && { operatingAgreementEnd: end }),
    particulars,
  };
}

const YEAR_MS = 365.25 * 86_400_000;
