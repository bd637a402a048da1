import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

/** The application that is registered upon a certificate: from then on the certificate is not acted upon any more. */
export class GetSuccession extends Query<{ applicationId: string } | null> {
  constructor(readonly certificateId: string) {
    super();
  }
}

@QueryHandler(GetSuccession)
export class GetSuccessionHandler implements IQueryHandler<GetSuccession> {
  constructor(private readonly sql: Sql) {}

  async execute({ certificateId }: GetSuccession): Promise<{ applicationId: string } | null> {
    const found = await this.sql.row<{ applicationId: string }>(
      `SELECT id AS "applicationId" FROM registration.application
       WHERE prior_certificate_id = $1 AND state IN ('REGISTERED', 'CERTIFIED', 'CLOSED')`,
      [certificateId],
    );
    return found ?? null;
  }
}
