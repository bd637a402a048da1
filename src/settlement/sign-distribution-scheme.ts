import { isDeepStrictEqual } from 'node:util';
import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { SCHEME_SIGNATURE_TYP } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { VerifySignature } from '../trading/verify-signature.js';
import { DistributionScheme } from './distribution-scheme.js';

/** A party agrees, with a key registered for its organisation. */
export class SignDistributionScheme extends Command<void> {
  constructor(
    readonly schemeId: string,
    readonly jws: string,
  ) {
    super();
  }
}

@CommandHandler(SignDistributionScheme)
export class SignDistributionSchemeHandler implements ICommandHandler<SignDistributionScheme> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ schemeId, jws }: SignDistributionScheme): Promise<void> {
    const { orgId: organisationId } = permit('scheme.sign');
    const scheme = await this.uow.get(DistributionScheme, schemeId);
    const verdict = await this.queries.execute(new VerifySignature(organisationId, jws, SCHEME_SIGNATURE_TYP));
    if ('refused' in verdict) throw new Refusal('settlement/scheme-signature', { reason: verdict.refused });
    const { contentHash } = scheme;
    if (!isDeepStrictEqual(verdict.payload, { schemeId, contentHash, organisationId }))
      throw new Refusal('settlement/scheme-signature', { reason: 'PAYLOAD_DIFFERS' });
    scheme.sign({ organisationId, keyId: verdict.keyId, jws, signedAt: this.clock.now().toISOString() });
  }
}
