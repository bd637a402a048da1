import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { SealedResolution } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import type { CommitteeCase } from './committee-case.js';
import { seesPanel } from './get-case.js';
import { CASE_IN_SIGHT, sightOf } from './sight.js';

/** The sealed document, with names; applicant and registrar read the same without names in the case. */
export class GetResolution extends Query<SealedResolution> {
  constructor(readonly caseId: string) {
    super();
  }
}

type Row = Pick<CommitteeCase, 'state' | 'seats' | 'document' | 'resolution' | 'jws'> & {
  readonly mine: string | null;
};

@QueryHandler(GetResolution)
export class GetResolutionHandler implements IQueryHandler<GetResolution> {
  constructor(private readonly sql: Sql) {}

  async execute({ caseId }: GetResolution): Promise<SealedResolution> {
    const actor = permit('committee.read');
    const row = await this.sql.row<Row>(
      `SELECT c.state, c.seats, c.document, c.resolution, c.jws,
         (SELECT e.id FROM committee.expert e WHERE e.person_id = $5 AND e.state = 'ACTIVE') AS mine
       FROM committee.committee_case c WHERE ${CASE_IN_SIGHT} AND c.id = $6`,
      [...sightOf(actor), caseId],
    );
    if (!row) throw new Refusal('not-found', { kind: 'case', id: caseId });
    if (row.state !== 'SEALED') throw new Refusal('committee/not-sealed');
    if (!seesPanel(row, actor)) throw new Refusal('not-found', { kind: 'resolution', id: caseId });
    const { document, jws, resolution } = row;
    return { caseId, document: document!, resolutionHash: resolution!.resolutionHash, jws: jws! };
  }
}
