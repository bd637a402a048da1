import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { FileView } from '@app/sdk';
import { permit } from './context.js';
import type { StoredFile } from './file-store.js';
import { UnitOfWork } from './unit-of-work.js';
import { UploadedFile } from './uploaded-file.js';

/** Records a content that the store has taken in for the actor's organisation. */
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
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ stored, mediaType, name }: KeepFile): Promise<FileView> {
    const actor = permit('file.upload');
    const facts = { ...stored, mediaType, name, ownerId: actor.orgId, uploadedBy: actor.id };
    const { id, version } = this.uow.add(UploadedFile.keep(facts));
    return { id, version, ...stored, mediaType, name, ownerId: actor.orgId };
  }
}
