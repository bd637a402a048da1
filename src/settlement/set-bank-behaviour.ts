import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { BankBehaviour } from '@app/sdk';
import { CONFIG, type Config } from '../platform/config.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { SimulatedBank } from './simulated-bank.js';

/** In a demonstration: makes the simulated bank late, repetitive, disorderly, silent or unwilling. */
export class SetBankBehaviour extends Command<void> {
  constructor(readonly behaviour: BankBehaviour) {
    super();
  }
}

@CommandHandler(SetBankBehaviour)
export class SetBankBehaviourHandler implements ICommandHandler<SetBankBehaviour> {
  constructor(
    private readonly bank: SimulatedBank,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async execute({ behaviour }: SetBankBehaviour): Promise<void> {
    permit('bank-simulator.behave');
    if (!this.config.DEMO) throw new Refusal('not-a-demonstration');
    await this.bank.behave(behaviour);
  }
}
