import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { AnswerConclusionBody, ObjectionActBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeObjection, saidBy } from './objection-command.js';

export type PartyAct =
  | { readonly kind: 'complete' | 'withdraw' | 'admit' | 'contest' | 'makeStatement'; readonly body: ObjectionActBody }
  | { readonly kind: 'answer'; readonly body: AnswerConclusionBody };

/** What the objector and the registrant say and decide. */
export class AnswerObjection extends Command<void> {
  constructor(
    readonly objectionId: string,
    readonly act: PartyAct,
  ) {
    super();
  }
}

@CommandHandler(AnswerObjection)
export class AnswerObjectionHandler implements ICommandHandler<AnswerObjection> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ objectionId, act: { kind, body } }: AnswerObjection): Promise<void> {
    const actor = permit('objection.answer');
    const { text } = body;
    const fileIds = kind === 'answer' ? [] : body.fileIds;
    const said = await saidBy([actor.orgId], { text, fileIds }, this.queries);
    const act = { actor, now: this.clock.now() };
    await changeObjection(this.uow, objectionId, (objection) => {
      if (kind === 'answer') objection.answer(body.agrees, said, act);
      else objection[kind](said, act);
    });
  }
}
