import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { RulePack } from './rule-pack.js';

/** The authority finds that it does not. */
export class RejectRulePack extends Command<void> {
  constructor(
    readonly rulePackId: string,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(RejectRulePack)
export class RejectRulePackHandler implements ICommandHandler<RejectRulePack> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ rulePackId, text }: RejectRulePack): Promise<void> {
    const actor = permit('rule-pack.review');
    (await this.uow.get(RulePack, rulePackId)).reject(text, actor, this.clock.now());
  }
}
