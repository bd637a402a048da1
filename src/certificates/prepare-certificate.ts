import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { shanghaiDate, startOfDay } from '@app/calendar';
import { certificateNumber, LAST_SERIAL, rulePack as packOf } from '@app/rulepacks';
import { BASE_CONTEXT, statusEntry } from '@app/signing';
import { binaryArray } from '../platform/binary-array.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import type { ApplicationRegistered } from '../registration/application-events.js';
import { Certificate, certificateMachine, type CertificateFacts } from './certificate.js';
import { EXPIRY } from './expire-certificate.js';
import { CertificateIssuer } from './issuer.js';
import { Postponement } from './postponement.js';
import { PreparedCertificate } from './prepared-certificate.js';
import { ReservedNumbers, SERIAL } from './reserved-numbers.js';
import { SignPreparedCertificates } from './sign-prepared-certificates.js';

/**
 * Settles number and content of the certificates for registered applications; once for each application. When the month has no number
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
    private readonly signing: SignPreparedCertificates,
  ) {}

  async execute(command: PrepareCertificate): Promise<readonly Waiting[]> {
    permit('certificate.issue');
    const codings = command.registered.map((registered) => codingOf(registered, command.monthOf(registered)));
    // Asked together, as if all were fresh: what is not used goes back.
    const [fresh, numbers] = await Promise.all([this.fresh(command), this.reserve(codings)]);
    const next = (counter: string): number => numbers.next(counter);
    const waiting: Coding[] = [];
    for (const coding of codings) {
      if (!fresh.delete(coding.registered.applicationId)) continue;
      const serials = coding.parts.map(() => next(coding.counter));
      if (!coding.isQueryCode && serials.at(-1)! > LAST_SERIAL) waiting.push(coding);
      else {
        const number = this.prepare(coding, serials, next);
        if (coding.registered.prior) await this.supersede(coding.registered, number);
      }
    }
    PreparedCertificate.whenCommitted(this.uow, (prepared) => this.signing.take(prepared));
    numbers.giveBack(this.uow);
    const told = waiting.map(({ registered, yearMonth }) => ({ registered, until: monthAfter(yearMonth) }));
    if (!command.isRepeated) for (const one of told) await this.postpone(one);
    return told;
  }

  /** Those that were not taken up before. Whose turn is postponed was: its postponement, which ends once, keeps it to one. */
  private async fresh({ registered, isRepeated }: PrepareCertificate): Promise<Set<string>> {
    const ids = registered.map(({ applicationId }) => applicationId);
    if (isRepeated) return new Set(ids);
    const taken = await this.sql.rows<{ id: string }>(
      `INSERT INTO certificates.taken_up SELECT DISTINCT id FROM unnest($1::text[]) AS u (id)
       ON CONFLICT DO NOTHING RETURNING application_id AS id`,
      [binaryArray('text', ids)],
    );
    return new Set(taken.map(({ id }) => id));
  }

  private async postpone({ registered, until }: Waiting): Promise<void> {
    const { id } = this.uow.add(Postponement.begin(registered, until));
    await this.uow.schedule(POSTPONED, id, until);
    await this.supersede(registered, null);
  }

  /** @returns the number that takes the place of the prior certificate, if there is one */
  private prepare(coding: Coding, serials: readonly number[], next: Next): string {
    const { prior, type } = coding.registered;
    const [first, rest] = coding.parts as [ApplicationRegistered, ApplicationRegistered?];
    const [number, numberOfRest] = serials.map((serial) => numberOf(coding, serial)) as [string, string];
    const after = prior ? { supersedes: prior.number } : {};
    // 转让方不再保留: what is transferred begins a chain of its own.
    const transferred = prior && type === 'TRANSFER';
    this.add(first, number, transferred ? { transferredFrom: prior.number } : after, next);
    // Where a transferor keeps nothing, the place of its certificate is the transferee's.
    if (!transferred || rest === undefined) return number;
    this.add(rest, numberOfRest, after, next);
    return numberOfRest;
  }

  /** The rights of the certificate end when others are registered in their place, whether these have a number yet or not (INV-07). */
  private async supersede({ prior, applicationId, evidenceAt }: ApplicationRegistered, by: string | null) {
    if (!prior) return;
    const certificate = await this.uow.get(Certificate, prior.certificateId);
    if (by !== null) certificate.nameSuccessor(by);
    // What ended by itself between the registration and now stays as it ended.
    if (!certificateMachine.actions(certificate.status).includes('supersede')) return;
    certificate.supersede(by, applicationId, new Date(evidenceAt));
    await this.uow.schedule(EXPIRY, certificate.id, null);
  }

  private add(registered: ApplicationRegistered, number: string, chain: Chain, next: Next): void {
    this.uow.add(Certificate.prepare(this.factsOf(registered, number, chain, next)));
  }

  /** All numbers and places that are needed. */
  private reserve(codings: readonly Coding[]): Promise<ReservedNumbers> {
    const needed = new Map<string, number>();
    for (const { counter, parts } of codings)
      for (const name of [counter, STATUS_LIST]) needed.set(name, (needed.get(name) ?? 0) + parts.length);
    return ReservedNumbers.take(this.sql, needed);
  }

  private factsOf(registered: ApplicationRegistered, number: string, chain: Chain, next: Next): CertificateFacts {
    const { applicationId, registrarId, holder, resource, rights, validFrom, validTo, rulePack } = registered;
    const statusListIndex = next(STATUS_LIST) - 1;
    // In the order of the canonical form, here and below: nothing has to be put in order then.
    return {
      applicationId,
      credential: this.credentialOf(number, statusListIndex, registered, chain),
      holderId: holder.organisationId,
      number,
      registrarId,
      resourceId: resource.id,
      rights: rights.map(({ right }) => right),
      rulePack,
      statusListIndex,
      ...chain,
      validFrom,
      validTo,
    };
  }

  private credentialOf(
    number: string,
    index: number,
    registered: ApplicationRegistered,
    chain: Chain,
  ): CertificateFacts['credential'] {
    const {
      holder,
      holders,
      resource,
      rights,
      rightHolders,
      restriction,
      scenario,
      remarks,
      registrarId,
      evidenceAt,
      evidenceHash,
      operatingAgreementEnd,
      upgradedFrom,
    } = registered;
    return {
      '@context': [BASE_CONTEXT, this.issuer.contextUrl],
      credentialStatus: (['revocation', 'suspension'] as const).map((purpose) =>
        statusEntry(this.issuer.statusListUrl(purpose), purpose, index),
      ),
      credentialSubject: {
        certificateNumber: number,
        data: resource,
        evidence: { at: evidenceAt, sha256: evidenceHash },
        holder: { name: holder.name, uscc: holder.uscc },
        ...(holders && { holders }),
        id: `urn:uscc:${holder.uscc}`,
        ...numberNote(registered),
        ...(operatingAgreementEnd !== undefined && { operatingAgreementEnd }),
        registrar: registrarId,
        remarks,
        restriction,
        ...(rightHolders && { rightHolders }),
        rights,
        rulePack: registered.rulePack,
        scenario,
        ...chain,
        ...(upgradedFrom && { upgradedFrom }),
      },
      id: this.issuer.pageOf(number),
      issuer: this.issuer.did,
      type: ['VerifiableCredential', 'DataPropertyRegistrationCertificate'],
      validFrom: registered.validFrom,
      validUntil: registered.validTo,
    };
  }
}

