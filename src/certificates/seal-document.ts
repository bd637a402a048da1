import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Certificate } from './certificate.js';

/** Records the hash of the sealed document; the first one counts. */
export class SealDocument extends Command<{ documentSha256: string }> {
  constructor(
    readonly certificateId: string,
    readonly documentSha256: string,
  ) {
    super();
  }
}

@CommandHandler(SealDocument)
export class SealDocumentHandler implements ICommandHandler<SealDocument> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ certificateId, documentSha256 }: SealDocument): Promise<{ documentSha256: string }> {
    permit('certificate.issue');
    const certificate = await this.uow.get(Certificate, certificateId);
    certificate.sealDocument(documentSha256);
    return { documentSha256: certificate.documentSha256! };
  }
}
