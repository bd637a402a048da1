import type { Admission, MemberRole } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

/** In which roles a venue admits an organisation: those of its APPROVED membership, else none. For other contexts. */
export class GetAdmission extends Query<Admission> {
  constructor(
    readonly organisationId: string,
    readonly venueId: string,
  ) {
    super();
  }
}

@QueryHandler(GetAdmission)
export class GetAdmissionHandler implements IQueryHandler<GetAdmission> {
  constructor(private readonly sql: Sql) {}

  async execute({ organisationId, venueId }: GetAdmission): Promise<Admission> {
    const approved = await this.sql.row<{ roles: MemberRole[] }>(
      `SELECT m.roles FROM parties.membership m JOIN parties.organisation o ON o.id = m.organisation_id
       WHERE m.organisation_id = $1 AND m.venue_id = $2 AND m.state = 'APPROVED' AND o.status = 'ACTIVE'`,
      [organisationId, venueId],
    );
    return approved ?? { roles: [] };
  }
}
