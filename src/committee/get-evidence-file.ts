import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FileView } from '@app/sdk';
import { GetFile } from '../platform/get-file.js';
import { Refusal } from '../platform/refusal.js';
import { GetObligation } from './get-obligation.js';

/** What a holder brought to show that an obligation is fulfilled, for whoever may see the obligation. */
export class GetEvidenceFile extends Query<FileView> {
  constructor(readonly obligationId: string) {
    super();
  }
}

@QueryHandler(GetEvidenceFile)
export class GetEvidenceFileHandler implements IQueryHandler<GetEvidenceFile> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ obligationId }: GetEvidenceFile): Promise<FileView> {
    const { evidence } = await this.queries.execute(new GetObligation(obligationId));
    if (!evidence) throw new Refusal('not-found', { kind: 'evidence', id: obligationId });
    return this.queries.execute(new GetFile(evidence.fileId));
  }
}
