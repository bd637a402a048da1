import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { rulePack, type RulePack } from '@app/rulepacks';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import type { ApplicationReferred } from '../registration/application-events.js';
import { ListApplicationParties } from '../registration/list-application-parties.js';
import { poolFor } from './case-command.js';
import { CommitteeCase, type CasePolicy } from './committee-case.js';

/** Opens the case of a referral, and lists who can be drawn. There is one case at a time for an application. */
export class OpenCase extends Command<void> {
  constructor(readonly referral: ApplicationReferred) {
    super();
  }
}

@CommandHandler(OpenCase)
export class OpenCaseHandler implements ICommandHandler<OpenCase> {
  constructor(
    readonly uow: UnitOfWork,
    readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ referral }: OpenCase): Promise<void> {
    permit('committee.by-itself');
    const { applicationId, applicantId, registrarId, resourceId, triggers, text, dueAt } = referral;
    const live = await this.uow.manager
      .createQueryBuilder(CommitteeCase, 'c')
      .where("c.applicationId = :applicationId AND c.state NOT IN ('SEALED', 'CLOSED')", { applicationId })
      .getExists();
    if (live) return;
    const now = this.clock.now();
    const [id, version] = referral.rulePack.split('@') as [string, string];
    const named = await this.queries.execute(new ListApplicationParties(applicationId));
    const parties = [...new Set([applicantId, registrarId, ...named])].toSorted();
    const about = { applicationId, applicantId, registrarId, resourceId, parties, triggers, text, dueAt };
    const policy = policyOf(rulePack(id, version));
    const opened = this.uow.add(CommitteeCase.open({ ...about, rulePack: referral.rulePack, policy }, now));
    opened.fixCandidates(await poolFor(this, opened, now), now);
  }
}

/** @throws when the regime publishes no rules for a panel: nobody may refer to it then */
export function policyOf({ id, committeePolicy: { panel }, grounds }: RulePack): CasePolicy {
  if (panel === null) throw new Error(`${id} publishes no rules for a panel`);
  const { atLeast, odd, quorum, majorityAbove, vetoOn, opinions, disciplines } = panel;
  const { answerDays, extensionDays, conflictMonths } = panel;
  return {
    size: odd && atLeast % 2 === 0 ? atLeast + 1 : atLeast,
    quorum,
    majorityAbove,
    vetoOn,
    opinions,
    disciplines,
    answerDays,
    extensionDays,
    conflictMonths,
    grounds: grounds.filter(({ kinds }) => kinds.includes('REFUSE')).map(({ code }) => code),
  };
}
