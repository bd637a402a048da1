import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { BUNDLE_FORMAT, type CertificateBundle } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { compactCredentials, CREDENTIAL, type KeptCredentials } from './compact-credentials.js';
import { GetEvidence } from './get-evidence.js';
import { GetSdJwt } from './get-sd-jwt.js';
import { GetStatusList } from './get-status-list.js';
import { GetTrust } from './get-trust.js';
import { CertificateIssuer } from './issuer.js';

/** A certificate with all that is needed to check it without a network, as of now; public. */
export class GetBundle extends Query<CertificateBundle> {
  constructor(readonly number: string) {
    super();
  }
}

@QueryHandler(GetBundle)
export class GetBundleHandler implements IQueryHandler<GetBundle> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute({ number }: GetBundle): Promise<CertificateBundle> {
    const row = await this.sql.row<KeptCredentials & { id: string; origin: string }>(
      `SELECT id, ${CREDENTIAL}, credentials, issued_under AS origin FROM certificates.certificate WHERE number = $1`,
      [number],
    );
    if (!row) throw new Refusal('not-found', { kind: 'certificate', id: number });
    const compact = compactCredentials(row);
    if (!compact) throw new Refusal('certificates/not-issued', { number });
    const [evidence, sdJwt, trust, didDocument, ...statusLists] = await Promise.all([
      this.queries.execute(new GetEvidence(row.id)),
      this.queries.execute(new GetSdJwt(number)),
      this.queries.execute(new GetTrust()),
      this.issuer.didDocument(row.origin),
      this.queries.execute(new GetStatusList('revocation', undefined, row.origin)),
      this.queries.execute(new GetStatusList('suspension', undefined, row.origin)),
    ]);
    const madeAt = this.clock.now().toISOString();
    const credentials = { ...compact };
    return { format: BUNDLE_FORMAT, number, credentials, sdJwt, evidence, statusLists, didDocument, trust, madeAt };
  }
}
