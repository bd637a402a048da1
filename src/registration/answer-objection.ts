import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Agency, AnswerConclusionBody, ObjectionActBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingInObjection, mustBeFreeToObject } from './acting-in-objection.js';
import { changeObjection, saidBy } from './objection-command.js';
import type { Objection } from './objection.js';

export type PartyAct =
  | { readonly kind: 'complete' | 'withdraw' | 'admit' | 'contest' | 'makeStatement'; readonly body: ObjectionActBody }
  | { readonly kind: 'answer'; readonly body: AnswerConclusionBody };

/** What the objector and the registrant say and decide, also by their agents. */
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
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ objectionId, act: { kind, body } }: AnswerObjection): Promise<void> {
    const actor = permit('objection.answer');
    const own = { actor, now: this.clock.now() };
    const { text } = body;
    const fileIds = kind === 'answer' ? [] : body.fileIds;
    await changeObjection(this.uow, objectionId, async (objection) => {
      const action = kind === 'answer' ? 'rejectConclusion' : kind;
      const act = await actingInObjection(objection, action, own, this.queries, this.uow);
      if (act.agency?.principalId === objection.objectorId) await this.mustBeFree(objection, act.agency);
      const said = await saidBy([actor.orgId, act.actor.orgId], { text, fileIds }, this.queries);
      if (kind === 'answer') objection.answer(body.agrees, said, act);
      else objection[kind](said, act);
    });
  }

  private async mustBeFree({ certificateId }: Objection, { agentId }: Agency): Promise<void> {
    const certificate = await this.queries.execute(new GetCertificate(certificateId));
    await mustBeFreeToObject(certificate, [agentId], this.queries, this.sql);
  }
}
