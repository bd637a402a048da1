import type { QueryBus } from '@nestjs/cqrs';
import type { DeclareResourceBody, FiledContent, OrganisationView } from '@app/sdk';
import { GetOrganisation } from '../parties/get-organisation.js';
import { orNull } from '../platform/refusal.js';
import { GetForeignCertificate } from '../recognition/get-foreign-certificate.js';
import type { SubmissionFacts } from './application-rules.js';
import { ListFileHashes } from './list-file-hashes.js';
import { ListFileOwners } from './list-file-owners.js';

interface Applicant {
  readonly applicantId: string;
  /** It and its agents; absent: it alone. */
  readonly submitters?: readonly string[];
}

/** What a submission is judged by, beyond its own content: the same when it is only looked at. */
export async function submissionFacts(
  queries: QueryBus,
  { applicantId, submitters = [applicantId] }: Applicant,
  {
    materials,
    upgradeOf,
    jointApplicants = [],
    particulars,
  }: Pick<FiledContent, 'materials' | 'upgradeOf' | 'jointApplicants' | 'particulars'>,
  resource: { readonly declaration: DeclareResourceBody },
  now: Date,
) {
  const ids = materials.map(({ fileId }) => fileId);
  const applicant = await queries.execute(new GetOrganisation(applicantId));
  const joint: (OrganisationView | null)[] = [];
  for (const { organisationId } of jointApplicants)
    joint.push(await orNull(queries.execute(new GetOrganisation(organisationId))));
  const known = joint.filter((one) => one !== null);
  const transferee =
    particulars?.type === 'TRANSFER'
      ? [await orNull(queries.execute(new GetOrganisation(particulars.transfereeId)))]
      : [];
  return {
    resource,
    applicantId,
    submitters,
    applicant,
    parties: [applicant, ...known],
    filers: [applicant, ...joint, ...transferee],
    owners: await queries.execute(new ListFileOwners(ids)),
    hashes: await queries.execute(new ListFileHashes(ids)),
    upgrade: upgradeOf === undefined ? null : await orNull(queries.execute(new GetForeignCertificate(upgradeOf))),
    jointApplicants: new Map(known.map(({ id, status }) => [id, status])),
    now,
  } satisfies SubmissionFacts & { applicant: OrganisationView };
}
