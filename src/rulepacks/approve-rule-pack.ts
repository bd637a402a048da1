import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { RulePack } from './rule-pack.js';

/** Another person than the proposer, of the authority, finds that the pack says what its sources say. */
export class ApproveRulePack extends Command<void> {
  constructor(
    readonly rulePackId: string,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(ApproveRulePack)
export class ApproveRulePackHandler implements ICommandHandler<ApproveRulePack> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ rulePackId, text }: ApproveRulePack): Promise<void> {
    const actor = permit('rule-pack.review');
    (await this.uow.get(RulePack, rulePackId)).approve(text, actor, this.clock.now());
  }
}
