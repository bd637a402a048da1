import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { inForce, type CertificateVerdict, type CertificateView } from '@app/sdk';
import { rejection, type Rejection, type RejectionCode } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { GetCertificate } from './get-certificate.js';

/** Whether what somebody holds, by its hash, is what the register has, and may be relied on now (N1 §26, INV-11). */
export class GetDocumentVerdict extends Query<CertificateVerdict> {
  constructor(
    readonly number: string,
    readonly sha256: string,
  ) {
    super();
  }
}

@QueryHandler(GetDocumentVerdict)
export class GetDocumentVerdictHandler implements IQueryHandler<GetDocumentVerdict> {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ number, sha256 }: GetDocumentVerdict): Promise<CertificateVerdict> {
    const certificate = await this.queries.execute(new GetCertificate(number));
    const now = this.clock.now();
    const reasons = [
      ...(isOurs(certificate, sha256) ? [] : [rejection('DOCUMENT_HASH_DIFFERS')]),
      ...endOf(certificate, now),
    ];
    return { ok: reasons.length === 0, kind: null, reasons, checks: [], number, checkedAt: now.toISOString() };
  }
}

/** The sealed document, or a credential in any of its suites. */
const isOurs = ({ documentSha256, credentialSha256 }: CertificateView, sha256: string): boolean =>
  [documentSha256, ...Object.values(credentialSha256 ?? {})].includes(sha256);

const ENDS: Readonly<Record<string, RejectionCode>> = { RESTRICTED: 'SUSPENDED', EXPIRED: 'EXPIRED' };

function endOf({ status, validTo }: CertificateView, now: Date): Rejection[] {
  if (!inForce(status)) return [rejection(ENDS[status] ?? 'REVOKED')];
  return new Date(validTo) < now ? [rejection('EXPIRED')] : [];
}