const STATUS_LIST = 'status-list revocation';

type Next = (counter: string) => number;
type Chain = Pick<CertificateFacts, 'supersedes' | 'transferredFrom'>;

/** What one registration needs of the counters. */
interface Coding {
  readonly registered: ApplicationRegistered;
  /** What it brings on the register: after a transfer of a part also what the transferor keeps. */
  readonly parts: readonly ApplicationRegistered[];
  readonly yearMonth: string;
  readonly isQueryCode: boolean;
  readonly counter: string;
}

/** N1 annex 6: the serial runs by region, registrar and month of coding. */
function codingOf(registered: ApplicationRegistered, yearMonth: string): Coding {
  const { regionCode2, registrarDigit, remainder } = registered;
  const parts = [registered, ...(remainder ? [Object.assign({}, registered, remainder)] : [])];
  const isQueryCode = isQueryCodeOf(registered);
  const counter = `${isQueryCode ? 'query-code ' : SERIAL}${regionCode2}${registrarDigit} ${yearMonth}`;
  return { registered, parts, yearMonth, isQueryCode, counter };
}

/** A regime that gives a query code (登记结果查询码) has not published its form. */
function isQueryCodeOf({ rulePack }: ApplicationRegistered): boolean {
  const [id, version] = rulePack.split('@') as [string, string];
  return packOf(id, version).numbering.kind !== 'CERTIFICATE_NUMBER';
}

/** INV-05: never reused, never above 9999. */
function numberOf({ registered, yearMonth, isQueryCode }: Coding, serial: number): string {
  const { regionCode2: region, registrarDigit } = registered;
  if (isQueryCode) return `PROP${region}${registrarDigit}${yearMonth}${String(serial).padStart(6, '0')}`;
  return certificateNumber({ region, registrarDigit, yearMonth, serial });
}

/** The beginning of the month after `202608`, in Asia/Shanghai. */
function monthAfter(yearMonth: string): Date {
  const [year, month] = [Number(yearMonth.slice(0, 4)), Number(yearMonth.slice(4))];
  return startOfDay(month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`);
}

/** An invented query code says that it is one of this platform. */
const numberNote = (registered: ApplicationRegistered) =>
  isQueryCodeOf(registered)
    ? {
        numberNote: {
          source: 'PROP',
          zh: '登记结果查询码的格式未公布,此为本平台内部编号',
          en: 'The format of query codes is not published (未公布); this is a number of this platform',
        },
      }
    : {};
