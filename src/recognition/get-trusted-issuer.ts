import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { TrustedIssuerView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { ISSUER, toIssuerView, type IssuerRow } from './list-trusted-issuers.js';

export class GetTrustedIssuer extends Query<TrustedIssuerView> {
  constructor(readonly id: string) {
    super();
  }
}

@QueryHandler(GetTrustedIssuer)
export class GetTrustedIssuerHandler implements IQueryHandler<GetTrustedIssuer> {
  constructor(private readonly sql: Sql) {}

  async execute({ id }: GetTrustedIssuer): Promise<TrustedIssuerView> {
    const row = await this.sql.row<IssuerRow>(`${ISSUER} WHERE id = $1`, [id]);
    if (!row) throw new Refusal('not-found', { kind: 'trusted issuer', id });
    return toIssuerView(row);
  }
}
