import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Person } from './person.js';

/** Records that a person proved who it is. */
export class LogIn extends Command<void> {
  constructor(
    readonly personId: string,
    readonly clientId: string,
  ) {
    super();
  }
}

@CommandHandler(LogIn)
export class LogInHandler implements ICommandHandler<LogIn> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async execute({ personId, clientId }: LogIn): Promise<void> {
    permit('session.begin');
    (await this.uow.get(Person, personId)).logIn(clientId, this.clock.now());
  }
}
