import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AlgorithmQuery } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { compactCredentials, CREDENTIAL, type KeptCredentials } from './compact-credentials.js';

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
    const row = await this.sql.row<KeptCredentials>(
      `SELECT ${CREDENTIAL}, credentials FROM certificates.certificate WHERE number = $1`,
      [number],
    );
    if (!row) throw new Refusal('not-found', { kind: 'certificate', id: number });
    const signed = compactCredentials(row);
    if (!signed) throw new Refusal('certificates/not-issued', { number });
    const jws = signed[alg];
    if (jws === undefined) throw new Refusal('not-found', { kind: `credential ${alg}`, id: number });
    return jws;
  }
}
