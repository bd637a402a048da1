import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, SimulatePaymentBody } from '@app/sdk';
import { CONFIG, type Config } from '../platform/config.js';
import { mustActFor, permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { SimulatedBank } from './simulated-bank.js';

/** In a demonstration: a payer goes to the simulated bank. The platform hears of it by the bank's notice only. */
export class SimulatePayment extends Command<Created> {
  constructor(readonly body: SimulatePaymentBody) {
    super();
  }
}

@CommandHandler(SimulatePayment)
export class SimulatePaymentHandler implements ICommandHandler<SimulatePayment> {
  constructor(
    private readonly bank: SimulatedBank,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async execute({ body }: SimulatePayment): Promise<Created> {
    const actor = permit('bank-simulator.pay');
    if (!this.config.DEMO) throw new Refusal('not-a-demonstration');
    if (!actor.roles.includes('operator')) mustActFor(actor, body.payer);
    return { id: await this.bank.pay(body) };
  }
}
