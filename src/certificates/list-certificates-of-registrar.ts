import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Sql } from '../platform/sql.js';

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

  execute({ registrarId }: ListCertificatesOfRegistrar): Promise<CertificateOfRegistrar[]> {
    return this.sql.rows<CertificateOfRegistrar>(
      `SELECT id, version, number, status, application_id AS "applicationId", ended->>'at' AS "endedAt",
         to_char(valid_from AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "validFrom",
         encode(sha256(convert_to(credentials->>'ES256', 'UTF8')), 'hex') AS "credentialSha256",
         document_sha256 AS "documentSha256"
       FROM certificates.certificate WHERE registrar_id = $1 ORDER BY number`,
      [registrarId],
    );
  }
}
