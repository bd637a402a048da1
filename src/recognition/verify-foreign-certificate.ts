import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import type { RulePack } from '@app/rulepacks';
import type { Verification, VerifyForeignCertificateBody } from '@app/sdk';
import { GetOrganisation } from '../parties/get-organisation.js';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { fault, Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetActingRegistrar } from '../registrars/get-acting-registrar.js';
import { GetOwnDocument } from '../registrars/get-own-document.js';
import { GetRulePack } from '../rulepacks/get-rule-pack.js';
import { checkCredential } from './credential-check.js';
import { ForeignCertificate, packOfKind } from './foreign-certificate.js';
import { ListTrustedIssuers } from './list-trusted-issuers.js';

/** A person of the registrar verifies it: by its signature, or against the issuing body's public register. */
export class VerifyForeignCertificate extends Command<void> {
  constructor(
    readonly id: string,
    readonly body: VerifyForeignCertificateBody,
  ) {
    super();
  }
}

@CommandHandler(VerifyForeignCertificate)
export class VerifyForeignCertificateHandler implements ICommandHandler<VerifyForeignCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ id, body }: VerifyForeignCertificate): Promise<void> {
    const actor = permit('foreign-certificate.verify');
    const certificate = await this.uow.get(ForeignCertificate, id);
    const { registrarId, holderId } = certificate;
    mustActFor(actor, await this.queries.execute(new GetActingRegistrar(registrarId, holderId)));
    mustBeQuestions(body.reviewItems, await this.queries.execute(new GetRulePack(packOfKind.NATIONAL)));
    const now = this.clock.now();
    const signature = await this.signatureOf(certificate, body, now);
    const evidence =
      body.evidenceFileId === null
        ? null
        : await this.queries.execute(new GetOwnDocument(body.evidenceFileId, actor.orgId, '/evidenceFileId'));
    if (!evidence && !signature?.statusChecked) throw new Refusal('recognition/evidence-needed');
    const found: Omit<Verification, 'by' | 'at'> = {
      method: signature ? 'SIGNATURE' : 'PUBLIC_REGISTER',
      issuer: signature?.issuer ?? null,
      credentialSha256: signature?.credentialSha256 ?? null,
      statusChecked: signature?.statusChecked ?? false,
      evidenceSha256: evidence?.sha256 ?? null,
      checked: body.checked,
      reviewItems: body.reviewItems,
    };
    certificate.verify(found, { actor, now });
  }

  private async signatureOf(certificate: ForeignCertificate, { statusList }: VerifyForeignCertificateBody, now: Date) {
    if (certificate.credential === null) return null;
    const issuers = await this.queries.execute(new ListTrustedIssuers('TRUSTED'));
    const { uscc } = await this.queries.execute(new GetOrganisation(certificate.holderId));
    return checkCredential(certificate, uscc, issuers, statusList, now);
  }
}

/** Of the review that an upgrade filed today would go through. */
function mustBeQuestions(items: readonly string[], { reviewChecklist }: RulePack): void {
  const known = reviewChecklist.map(({ id }) => id);
  const wrong = items.findIndex((item) => !known.includes(item));
  if (wrong >= 0) throw fault(`/reviewItems/${wrong}`, '审查清单没有此项', 'not a question of the review');
}
