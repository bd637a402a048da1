import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FileView } from '@app/sdk';
import { GetFile } from '../platform/get-file.js';
import { fault, orNull } from '../platform/refusal.js';

/** The document behind an act; refused at `pointer` unless it is a file of that organisation. */
export class GetOwnDocument extends Query<FileView> {
  constructor(
    readonly fileId: string,
    readonly ownerId: string,
    readonly pointer: string,
  ) {
    super();
  }
}

@QueryHandler(GetOwnDocument)
export class GetOwnDocumentHandler implements IQueryHandler<GetOwnDocument> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ fileId, ownerId, pointer }: GetOwnDocument): Promise<FileView> {
    const file = await orNull(this.queries.execute(new GetFile(fileId)));
    if (file?.ownerId !== ownerId)
      throw fault(pointer, '没有该文件,或不属于本机构', 'no such file of your organisation');
    return file;
  }
}
