import { Readable } from 'node:stream';
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { sha256Hex } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { FileStore } from '../platform/file-store.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { UploadedFile } from '../platform/uploaded-file.js';
import { ListArchiveEntries } from './list-archive-entries.js';
import { changeRegistrar } from './registrar-command.js';

/** Fixes what is handed over: every application and certificate with its hashes, one line each, under one root. */
export class ArchiveRegistrar extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(ArchiveRegistrar)
export class ArchiveRegistrarHandler implements ICommandHandler<ArchiveRegistrar> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly files: FileStore,
    private readonly clock: Clock,
  ) {}

  async execute({ id }: ArchiveRegistrar): Promise<void> {
    const actor = permit('registrar.close');
    await changeRegistrar(this.uow, id, async (registrar) => {
      if (!actor.roles.includes('authorityOfficer')) mustActFor(actor, registrar.organisationId);
      const { successorId: ownerId } = registrar;
      if (ownerId === null) throw new Refusal('registration/successor');
      const { lines, root } = await this.queries.execute(new ListArchiveEntries(registrar.organisationId));
      const content = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      // Found by its content: a repetition of the transaction puts the same bytes.
      await this.files.put(Readable.from([content]), { limit: content.length });
      const stored = { sha256: sha256Hex(content), bytes: content.length };
      const told = { mediaType: 'application/x-ndjson', name: `archive-${root.slice(0, 16)}.ndjson` };
      const file = UploadedFile.keep({ ...stored, ...told, ownerId, uploadedBy: actor.id });
      const archive = { fileId: file.id, entries: lines.length, root, sha256: stored.sha256 };
      registrar.keepArchive(archive, { actor, now: this.clock.now() });
      this.uow.add(file);
    });
  }
}
