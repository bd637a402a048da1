import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CertificateVerdict } from '@app/sdk';
import { verifyCredential } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { GetStatusList } from './get-status-list.js';
import { CertificateIssuer } from './issuer.js';

const PURPOSES = ['revocation', 'suspension'] as const;

/** Whether a credential, whoever brings it, may be relied on now, with every reason against it. */
export class GetVerdict extends Query<CertificateVerdict> {
  constructor(readonly credential: string) {
    super();
  }
}

@QueryHandler(GetVerdict)
export class GetVerdictHandler implements IQueryHandler<GetVerdict> {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute({ credential }: GetVerdict): Promise<CertificateVerdict> {
    const now = this.clock.now();
    const verdict = await verifyCredential(credential.trim(), {
      resolveKey: await this.issuer.resolveKey(),
      now,
      contexts: this.issuer.contexts,
      // Only our own list is fetched, from ourselves: a credential must not make this service call addresses.
      statusList: async (url) => {
        const purpose = PURPOSES.find((known) => url === this.issuer.statusListUrl(known));
        return purpose && this.queries.execute(new GetStatusList(purpose));
      },
    });
    const subject = verdict.credential?.['credentialSubject'] as { certificateNumber?: string } | undefined;
    return {
      ok: verdict.ok,
      reasons: verdict.reasons,
      number: subject?.certificateNumber ?? null,
      checkedAt: now.toISOString(),
    };
  }
}
