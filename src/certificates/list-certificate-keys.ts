import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { credentialAlgorithms, type CertificateKeys } from '@app/sdk';
import { Sql } from '../platform/sql.js';
import { CertificateIssuer } from './issuer.js';

/** Every key that certificates were ever signed with, and which of them signs now; public. */
export class ListCertificateKeys extends Query<CertificateKeys> {}

interface Row {
  readonly id: string;
  readonly alg: string;
  readonly kid: string | null;
  readonly reason: string;
  readonly orderedAt: Date;
  readonly rotatedAt: Date | null;
}

@QueryHandler(ListCertificateKeys)
export class ListCertificateKeysHandler implements IQueryHandler<ListCertificateKeys> {
  constructor(
    private readonly sql: Sql,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute(): Promise<CertificateKeys> {
    const rows = await this.sql.rows<Row>(
      `SELECT id, alg, kid, reason, ordered_at AS "orderedAt", rotated_at AS "rotatedAt" FROM certificates.key_rotation ORDER BY id`,
    );
    const keys: CertificateKeys['keys'] = [];
    for (const alg of credentialAlgorithms) {
      const known = await this.issuer.keysOf(alg);
      for (const [i, { kid }] of known.entries())
        keys.push({ alg, kid: kid!, generation: i + 1, signs: i === known.length - 1 });
    }
    const rotations = rows.map(({ orderedAt, rotatedAt, ...row }) => ({
      ...row,
      orderedAt: orderedAt.toISOString(),
      rotatedAt: rotatedAt?.toISOString() ?? null,
    }));
    return { keys, rotations };
  }
}
