import type { QueryBus } from '@nestjs/cqrs';
import type { ProvenFile } from '@app/sdk';
import { GetFile } from '../platform/get-file.js';
import { fault, orNull } from '../platform/refusal.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { Objection, type Said } from './objection.js';

export const OBJECTION_NOTICE = 'registration.objection-notice';

/** Loads an objection, lets it act, and sets its deadline. */
export async function changeObjection(
  uow: UnitOfWork,
  id: string,
  act: (objection: Objection) => void | Promise<void>,
): Promise<void> {
  const objection = await uow.get(Objection, id);
  await act(objection);
  await uow.schedule(OBJECTION_NOTICE, id, objection.deadline);
}

/** The words with the hashes of their files, which must be the speaker's own, or its agent's. */
export async function saidBy(
  organisationIds: readonly string[],
  { text, fileIds }: { text: string; fileIds: readonly string[] },
  queries: QueryBus,
): Promise<Said> {
  const files: ProvenFile[] = [];
  for (const [i, fileId] of fileIds.entries()) {
    const file = await orNull(queries.execute(new GetFile(fileId)));
    if (!file || !organisationIds.includes(file.ownerId))
      throw fault(`/fileIds/${i}`, '没有该文件,或不属于您的机构', 'no such file of your organisation');
    files.push({ fileId, sha256: file.sha256 });
  }
  return { text, files };
}
