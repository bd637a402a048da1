import type { QueryBus } from '@nestjs/cqrs';
import {
  blocks,
  type CertificateView,
  type ClaimedRight,
  type OrganisationView,
  type RegisteredHolder,
  type Remark,
} from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { GetOrganisation } from '../parties/get-organisation.js';
import { orNull } from '../platform/refusal.js';
import type { RegisteredResource } from './application-events.js';
import type { ApplicationRecord } from './application-record.js';
import { GetSuccession } from './get-succession.js';

/** What a certificate says, read from the register. */
export interface RegisteredSubject {
  readonly holder: { readonly name: string; readonly uscc: string };
  /** Where several hold it jointly: all of them. */
  readonly holders?: readonly { readonly name: string; readonly uscc: string }[];
  readonly data: RegisteredResource;
  readonly rights: readonly ClaimedRight[];
  /** Everybody who holds a right; absent where nobody but its holders does. */
  readonly rightHolders?: readonly RegisteredHolder[];
  readonly restriction: string;
  readonly scenario: string;
  readonly remarks: readonly Remark[];
  readonly rulePack: string;
  readonly operatingAgreementEnd?: string;
}

/** The certificate that an application concerns, as it stands at this moment. */
export interface Prior {
  readonly id: string;
  readonly number: string;
  readonly status: string;
  readonly holderId: string;
  readonly registrarId: string;
  readonly resourceId: string;
  readonly validFrom: Date;
  readonly validTo: Date;
  readonly ended: CertificateView['ended'];
  readonly subject: RegisteredSubject;
  /** Another application that is registered upon this certificate: what it certified has passed on already. */
  readonly replacedBy: string | null;
  /** Of a transfer; null: there is no such organisation. */
  readonly transferee: Pick<OrganisationView, 'id' | 'name' | 'uscc' | 'status'> | null;
}

/** Asked inside the transaction that decides, so that two of them cannot both find the rights still there. */
export async function priorOf(
  { id, priorCertificateId, counterpartyId }: Pick<ApplicationRecord, 'id' | 'priorCertificateId' | 'counterpartyId'>,
  queries: QueryBus,
): Promise<Prior | null> {
  if (priorCertificateId === null) return null;
  const certificate = await queries.execute(new GetCertificate(priorCertificateId));
  const succession = await queries.execute(new GetSuccession(priorCertificateId));
  const replacedBy = succession?.applicationId === id ? null : (succession?.applicationId ?? null);
  const transferee = counterpartyId && (await orNull(queries.execute(new GetOrganisation(counterpartyId))));
  return { ...asPrior(certificate), replacedBy, transferee: transferee || null };
}

export function asPrior(certificate: CertificateView): Omit<Prior, 'replacedBy' | 'transferee'> {
  const { id, number, status, holderId, registrarId, resourceId, ended } = certificate;
  const term = { validFrom: new Date(certificate.validFrom), validTo: new Date(certificate.validTo) };
  const said = certificate.subject as unknown as RegisteredSubject;
  // A court's or an authority's remark stands with the register until it is lifted; only then is anything registered upon it.
  const open = certificate.remarks.filter(({ lifted }) => lifted === null).map(({ kind, text }) => ({ kind, text }));
  const subject = { ...said, remarks: [...said.remarks.filter((remark) => !blocks(remark)), ...open] };
  return { id, number, status, holderId, registrarId, resourceId, ended, ...term, subject };
}
