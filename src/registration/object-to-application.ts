import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, ObjectBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { fault } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingFor } from './acting-for.js';
import { changeApplication } from './application-command.js';
import { ListFileOwners } from './list-file-owners.js';

/** Objects during the public notice (N1 §25), also as somebody's agent. */
export class ObjectToApplication extends Command<Created> {
  constructor(
    readonly id: string,
    readonly body: ObjectBody,
  ) {
    super();
  }
}

@CommandHandler(ObjectToApplication)
export class ObjectToApplicationHandler implements ICommandHandler<ObjectToApplication> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body: { reason, fileIds, onBehalfOf } }: ObjectToApplication): Promise<Created> {
    const actor = permit('application.object');
    const owners = await this.queries.execute(new ListFileOwners(fileIds));
    const own = { actor, now: this.clock.now() };
    const need = { act: 'OBJECT', type: null, resourceId: null } as const;
    const act = await actingFor([onBehalfOf ?? actor.orgId], need, own, this.queries, this.uow);
    const may = [actor.orgId, act.actor.orgId];
    const foreign = fileIds.findIndex((fileId) => !may.includes(owners.get(fileId) ?? ''));
    if (foreign >= 0)
      throw fault(`/fileIds/${foreign}`, '没有该文件,或不属于您的机构', 'no such file of your organisation');
    let objectionId = '';
    await changeApplication(this.uow, id, (application) => {
      objectionId = application.object(reason, fileIds, act);
    });
    return { id: objectionId };
  }
}
