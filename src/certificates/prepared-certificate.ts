import { canonicalText, type Credential } from '@app/signing';
import { eventType } from '../platform/event.js';
import type { Sql } from '../platform/sql.js';
import { openManager, type UnitOfWork } from '../platform/unit-of-work.js';
import { CertificatePrepared, type CertificateFacts, type SignedCredentials } from './certificate.js';

/** Known to this file only: nobody else can make what follows, neither by the compiler nor at run time. */
const ours = Symbol('made from a committed intent');

/**
 * The token to sign one certificate, once. Only its intent yields it: the event `CertificatePrepared`, committed; as the unit of work gives
 * it after the commit, or read back. The credential is that event's, so that what is signed is what the ledger holds.
 */
export class PreparedCertificate {
  #used = false;

  constructor(
    proof: typeof ours,
    readonly certificateId: string,
    private readonly credential: Credential,
    /** The same in canonical form, as the ledger holds it: a part of a canonical text is canonical. */
    private readonly text: string,
  ) {
    mustBeOurs(proof);
  }

  /** Gives tokens for what the transaction under way intends, when it is committed. */
  static whenCommitted(uow: UnitOfWork, take: (prepared: readonly PreparedCertificate[]) => void): void {
    uow.tellWhenCommitted((events) => {
      const intents = events.filter((event) => event instanceof CertificatePrepared);
      const tokenOf = (id: string, { credential }: CertificateFacts) =>
        new PreparedCertificate(ours, id, credential as Credential, canonicalText(credential)!);
      take(intents.map(({ certificateId, facts }) => tokenOf(certificateId, facts)));
    });
  }

  /** Tokens for intents without a result, the oldest first, but for those `held` back. */
  static async read(sql: Sql, limit: number, held: readonly string[] = []): Promise<PreparedCertificate[]> {
    if (openManager()) throw new Error('within a transaction no intent is committed yet');
    const rows = await sql.rows<{ id: string; credential: string }>(
      `WITH next AS MATERIALIZED (
         SELECT certificate_id AS id FROM certificates.to_sign WHERE certificate_id <> ALL($2) ORDER BY certificate_id LIMIT $3)
       SELECT id, e.credential FROM next, LATERAL (
         SELECT payload::json #>> '{facts,credential}' AS credential FROM ledger.payload
         WHERE (stream, version, type) = (id, 1, $1) AND payload IS NOT NULL OFFSET 0) e ORDER BY id`,
      [eventType(CertificatePrepared), held, limit],
    );
    return rows.map(
      ({ id, credential: text }) => new PreparedCertificate(ours, id, JSON.parse(text) as Credential, text),
    );
  }

  /** Uses the token up, also when signing fails: another try reads the intent again. */
  async sign(signer: (credential: Credential, text: string) => Promise<Signed>): Promise<SignedCertificate> {
    if (this.#used) throw new Error(`the token of ${this.certificateId} is used`);
    this.#used = true;
    return new SignedCertificate(ours, this.certificateId, await signer(this.credential, this.text));
  }
}

/** What was signed says what follows from it, so that nobody reads it a second time. */
export interface Signed {
  readonly subject: CertificateFacts['credential']['credentialSubject'];
  /** Without the payload. */
  readonly credentials: SignedCredentials;
}

/** What a used token gives, and the only thing that is recorded as a certificate's signatures. */
export class SignedCertificate implements Signed {
  readonly subject: Signed['subject'];
  readonly credentials: SignedCredentials;

  constructor(
    proof: typeof ours,
    readonly certificateId: string,
    { subject, credentials }: Signed,
  ) {
    mustBeOurs(proof);
    this.subject = subject;
    this.credentials = credentials;
  }
}

function mustBeOurs(proof: unknown): void {
  if (proof !== ours) throw new Error('only a committed intent can be signed');
}
