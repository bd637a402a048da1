import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { FileView } from '@app/sdk';
import { permit } from './context.js';
import type { StoredFile } from './file-store.js';
import { FILE } from './get-file.js';
import { Sql } from './sql.js';
import { UnitOfWork } from './unit-of-work.js';
import { UploadedFile } from './uploaded-file.js';

/** Records a content that the store has taken in for the actor's organisation. The same file brought again is the same file. */
export class KeepFile extends Command<FileView> {
  constructor(
    readonly stored: StoredFile,
    readonly mediaType: string,
    readonly name: string,
  ) {
    super();
  }
}

@CommandHandler(KeepFile)
export class KeepFileHandler implements ICommandHandler<KeepFile> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ stored, mediaType, name }: KeepFile): Promise<FileView> {
    const actor = permit('file.upload');
    const known = await this.sql.row<FileView>(
      `${FILE} WHERE owner_id = $1 AND sha256 = $2 AND media_type = $3 AND name = $4 LIMIT 1`,
      [actor.orgId, stored.sha256, mediaType, name],
    );
    if (known) return known;
    const facts = { ...stored, mediaType, name, ownerId: actor.orgId, uploadedBy: actor.id };
    const { id, version } = this.uow.add(UploadedFile.keep(facts));
    return { id, version, ...stored, mediaType, name, ownerId: actor.orgId };
  }
}
