import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { Certificate } from './certificate.js';
import { RegisterAct } from './register-act.js';

/** Who proposed an act takes the proposal back. */
export class WithdrawRegisterAct extends Command<void> {
  constructor(
    readonly actId: string,
    readonly text: string,
  ) {
    super();
  }
}

@CommandHandler(WithdrawRegisterAct)
export class WithdrawRegisterActHandler implements ICommandHandler<WithdrawRegisterAct> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ actId, text }: WithdrawRegisterAct): Promise<void> {
    const actor = permit('certificate.propose');
    const act = await this.uow.get(RegisterAct, actId);
    const { holderId } = await this.uow.get(Certificate, act.certificateId);
    mustActFor(actor, await this.queries.execute(new GetActingRegistrar(act.registrarId, holderId)));
    act.withdraw(text, actor, this.clock.now());
  }
}
