import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetFile } from '../platform/get-file.js';
import { orNull } from '../platform/refusal.js';

/** Whose the files are; null where there is no such file. */
export class ListFileOwners extends Query<ReadonlyMap<string, string | null>> {
  constructor(readonly fileIds: readonly string[]) {
    super();
  }
}

@QueryHandler(ListFileOwners)
export class ListFileOwnersHandler implements IQueryHandler<ListFileOwners> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ fileIds }: ListFileOwners): Promise<ReadonlyMap<string, string | null>> {
    const owners = new Map<string, string | null>();
    for (const id of new Set(fileIds))
      owners.set(id, (await orNull(this.queries.execute(new GetFile(id))))?.ownerId ?? null);
    return owners;
  }
}
