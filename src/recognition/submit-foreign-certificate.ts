import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { Created, SubmitForeignCertificateBody } from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { fault, orNull, Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetOwnDocument } from '../registrars/get-own-document.js';
import { GetRegistrar } from '../registrars/get-registrar.js';
import { GetResource } from '../registration/get-resource.js';
import { GetRulePack } from '../rulepacks/get-rule-pack.js';
import { ForeignCertificate, packOfKind } from './foreign-certificate.js';

/** A holder brings a certificate that another body issued, to a registrar that verifies it. */
export class SubmitForeignCertificate extends Command<Created> {
  constructor(readonly body: SubmitForeignCertificateBody) {
    super();
  }
}

@CommandHandler(SubmitForeignCertificate)
export class SubmitForeignCertificateHandler implements ICommandHandler<SubmitForeignCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ body }: SubmitForeignCertificate): Promise<Created> {
    const actor = permit('foreign-certificate.submit');
    const { sha256 } = await this.queries.execute(new GetOwnDocument(body.fileId, actor.orgId, '/fileId'));
    const resource = await orNull(this.queries.execute(new GetResource(body.resourceId)));
    if (resource?.holderId !== actor.orgId)
      throw fault('/resourceId', '没有该数据资源,或不属于本机构', 'no such data of your organisation');
    if (!(await orNull(this.queries.execute(new GetRegistrar(body.registrarId)))))
      throw fault('/registrarId', '不是目录中的登记机构', 'no registrar of the catalogue');
    if (await orNull(this.queries.execute(new GetCertificate(body.number))))
      throw new Refusal('recognition/known', { number: body.number });
    const { id, version } = await this.queries.execute(new GetRulePack(packOfKind[body.kind]));
    const act = { actor, now: this.clock.now() };
    return { id: this.uow.add(ForeignCertificate.submit(body, sha256, `${id}@${version}`, act)).id };
  }
}
