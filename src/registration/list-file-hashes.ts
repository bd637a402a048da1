import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetFile } from '../platform/get-file.js';
import { orNull } from '../platform/refusal.js';

/** SHA-256 of the files, as they were stored; of those that exist. */
export class ListFileHashes extends Query<ReadonlyMap<string, string>> {
  constructor(readonly fileIds: readonly string[]) {
    super();
  }
}

@QueryHandler(ListFileHashes)
export class ListFileHashesHandler implements IQueryHandler<ListFileHashes> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ fileIds }: ListFileHashes): Promise<ReadonlyMap<string, string>> {
    const hashes = new Map<string, string>();
    for (const id of new Set(fileIds)) {
      const file = await orNull(this.queries.execute(new GetFile(id)));
      if (file) hashes.set(id, file.sha256);
    }
    return hashes;
  }
}
