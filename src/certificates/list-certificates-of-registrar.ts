import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';
import { CREDENTIAL, credentialSha256, type KeptCredentials } from './compact-credentials.js';

export interface CertificateOfRegistrar {
  readonly id: string;
  readonly version: number;
  readonly number: string;
  readonly status: string;
  readonly applicationId: string;
  readonly validFrom: string;
  readonly endedAt: string | null;
  readonly credentialSha256: string | null;
  readonly documentSha256: string | null;
}

/** All certificates that an organisation issued, by number; for its archive and its yearly report. */
export class ListCertificatesOfRegistrar extends Query<CertificateOfRegistrar[]> {
  constructor(readonly registrarId: string) {
    super();
  }
}

@QueryHandler(ListCertificatesOfRegistrar)
export class ListCertificatesOfRegistrarHandler implements IQueryHandler<ListCertificatesOfRegistrar> {
  constructor(private readonly sql: Sql) {}

  async execute({ registrarId }: ListCertificatesOfRegistrar): Promise<CertificateOfRegistrar[]> {
    const rows = await this.sql.rows<Omit<CertificateOfRegistrar, 'credentialSha256'> & KeptCredentials>(
      `SELECT id, version, number, status, application_id AS "applicationId", ended->>'at' AS "endedAt",
         to_char(valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "validFrom",
         ${CREDENTIAL}, credentials, document_sha256 AS "documentSha256"
       FROM certificates.certificate WHERE registrar_id = $1 ORDER BY number`,
      [registrarId],
    );
    return rows.map(({ credential, credentials, ...row }) => ({
      ...row,
      credentialSha256: credentialSha256({ credential, credentials })?.ES256 ?? null,
    }));
  }
}
