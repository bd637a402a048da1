import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { RegistrarView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';

/** A registrar of the catalogue by its own id (reg_…) or its organisation's (org_…); public. */
export class GetRegistrar extends Query<RegistrarView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetRegistrar)
export class GetRegistrarHandler implements IQueryHandler<GetRegistrar> {
  constructor(private readonly sql: Sql) {}

  async execute({ id }: GetRegistrar): Promise<RegistrarView> {
    const registrar = await this.sql.row<RegistrarView>(
      `SELECT id, version, organisation_id AS "organisationId", name, region_code2 AS "regionCode2", digit, state
       FROM registration.registrar WHERE $1 IN (id, organisation_id) AND digit IS NOT NULL`,
      [id],
    );
    if (!registrar) throw new Refusal('not-found', { kind: 'registrar', id });
    return registrar;
  }
}
