import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TRUST_FORMAT, type Trust } from '@app/signing';
import { parseVkey } from '@app/tlog';
import { GetLogKeeping } from '../ledger/get-log-keeping.js';
import { asSystem } from '../platform/context.js';
import { EarlierOrigins } from './earlier-origins.js';
import { CertificateIssuer, contextOf, didOf } from './issuer.js';
import { TimeStamper } from './time-stamper.js';

/** Everything by which a certificate of this service is checked offline: keys, roots, the log's keys, the retired ones too; public. */
export class GetTrust extends Query<Trust & { format: typeof TRUST_FORMAT }> {}

@QueryHandler(GetTrust)
export class GetTrustHandler implements IQueryHandler<GetTrust> {
  constructor(
    private readonly queries: QueryBus,
    private readonly issuer: CertificateIssuer,
    private readonly stamper: TimeStamper,
    private readonly earlier: EarlierOrigins,
  ) {}

  async execute(): Promise<Trust & { format: typeof TRUST_FORMAT }> {
    const [{ keys }, seal, timestampRoots, earlier, keeping] = await Promise.all([
      this.issuer.publicKeys(),
      this.issuer.seal(),
      this.stamper.roots(),
      this.earlier.list(),
      asSystem(() => this.queries.execute(new GetLogKeeping())),
    ]);
    const vkeys = keeping.keys.map(({ vkey }) => vkey);
    return {
      format: TRUST_FORMAT,
      issuers: [this.issuer.did, ...earlier.map(didOf)].map((id) => ({ id, keys })),
      contexts: [this.issuer.contextUrl, ...earlier.map(contextOf)],
      roots: [seal.chain[2]],
      timestampRoots,
      log: { origin: parseVkey(vkeys[0]!).name, vkeys },
    };
  }
}
