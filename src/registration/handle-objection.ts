import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { ObjectionActBody, ReferObjectionBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeObjection, saidBy } from './objection-command.js';

export type OfficerAct =
  | { readonly kind: 'requestCompletion' | 'accept' | 'investigate'; readonly body: ObjectionActBody }
  | { readonly kind: 'refer'; readonly body: ReferObjectionBody };

/** What an officer of the registrar does: checks the material, tells the registrant, investigates, notes where it is disputed. */
export class HandleObjection extends Command<void> {
  constructor(
    readonly objectionId: string,
    readonly act: OfficerAct,
  ) {
    super();
  }
}

@CommandHandler(HandleObjection)
export class HandleObjectionHandler implements ICommandHandler<HandleObjection> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ objectionId, act: { kind, body } }: HandleObjection): Promise<void> {
    const actor = permit('objection.handle');
    const said = await saidBy([actor.orgId], body, this.queries);
    const act = { actor, now: this.clock.now() };
    await changeObjection(this.uow, objectionId, (objection) => {
      if (kind === 'refer') objection.refer(body.to, said, act);
      else objection[kind](said, act);
    });
  }
}
