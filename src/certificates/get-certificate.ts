import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CertificateView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { CREDENTIAL, credentialSha256, readCredential, type KeptCredentials } from './compact-credentials.js';

export const CERTIFICATE_COLUMNS = `
  id, version, number, status, application_id AS "applicationId", holder_id AS "holderId", registrar_id AS "registrarId",
  resource_id AS "resourceId", rule_pack AS "rulePack", rights, supersedes, transferred_from AS "transferredFrom",
  valid_from AS "validFrom", valid_to AS "validTo",
  ${CREDENTIAL}, credentials, status_list_index AS "statusListIndex",
  document_sha256 AS "documentSha256", ended, remarks,
  jsonb_array_length(objections) AS "openObjections", superseded_by AS "supersededBy"`;

/** What these columns give. */
export type CertificateRow = Omit<CertificateView, 'subject' | 'credentialSha256'> & KeptCredentials;

export function viewOf({ credential, credentials, ...row }: CertificateRow): CertificateView {
  const sha256 = credentialSha256({ credential, credentials });
  return { ...row, subject: readCredential({ credential }).credentialSubject, credentialSha256: sha256 };
}

/** One entry of the public register, by id or number. Other contexts ask it too. */
export class GetCertificate extends Query<CertificateView> {
  constructor(readonly idOrNumber: string) {
    super();
  }
}

@QueryHandler(GetCertificate)
export class GetCertificateHandler implements IQueryHandler<GetCertificate> {
  constructor(private readonly sql: Sql) {}

  async execute({ idOrNumber }: GetCertificate): Promise<CertificateView> {
    const key = idOrNumber.startsWith('cert_') ? 'id' : 'number';
    const row = await this.sql.row<CertificateRow>(
      `SELECT ${CERTIFICATE_COLUMNS} FROM certificates.certificate WHERE ${key} = $1`,
      [idOrNumber],
    );
    if (!row) throw new Refusal('not-found', { kind: 'certificate', id: idOrNumber });
    return viewOf(row);
  }
}
