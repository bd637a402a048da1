import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, FileObjectionBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { GetOrganisation } from '../parties/get-organisation.js';
import { permit } from '../platform/context.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { OBJECTION_NOTICE, saidBy } from './objection-command.js';
import { Objection } from './objection.js';

/** Objects to a registration that has its certificate (N1 §29): any organisation, with preliminary evidence. */
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

  async execute({ certificateNumber, body: { reason, fileIds } }: FileObjection): Promise<Created> {
    const actor = permit('objection.file');
    const certificate = await this.queries.execute(new GetCertificate(certificateNumber));
    const { number, status } = certificate;
    const holders = (certificate.subject['holders'] ?? []) as { uscc: string }[];
    const own = holders.length > 0 && (await orNull(this.queries.execute(new GetOrganisation(actor.orgId))));
    if (own && holders.some(({ uscc }) => uscc === own.uscc)) throw new Refusal('registration/own-certificate');
    if (!LASTING.includes(status)) throw new Refusal('registration/certificate-ended', { number, status });
    const open = await this.sql.row(
      `SELECT 1 FROM registration.objection WHERE certificate_id = $1 AND objector_id = $2 AND closed_at IS NULL`,
      [certificate.id, actor.orgId],
    );
    if (open) throw new Refusal('registration/already-objected', { number });
    const said = await saidBy(actor.orgId, { text: reason, fileIds }, this.queries);
    const objection = this.uow.add(Objection.file(certificate, said, { actor, now: this.clock.now() }));
    await this.uow.schedule(OBJECTION_NOTICE, objection.id, objection.deadline);
    return { id: objection.id };
  }
}
