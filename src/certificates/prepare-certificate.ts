import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { shanghaiDate, startOfDay } from '@app/calendar';
import { certificateNumber, LAST_SERIAL } from '@app/rulepacks';
import { BASE_CONTEXT, statusEntry } from '@app/signing';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import type { ApplicationRegistered } from '../registration/application-events.js';
import { Certificate, type CertificateFacts } from './certificate.js';
import { CertificateIssuer } from './issuer.js';
import { Postponement } from './postponement.js';

/**
 * Settles number and content of the certificates for registered applications; one for each application. When the month has no number
 * left, an application waits for the next one.
 */
export class PrepareCertificate extends Command<readonly Waiting[]> {
  readonly registered: readonly ApplicationRegistered[];
  /** When the numbers are given, if that is not when the evidence was taken. */
  private codedAt: Date | null = null;

  constructor(...registered: ApplicationRegistered[]) {
    super();
    this.registered = registered;
  }

  /** For one that had to wait for numbers. */
  static codedAt(at: Date, registered: ApplicationRegistered): PrepareCertificate {
    return Object.assign(new PrepareCertificate(registered), { codedAt: at });
  }

  /** The month of coding (N1 annex 6), as `202608`. */
  monthOf({ evidenceAt }: ApplicationRegistered): string {
    return shanghaiDate(this.codedAt ?? new Date(evidenceAt))
      .slice(0, 7)
      .replace('-', '');
  }

  get isRepeated(): boolean {
    return this.codedAt !== null;
  }
}

/** A registration for which the month has no number left, and when there are new ones. */
export interface Waiting {
  readonly registered: ApplicationRegistered;
  readonly until: Date;
}

export const POSTPONED = 'certificates.postponement';

@CommandHandler(PrepareCertificate)
export class PrepareCertificateHandler implements ICommandHandler<PrepareCertificate> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute(command: PrepareCertificate): Promise<readonly Waiting[]> {
    permit('certificate.issue');
    const fresh = await this.fresh(command);
    if (fresh.length === 0) return [];
    const serials = fresh.map((one) => serialOf(one, command.monthOf(one)));
    const next = await this.reserve(serials);
    const waiting: Waiting[] = [];
    for (const [i, registered] of fresh.entries()) {
      const [serial, yearMonth] = [next(serials[i]!), command.monthOf(registered)];
      if (serial > LAST_SERIAL) waiting.push({ registered, until: monthAfter(yearMonth) });
      else this.uow.add(Certificate.prepare(this.factsOf(registered, numberOf(registered, yearMonth, serial), next)));
    }
    if (waiting.length > 0) await this.giveBack(serials);
    if (!command.isRepeated) for (const one of waiting) await this.postpone(one);
    return waiting;
  }

  /** Those that have no certificate and do not wait for one. */
  private async fresh({ registered, isRepeated }: PrepareCertificate): Promise<ApplicationRegistered[]> {
    const known = await this.sql.rows<{ id: string }>(
      `SELECT application_id AS id FROM certificates.certificate WHERE application_id = ANY($1)
       UNION ALL SELECT application_id FROM certificates.postponement WHERE application_id = ANY($1) AND NOT $2`,
      [registered.map(({ applicationId }) => applicationId), isRepeated],
    );
    const ids = new Set(known.map(({ id }) => id));
    return registered.filter(({ applicationId }) => !ids.has(applicationId));
  }

  private async postpone({ registered, until }: Waiting): Promise<void> {
    const { id } = this.uow.add(Postponement.begin(registered, until));
    await this.uow.schedule(POSTPONED, id, until);
  }

  /** Takes all numbers and places that are needed, with one statement. @returns gives the next of a counter */
  private async reserve(serials: readonly string[]): Promise<(counter: string) => number> {
    const needed = new Map<string, number>([[STATUS_LIST, serials.length]]);
    for (const serial of serials) needed.set(serial, (needed.get(serial) ?? 0) + 1);
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

  /** Beyond the last serial there is none. */
  private async giveBack(serials: readonly string[]): Promise<void> {
    await this.sql.rows('UPDATE certificates.counter SET value = $2 WHERE name = ANY($1) AND value > $2', [
      serials,
      LAST_SERIAL,
    ]);
  }

  private factsOf(
    registered: ApplicationRegistered,
    number: string,
    next: (counter: string) => number,
  ): CertificateFacts {
    const { applicationId, registrarId, holder, resource, rights, validFrom, validTo, rulePack } = registered;
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

/** N1 annex 6: the serial runs by region, registrar and month of coding. */
const serialOf = ({ regionCode2, registrarDigit }: ApplicationRegistered, yearMonth: string): string =>
  `serial ${regionCode2}${registrarDigit} ${yearMonth}`;

/** INV-05: never reused, never above 9999. */
const numberOf = (registered: ApplicationRegistered, yearMonth: string, serial: number): string =>
  certificateNumber({
    region: registered.regionCode2,
    registrarDigit: registered.registrarDigit,
    yearMonth,
    serial,
  });

/** The beginning of the month after `202608`, in Asia/Shanghai. */
function monthAfter(yearMonth: string): Date {
  const [year, month] = [Number(yearMonth.slice(0, 4)), Number(yearMonth.slice(4))];
  return startOfDay(month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`);
}
