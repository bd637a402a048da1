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

/** Settles number and content of the certificates for registered applications; one for each application. */
export class PrepareCertificate extends Command<void> {
  readonly registered: readonly ApplicationRegistered[];

  constructor(...registered: ApplicationRegistered[]) {
    super();
    this.registered = registered;
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
    const known = await this.sql.rows<{ id: string }>(
      'SELECT application_id AS id FROM certificates.certificate WHERE application_id = ANY($1)',
      [registered.map(({ applicationId }) => applicationId)],
    );
    const ids = new Set(known.map(({ id }) => id));
    const fresh = registered.filter(({ applicationId }) => !ids.has(applicationId));
    if (fresh.length === 0) return;
    const next = await this.reserve(fresh);
    for (const one of fresh) this.uow.add(Certificate.prepare(this.factsOf(one, next)));
  }

  /** Takes all numbers and places that are needed, with one statement. @returns gives the next of a counter */
  private async reserve(registered: readonly ApplicationRegistered[]): Promise<(counter: string) => number> {
    const needed = new Map<string, number>([[STATUS_LIST, registered.length]]);
    for (const one of registered) needed.set(serialOf(one), (needed.get(serialOf(one)) ?? 0) + 1);
    const counters = [...needed].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const rows = await this.sql.rows<{ name: string; value: number }>(
      `INSERT INTO certificates.counter AS c (name, value) SELECT * FROM unnest($1::text[], $2::int[])
       ON CONFLICT (name) DO UPDATE SET value = c.value + excluded.value RETURNING name, value`,
      [counters.map(([name]) => name), counters.map(([, count]) => count)],
    );
    const last = new Map(rows.map(({ name, value }) => [name, value - needed.get(name)!]));
    return (counter) => {
      const value = last.get(counter)! + 1;
      last.set(counter, value);
      return value;
    };
  }

  private factsOf(registered: ApplicationRegistered, next: (counter: string) => number): CertificateFacts {
    const { applicationId, registrarId, holder, resource, rights, validFrom, validTo, rulePack } = registered;
    const number = numberOf(registered, next(serialOf(registered)));
    const statusListIndex = next(STATUS_LIST) - 1;
    return {
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
      credentialStatus: (['revocation', 'suspension'] as const).map((purpose) =>
        statusEntry(this.issuer.statusListUrl(purpose), purpose, index),
      ),
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

const STATUS_LIST = 'status-list revocation';

const yearMonthOf = ({ evidenceAt }: ApplicationRegistered): string =>
  shanghaiDate(new Date(evidenceAt)).slice(0, 7).replace('-', '');

/** N1 annex 6: the serial runs by region, registrar and month of coding. */
const serialOf = (registered: ApplicationRegistered): string =>
  `serial ${registered.regionCode2}${registered.registrarDigit} ${yearMonthOf(registered)}`;

/** INV-05: never reused, never above 9999. */
function numberOf(registered: ApplicationRegistered, serial: number): string {
  const { regionCode2: region, registrarDigit, registrarId: registrar } = registered;
  const yearMonth = yearMonthOf(registered);
  if (serial > LAST_SERIAL) throw new Refusal('certificates/numbers-exhausted', { registrar, yearMonth });
  return certificateNumber({ region, registrarDigit, yearMonth, serial });
}
