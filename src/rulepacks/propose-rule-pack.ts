import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { shanghaiDate } from '@app/calendar';
import type { Created, ProposeRulePackBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListRulePacks } from './list-rule-packs.js';
import { mustBeRulePack } from './proposed-pack.js';
import { RulePack } from './rule-pack.js';

/** The maker: whoever approves registrations hands in a new version of a regime, or a new regime. */
export class ProposeRulePack extends Command<Created> {
  constructor(readonly body: ProposeRulePackBody) {
    super();
  }
}

@CommandHandler(ProposeRulePack)
export class ProposeRulePackHandler implements ICommandHandler<ProposeRulePack> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: ProposeRulePack): Promise<Created> {
    const actor = permit('rule-pack.propose');
    await this.queries.execute(new ListRulePacks());
    const now = this.clock.now();
    const proposed = mustBeRulePack(body.pack, shanghaiDate(now));
    return { id: this.uow.add(RulePack.propose(proposed, body.reason, actor, now)).id };
  }
}
