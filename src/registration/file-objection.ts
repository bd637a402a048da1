import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, FileObjectionBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { GetOrganisation } from '../parties/get-organisation.js';
import { permit } from '../platform/context.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { actingFor } from './acting-for.js';
import { conflict } from './application-agents.js';
import { OBJECTION_NOTICE, saidBy } from './objection-command.js';
import { Objection } from './objection.js';

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
    const holders = (certificate.subject['holders'] ?? []) as { uscc: string }[];
    for (const id of holders.length > 0 ? new Set([actor.orgId, objectorId]) : []) {
      const organisation = await orNull(this.queries.execute(new GetOrganisation(id)));
      if (holders.some(({ uscc }) => uscc === organisation?.uscc)) throw new Refusal('registration/own-certificate');
    }
    if (!LASTING.includes(status)) throw new Refusal('registration/certificate-ended', { number, status });
    const acted = await this.sql.row(
      `SELECT 1 FROM registration.application, jsonb_array_elements(agents) x WHERE id = $1 AND x->>'agentId' = ANY ($2)`,
      [certificate.applicationId, [actor.orgId, objectorId]],
    );
    if (acted) throw conflict(actor.orgId, '已代理该登记的申请', 'acted as an agent in that registration');
    const open = await this.sql.row(
      `SELECT 1 FROM registration.objection WHERE certificate_id = $1 AND objector_id = $2 AND closed_at IS NULL`,
      [certificate.id, objectorId],
    );
    if (open) throw new Refusal('registration/already-objected', { number });
    const said = await saidBy([actor.orgId, objectorId], { text: reason, fileIds }, this.queries);
    const objection = this.uow.add(Objection.file(certificate, said, act));
    await this.uow.schedule(OBJECTION_NOTICE, objection.id, objection.deadline);
    return { id: objection.id };
  }
}
