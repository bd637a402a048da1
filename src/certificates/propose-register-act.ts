import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { blocks, type Created, type EndCertificateBody, type LiftRemarkBody, type PlaceRemarkBody } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { GetFile } from '../platform/get-file.js';
import { newId } from '../platform/id.js';
import { fault, orNull, Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { GetSuccession } from '../registration/get-succession.js';
import { Certificate, mustBeGround } from './certificate.js';
import { REMARK_ENDS } from './lift-expired-remarks.js';
import { RegisterAct, type ProposedAct } from './register-act.js';

export type WantedAct =
  | { readonly kind: 'CANCEL' | 'REVOKE'; readonly body: EndCertificateBody }
  | { readonly kind: 'PLACE_REMARK'; readonly body: PlaceRemarkBody }
  | { readonly kind: 'LIFT_REMARK'; readonly remarkId: string; readonly body: LiftRemarkBody };

/** An officer of the registrar, or of the successor that took over from it, proposes an act upon a certificate; a second person decides on it. */
export class ProposeRegisterAct extends Command<Created> {
  constructor(
    readonly certificateId: string,
    readonly wanted: WantedAct,
  ) {
    super();
  }
}

/**
 * What is registered upon a certificate takes effect on the next one, even before the register has it; so must every other act.
 * @throws Refusal certificates/succeeded
 */
export async function mustNotBeSucceeded({ id, number }: Certificate, queries: QueryBus): Promise<void> {
  const succession = await queries.execute(new GetSuccession(id));
  if (succession) throw new Refusal('certificates/succeeded', { number, ...succession });
}

@CommandHandler(ProposeRegisterAct)
export class ProposeRegisterActHandler implements ICommandHandler<ProposeRegisterAct> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ certificateId, wanted }: ProposeRegisterAct): Promise<Created> {
    const actor = permit('certificate.propose');
    const certificate = await this.uow.get(Certificate, certificateId);
    const acting = await this.queries.execute(new GetActingRegistrar(certificate.registrarId, certificate.holderId));
    mustActFor(actor, acting);
    const { isLasting, number, status } = certificate;
    if (!isLasting) throw new Refusal('certificates/not-lasting', { number, status });
    await mustNotBeSucceeded(certificate, this.queries);
    const now = this.clock.now();
    const proposed = await this.proposed(certificate, acting, wanted, now);
    const act = this.uow.add(RegisterAct.propose(certificate, acting, proposed, actor, now));
    await this.uow.schedule(REMARK_ENDS, certificateId, certificate.nextLifting);
    return { id: act.id };
  }

  private async proposed(certificate: Certificate, acting: string, wanted: WantedAct, now: Date): Promise<ProposedAct> {
    const plain = { kind: wanted.kind, groundCode: null, text: wanted.body.text };
    if (wanted.kind === 'PLACE_REMARK') {
      const remark = await this.remarkOf(wanted.body, acting, now);
      return { ...plain, remark };
    }
    if (wanted.kind === 'LIFT_REMARK') {
      const open = certificate.openRemarks.find(({ id }) => id === wanted.remarkId);
      if (!open) throw new Refusal('not-found', { kind: 'remark', id: wanted.remarkId });
      const { lifted: _, ...remark } = open;
      const documentSha256 = await this.documentOf(wanted.body.fileId, acting);
      return { ...plain, remark: { ...remark, documentSha256 } };
    }
    const { groundCode, text } = wanted.body;
    mustBeGround(certificate.rulePack, groundCode, wanted.kind);
    return { kind: wanted.kind, groundCode, text, remark: null };
  }

  private async remarkOf({ kind, text, authority, fileId, to }: PlaceRemarkBody, registrarId: string, now: Date) {
    if (to !== null && new Date(to) <= now) throw fault('/to', '到期时间须在此刻之后', 'must be later than now');
    if (blocks({ kind }) && authority === null)
      throw fault('/authority', '须写明作出决定的机关', 'name the court or authority that ordered it');
    if (blocks({ kind }) && fileId === null)
      throw fault('/fileId', '须附作出决定的文书', 'attach the document that orders it');
    const documentSha256 = await this.documentOf(fileId, registrarId);
    return { id: newId('rmk'), kind, text, authority, documentSha256, from: now.toISOString(), to };
  }

  private async documentOf(fileId: string | null, registrarId: string): Promise<string | null> {
    if (fileId === null) return null;
    const file = await orNull(this.queries.execute(new GetFile(fileId)));
    if (file?.ownerId !== registrarId)
      throw fault('/fileId', '没有该文件,或不属于登记机构', 'no such file of the registrar');
    return file.sha256;
  }
}
