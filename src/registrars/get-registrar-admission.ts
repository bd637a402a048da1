import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { RegistrarProfile } from '@app/sdk';
import { GetOrganisation } from '../parties/get-organisation.js';
import { Clock } from '../platform/clock.js';
import { Sql } from '../platform/sql.js';
import { admissionOf, type CheckedRequirement } from './registrar-rules.js';

interface Candidate {
  readonly organisationId: string;
  readonly profile: RegistrarProfile | null;
}

/** The requirements of admission (N1 §7) as a registrar meets them now; none while it has stated nothing. */
export class GetRegistrarAdmission extends Query<CheckedRequirement[]> {
  constructor(readonly registrar: Candidate) {
    super();
  }
}

@QueryHandler(GetRegistrarAdmission)
export class GetRegistrarAdmissionHandler implements IQueryHandler<GetRegistrarAdmission> {
  constructor(
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ registrar: { organisationId, profile } }: GetRegistrarAdmission): Promise<CheckedRequirement[]> {
    if (!profile) return [];
    const organisation = await this.queries.execute(new GetOrganisation(organisationId));
    const staff = await this.sql.row<{ count: number }>(
      `SELECT count(*)::int AS count FROM registration.staff_member WHERE registrar_id = $1 AND state = 'ACTIVE'`,
      [organisationId],
    );
    return admissionOf(profile, organisation, staff!.count, this.clock.now());
  }
}
