import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { FileView } from '@app/sdk';
import { Refusal } from './refusal.js';
import { Sql } from './sql.js';

export const FILE = `
  SELECT id, version, sha256, bytes::float8 AS bytes, media_type AS "mediaType", name, owner_id AS "ownerId"
  FROM platform.uploaded_file`;

/** What an organisation brought. Whoever asks decides who may see it. */
export class GetFile extends Query<FileView> {
  constructor(readonly fileId: string) {
    super();
  }
}

@QueryHandler(GetFile)
export class GetFileHandler implements IQueryHandler<GetFile> {
  constructor(private readonly sql: Sql) {}

  async execute({ fileId }: GetFile): Promise<FileView> {
    const file = await this.sql.row<FileView>(`${FILE} WHERE id = $1`, [fileId]);
    if (!file) throw new Refusal('not-found', { kind: 'file', id: fileId });
    return file;
  }
}
