import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { RulePack } from './rule-pack.js';

/** The proposer takes it back, before it is published. */
export class WithdrawRulePack extends Command<void> {
  constructor(
    readonly rulePackId: string,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(WithdrawRulePack)
export class WithdrawRulePackHandler implements ICommandHandler<WithdrawRulePack> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ rulePackId, text }: WithdrawRulePack): Promise<void> {
    const actor = permit('rule-pack.propose');
    (await this.uow.get(RulePack, rulePackId)).withdraw(text, actor, this.clock.now());
  }
}
