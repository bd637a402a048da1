import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { shanghaiDate } from '@app/calendar';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListRulePacks } from './list-rule-packs.js';
import { mustBeHigher } from './proposed-pack.js';
import { RulePack } from './rule-pack.js';

/** Brings a reviewed version into the law of the platform, from its day of effect. Of several with one number, one is published. */
export class PublishRulePack extends Command<void> {
  constructor(
    readonly rulePackId: string,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(PublishRulePack)
export class PublishRulePackHandler implements ICommandHandler<PublishRulePack> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ rulePackId, text }: PublishRulePack): Promise<void> {
    const actor = permit('rule-pack.publish');
    await this.queries.execute(new ListRulePacks());
    const now = this.clock.now();
    const pack = await this.uow.get(RulePack, rulePackId);
    pack.bringIntoForce(text, actor, now, shanghaiDate(now));
    mustBeHigher(pack.packId, pack.packVersion);
  }
}
