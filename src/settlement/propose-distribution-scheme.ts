import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { DistributionScheme as Shape } from '@app/money';
import type { Created, ProposeSchemeBody, SchemeParticipant } from '@app/sdk';
import { GetOrganisation } from '../parties/get-organisation.js';
import { permit } from '../platform/context.js';
import { fault, Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { DistributionScheme } from './distribution-scheme.js';
import { stepsOf } from './waterfall.js';

export class ProposeDistributionScheme extends Command<Created> {
  constructor(readonly body: ProposeSchemeBody) {
    super();
  }
}

@CommandHandler(ProposeDistributionScheme)
export class ProposeDistributionSchemeHandler implements ICommandHandler<ProposeDistributionScheme> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  async execute({ body: { name, participants } }: ProposeDistributionScheme): Promise<Created> {
    const { orgId } = permit('scheme.propose');
    mustAlwaysFit(participants);
    const parties = new Set(participants.map(({ organisationId }) => organisationId));
    for (const id of parties) await this.queries.execute(new GetOrganisation(id));
    return { id: this.uow.add(DistributionScheme.propose(orgId, name, participants)).id };
  }
}

/** Refuses shares that could ever give more, or less, than there is: whatever a sale leaves can then be distributed. */
function mustAlwaysFit(participants: readonly SchemeParticipant[]): void {
  const checked = Shape.safeParse({ currency: 'CNY', lines: stepsOf(participants) });
  if (!checked.success)
    throw new Refusal(
      'invalid-request',
      {},
      checked.error.issues.map(({ path, message, ...issue }) => ({
        pointer: ['', 'participants', ...path.slice(1)].join('/'),
        zh: 'params' in issue ? (issue.params as { zh: string }).zh : message,
        en: message,
      })),
    );
  // In millionths of a millionth, as exact as a rate may be.
  const exact = (rate: string) =>
    BigInt(rate.replace(/^([01])\.?(\d*)$/, (_, i: string, f: string) => i + f.padEnd(12, '0')));
  const most = participants.map(({ share }) => {
    if (share.kind === 'RESIDUAL') return 0n;
    const rates = share.kind === 'PERCENT' ? [share.rate] : share.tiers.map(({ rate }) => rate);
    return rates.map(exact).reduce((a, b) => (a > b ? a : b));
  });
  if (most.reduce((a, b) => a + b, 0n) > exact('1'))
    throw fault('/participants', '各档最高比例之和超过百分之百', 'the highest rates add up to more than one');
}
