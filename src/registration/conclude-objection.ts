import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import {
  inForce,
  type CertificateView,
  type ConcludeObjectionBody,
  type ExecuteObjectionBody,
  type ObjectionActBody,
} from '@app/sdk';
import { GetCertificate } from '../certificates/get-certificate.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { ListRulePacks } from '../rulepacks/list-rule-packs.js';
import { Application, type Act } from './application.js';
import { contentOf } from './filed-content.js';
import { changeObjection, saidBy } from './objection-command.js';
import { Objection } from './objection.js';
import { asPrior } from './prior-certificate.js';

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
    const certificate = await this.queries.execute(new GetCertificate(certificateId));
    const restricted = certificate.status === 'RESTRICTED';
    await changeObjection(this.uow, objectionId, (objection) => {
      if (kind === 'conclude') objection.conclude(said, { upheld: body.upheld, remedy: body.remedy }, act);
      else if (kind === 'dismiss') objection.dismiss(said, act);
      else objection.execute(said, { remedy: body.remedy, groundCode: body.groundCode }, restricted, act);
    });
    if (kind === 'execute' && body.remedy === 'CHANGE') await this.openChange(objectionId, certificate, act);
  }

  /** What stands on the register is changed by a registration (N1 §35): its draft is opened for the registrant, who says what and hands it in. */
  private async openChange(objectionId: string, certificate: CertificateView, { actor, now }: Act): Promise<void> {
    if (!inForce(certificate.status) && certificate.status !== 'RESTRICTED') return;
    await this.queries.execute(new ListRulePacks());
    const prior = asPrior(certificate);
    const particulars = { type: 'CHANGE' as const, certificateNumber: prior.number, items: [] };
    const content = contentOf(particulars, [], prior);
    const [regime] = prior.subject.rulePack.split('@') as [string];
    const registrarId = await this.queries.execute(new GetActingRegistrar(prior.registrarId, certificate.holderId));
    const about = { certificateId: prior.id, regime, registrarId };
    const filing = { regime, type: 'CHANGE' as const, registrarId, ...content };
    const forRegistrant = { actor: { ...actor, orgId: prior.holderId }, now };
    this.uow.add(Application.file(filing, forRegistrant, about, undefined, objectionId));
  }
}
