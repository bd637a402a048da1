import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AlgorithmQuery } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';

/** The signed credential of a certificate, compact. */
export class GetCredential extends Query<string> {
  constructor(
    readonly number: string,
    readonly alg: AlgorithmQuery['alg'],
  ) {
    super();
  }
}

@QueryHandler(GetCredential)
export class GetCredentialHandler implements IQueryHandler<GetCredential> {
  constructor(private readonly sql: Sql) {}

  async execute({ number, alg }: GetCredential): Promise<string> {
    const row = await this.sql.row<{ jws: string | null; issued: boolean }>(
      'SELECT credentials->>$2 AS jws, credentials IS NOT NULL AS issued FROM certificates.certificate WHERE number = $1',
      [number, alg],
    );
    if (!row) throw new Refusal('not-found', { kind: 'certificate', id: number });
    if (row.issued && row.jws === null) throw new Refusal('not-found', { kind: `credential ${alg}`, id: number });
    if (row.jws === null) throw new Refusal('certificates/not-issued', { number });
    return row.jws;
  }
}
