import type { QueryBus } from '@nestjs/cqrs';
import { GetOrganisation } from '../parties/get-organisation.js';
import { GetFile } from '../platform/get-file.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { GetForeignCertificate } from '../recognition/get-foreign-certificate.js';
import { Application } from './application.js';
import type { ApplicationRecord } from './application-record.js';
import { DataResource } from './data-resource.js';
import type { ActingAgent } from './application-registered.js';
import type { RegisteredFacts } from './evidence.js';
import { GetRegistrar } from '../registrars/get-registrar.js';
import { priorOf } from './prior-certificate.js';
import { mustBeFit } from './registrar-fitness.js';

/** Loads an application, lets it act, and sets the deadlines that moved by it. */
export async function changeApplication(
  uow: UnitOfWork,
  id: string,
  act: (application: Application) => void | Promise<void>,
): Promise<void> {
  const application = await uow.get(Application, id);
  const before = application.deadlines;
  const { registrarId } = application;
  await act(application);
  await mustBeFit(uow, application, registrarId);
  for (const [kind, dueAt] of Object.entries(application.deadlines))
    if (dueAt?.getTime() !== before[kind as keyof typeof before]?.getTime()) await uow.schedule(kind, id, dueAt);
}

/** What the register states beyond the application, as it is at this moment. */
export async function registeredFacts(
  uow: UnitOfWork,
  queries: QueryBus,
  application: Application,
): Promise<RegisteredFacts> {
  const { resourceId, registrarId, content } = application;
  const fileHashes = new Map<string, string>();
  for (const { fileId } of content.materials)
    fileHashes.set(fileId, (await queries.execute(new GetFile(fileId))).sha256);
  return {
    ...(await applicantsOf(application, queries)),
    agents: await agentsOf(application, queries),
    resource: await uow.get(DataResource, resourceId),
    registrar: await queries.execute(new GetRegistrar(registrarId)),
    fileHashes,
    prior: await priorOf(application, queries),
    upgrade:
      content.upgradeOf === undefined ? null : await queries.execute(new GetForeignCertificate(content.upgradeOf)),
  };
}

/** Those of the applicants; an objector's agent has no part in what is registered. */
async function agentsOf(application: Application, queries: QueryBus): Promise<ActingAgent[]> {
  const named = application.agents.filter(({ principalId }) => application.isAskedForBy(principalId));
  return Promise.all(
    named.map(async (agency) => {
      const { name, uscc } = await queries.execute(new GetOrganisation(agency.agentId));
      return { ...agency, name, uscc };
    }),
  );
}

/** As the platform knows them at this moment. */
export async function applicantsOf(
  { applicantId, joint }: Pick<ApplicationRecord, 'applicantId' | 'joint'>,
  queries: QueryBus,
) {
  const [holder, ...others] = await Promise.all(
    [applicantId, ...joint.map(({ organisationId }) => organisationId)].map((id) =>
      queries.execute(new GetOrganisation(id)),
    ),
  );
  return { holder: holder!, joint: others };
}
