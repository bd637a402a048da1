import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { BankBehaviour, Created, SimulatePaymentBody } from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { SetBankBehaviour } from './set-bank-behaviour.js';
import { SimulatePayment } from './simulate-payment.js';

/** The counter of the simulated bank; only in a demonstration. */
@ApiTags('demonstration')
@Controller('v1/bank-simulator')
export class BankSimulatorController {
  constructor(private readonly commands: UnitOfWork) {}

  @Post('payments')
  @HttpCode(202)
  @Idempotent()
  @ApiAcceptedResponse({ standardSchema: Created })
  pay(@Body({ schema: SimulatePaymentBody }) body: SimulatePaymentBody): Promise<Created> {
    return this.commands.execute(new SimulatePayment(body));
  }

  @Post('behaviour')
  @HttpCode(204)
  @ApiNoContentResponse()
  behave(@Body({ schema: BankBehaviour }) behaviour: BankBehaviour): Promise<void> {
    return this.commands.execute(new SetBankBehaviour(behaviour));
  }
}
