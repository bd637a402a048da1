import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DeclareResourceBody, QualityReport } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';

/** What other contexts may know of declared data: the declaration, and the report without its columns. */
export type ResourceFacts = DeclareResourceBody & {
  readonly id: string;
  readonly holderId: string;
  readonly sha256: string;
  readonly quality: Omit<QualityReport, 'columns'>;
};

/** For other contexts; whoever asks decides who may see it. */
export class GetResource extends Query<ResourceFacts> {
  constructor(readonly resourceId: string) {
    super();
  }
}

@QueryHandler(GetResource)
export class GetResourceHandler implements IQueryHandler<GetResource> {
  constructor(private readonly sql: Sql) {}

  async execute({ resourceId }: GetResource): Promise<ResourceFacts> {
    const row = await this.sql.row<{ facts: ResourceFacts }>(
      `SELECT declaration || jsonb_build_object('id', id, 'holderId', holder_id, 'sha256', sha256,
         'quality', report - 'columns') AS facts FROM registration.data_resource WHERE id = $1`,
      [resourceId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'resource', id: resourceId });
    return row.facts;
  }
}
