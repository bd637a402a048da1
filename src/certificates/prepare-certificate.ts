import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { shanghaiDate } from '@app/calendar';
import { certificateNumber, LAST_SERIAL } from '@app/rulepacks';
import { BASE_CONTEXT, statusEntry } from '@app/signing';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import type { ApplicationRegistered } from '../registration/application-events.js';
import { Certificate, type CertificateFacts } from './certificate.js';
import { CertificateIssuer } from './issuer.js';

/** Settles number and content of the certificate for a registered application; one for each application. */
export class PrepareCertificate extends Command<void> {
  constructor(readonly registered: ApplicationRegistered) {
    super();
  }
}

@CommandHandler(PrepareCertificate)
export class PrepareCertificateHandler implements ICommandHandler<PrepareCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute({ registered }: PrepareCertificate): Promise<void> {
    permit('certificate.issue');
    const { applicationId, registrarId, holder, resource, rights, validFrom, validTo, rulePack } = registered;
    const known = await this.sql.row('SELECT 1 FROM certificates.certificate WHERE application_id = $1', [
      applicationId,
    ]);
    if (known) return;
    const number = await this.nextNumber(registered);
    const statusListIndex = (await this.next('status-list revocation')) - 1;
    const facts: CertificateFacts = {
      number,
      applicationId,
      holderId: holder.organisationId,
      registrarId,
      resourceId: resource.id,
      rights: rights.map(({ right }) => right),
      validFrom,
      validTo,
      statusListIndex,
      rulePack,
      credential: this.credentialOf(number, statusListIndex, registered),
    };
    this.uow.add(Certificate.prepare(facts));
  }

  /** N1 annex 6: the serial runs by region, registrar and month of coding; INV-05: never reused, never above 9999. */
  private async nextNumber({
    regionCode2,
    registrarDigit,
    registrarId,
    evidenceAt,
  }: ApplicationRegistered): Promise<string> {
    const yearMonth = shanghaiDate(new Date(evidenceAt)).slice(0, 7).replace('-', '');
    const serial = await this.next(`serial ${regionCode2}${registrarDigit} ${yearMonth}`);
    if (serial > LAST_SERIAL)
      throw new Refusal('certificates/numbers-exhausted', { registrar: registrarId, yearMonth });
    return certificateNumber({ region: regionCode2, registrarDigit, yearMonth, serial });
  }

  private async next(counter: string): Promise<number> {
    const row = await this.sql.row<{ value: number }>(
      `INSERT INTO certificates.counter AS c (name, value) VALUES ($1, 1)
       ON CONFLICT (name) DO UPDATE SET value = c.value + 1 RETURNING value`,
      [counter],
    );
    return row!.value;
  }

  private credentialOf(
    number: string,
    index: number,
    registered: ApplicationRegistered,
  ): CertificateFacts['credential'] {
    const { holder, resource, rights, restriction, scenario, remarks, registrarId, evidenceAt, evidenceHash } =
      registered;
    return {
      '@context': [BASE_CONTEXT, this.issuer.contextUrl],
      id: this.issuer.pageOf(number),
      type: ['VerifiableCredential', 'DataPropertyRegistrationCertificate'],
      issuer: this.issuer.did,
      validFrom: registered.validFrom,
      validUntil: registered.validTo,
      credentialStatus: statusEntry(this.issuer.statusListUrl, 'revocation', index),
      credentialSubject: {
        id: `urn:uscc:${holder.uscc}`,
        certificateNumber: number,
        holder: { name: holder.name, uscc: holder.uscc },
        data: { ...resource },
        rights: rights.map((right) => ({ ...right })),
        restriction,
        scenario,
        remarks: [...remarks],
        registrar: registrarId,
        rulePack: registered.rulePack,
        evidence: { at: evidenceAt, sha256: evidenceHash },
      },
    };
  }
}
