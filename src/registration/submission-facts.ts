import type { QueryBus } from '@nestjs/cqrs';
import type { ApplicationContent, DeclareResourceBody } from '@app/sdk';
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
  }: Pick<ApplicationContent, 'materials' | 'upgradeOf' | 'jointApplicants'>,
  resource: { readonly declaration: DeclareResourceBody },
  now: Date,
) {
  const ids = materials.map(({ fileId }) => fileId);
  const applicant = await queries.execute(new GetOrganisation(applicantId));
  const parties = [applicant];
  const statuses = new Map<string, string>();
  for (const { organisationId } of jointApplicants) {
    const organisation = await orNull(queries.execute(new GetOrganisation(organisationId)));
    if (!organisation) continue;
    statuses.set(organisationId, organisation.status);
    parties.push(organisation);
  }
  return {
    resource,
    applicantId,
    submitters,
    applicant,
    parties,
    owners: await queries.execute(new ListFileOwners(ids)),
    hashes: await queries.execute(new ListFileHashes(ids)),
    upgrade: upgradeOf === undefined ? null : await orNull(queries.execute(new GetForeignCertificate(upgradeOf))),
    jointApplicants: statuses,
    now,
  } satisfies SubmissionFacts;
}
