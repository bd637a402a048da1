import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FileView } from '@app/sdk';
import { GetFile } from '../platform/get-file.js';
import { GetAuthority } from './get-authority.js';

/** The sealed letter, for whoever may see the authority. */
export class GetLetterOfAuthority extends Query<FileView> {
  constructor(readonly authorityId: string) {
    super();
  }
}

@QueryHandler(GetLetterOfAuthority)
export class GetLetterOfAuthorityHandler implements IQueryHandler<GetLetterOfAuthority> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ authorityId }: GetLetterOfAuthority): Promise<FileView> {
    const { letter } = await this.queries.execute(new GetAuthority(authorityId));
    return this.queries.execute(new GetFile(letter.fileId));
  }
}
