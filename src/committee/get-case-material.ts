import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FileView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { GetFile } from '../platform/get-file.js';
import { Refusal } from '../platform/refusal.js';
import { GetApplication } from '../registration/get-application.js';
import { GetCase } from './get-case.js';

/** A file of the application that a case is about, for whoever may read both. */
export class GetCaseMaterial extends Query<FileView> {
  constructor(
    readonly caseId: string,
    readonly fileId: string,
  ) {
    super();
  }
}

@QueryHandler(GetCaseMaterial)
export class GetCaseMaterialHandler implements IQueryHandler<GetCaseMaterial> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ caseId, fileId }: GetCaseMaterial): Promise<FileView> {
    permit('committee.read');
    const { applicationId } = await this.queries.execute(new GetCase(caseId));
    const { content } = await this.queries.execute(new GetApplication(applicationId));
    if (!content.materials.some((material) => material.fileId === fileId))
      throw new Refusal('not-found', { kind: 'material', id: fileId });
    return this.queries.execute(new GetFile(fileId));
  }
}
