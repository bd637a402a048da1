import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, FileObjectionBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingFor } from './acting-for.js';
import { mustBeFreeToObject } from './acting-in-objection.js';
import { OBJECTION_NOTICE, saidBy } from './objection-command.js';
import { Objection } from './objection.js';
import { asPrior } from './prior-certificate.js';

/** Objects to a registration that has its certificate (N1 §29): any organisation, also by its agent, with preliminary evidence. */
export class FileObjection extends Command<Created> {
  constructor(
    readonly certificateNumber: string,
    readonly body: FileObjectionBody,
  ) {
    super();
  }
}

const LASTING = ['ACTIVE', 'OBJECTED', 'RESTRICTED'];

@CommandHandler(FileObjection)
export class FileObjectionHandler implements ICommandHandler<FileObjection> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ certificateNumber, body: { reason, fileIds, onBehalfOf } }: FileObjection): Promise<Created> {
    const actor = permit('objection.file');
    const need = { act: 'OBJECT', type: null, resourceId: null } as const;
    const own = { actor, now: this.clock.now() };
    const act = await actingFor([onBehalfOf ?? actor.orgId], need, own, this.queries, this.uow);
    const objectorId = act.actor.orgId;
    const certificate = await this.queries.execute(new GetCertificate(certificateNumber));
    const { number, status } = certificate;
    const speakers = [actor.orgId, objectorId];
    await mustBeFreeToObject(certificate, speakers, this.queries, this.sql);
    if (!LASTING.includes(status)) throw new Refusal('registration/certificate-ended', { number, status });
    const open = await this.sql.row(
      `SELECT 1 FROM registration.objection WHERE certificate_id = $1 AND objector_id = $2 AND closed_at IS NULL`,
      [certificate.id, objectorId],
    );
    if (open) throw new Refusal('registration/already-objected', { number });
    const said = await saidBy(speakers, { text: reason, fileIds }, this.queries);
    const objection = this.uow.add(
      Objection.file({ ...certificate, resourceId: asPrior(certificate).resourceId }, said, act),
    );
    await this.uow.schedule(OBJECTION_NOTICE, objection.id, objection.deadline);
    return { id: objection.id };
  }
}
