import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { ConcludeObjectionBody, ExecuteObjectionBody, ObjectionActBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { changeObjection, saidBy } from './objection-command.js';
import { Objection } from './objection.js';

export type ApproverAct =
  | { readonly kind: 'conclude'; readonly body: ConcludeObjectionBody }
  | { readonly kind: 'execute'; readonly body: ExecuteObjectionBody }
  | { readonly kind: 'dismiss'; readonly body: ObjectionActBody };

/** What a second person of the registrar decides: the conclusion, what is done in the end, or that nothing is. */
export class ConcludeObjection extends Command<void> {
  constructor(
    readonly objectionId: string,
    readonly act: ApproverAct,
  ) {
    super();
  }
}

@CommandHandler(ConcludeObjection)
export class ConcludeObjectionHandler implements ICommandHandler<ConcludeObjection> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ objectionId, act: { kind, body } }: ConcludeObjection): Promise<void> {
    const actor = permit('objection.decide');
    const said = await saidBy([actor.orgId], body, this.queries);
    const act = { actor, now: this.clock.now() };
    const { certificateId } = await this.uow.get(Objection, objectionId);
    const { status } = await this.queries.execute(new GetCertificate(certificateId));
    await changeObjection(this.uow, objectionId, (objection) => {
      if (kind === 'conclude') objection.conclude(said, { upheld: body.upheld, remedy: body.remedy }, act);
      else if (kind === 'dismiss') objection.dismiss(said, act);
      else objection.execute(said, { remedy: body.remedy, groundCode: body.groundCode }, status === 'RESTRICTED', act);
    });
  }
}
