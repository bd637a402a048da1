import { canonicalText, type Credential } from '@app/signing';
import { eventType, revive } from '../platform/event.js';
import type { Sql } from '../platform/sql.js';
import { openManager, type UnitOfWork } from '../platform/unit-of-work.js';
import { CertificatePrepared, type CertificateFacts, type SignedCredentials } from './certificate-events.js';

/** Known to this file only: nobody else can make what follows, neither by the compiler nor at run time. */
const ours = Symbol('made from a committed intent');

/** @returns each signature without the payload, of a credential and its canonical form */
type Signer = (credential: Credential, canonical: string) => Promise<SignedCredentials>;

/**
 * The token to sign one certificate, once. Only its intent yields it: the event `CertificatePrepared`, committed; as the unit of work gives
 * it after the commit, or read back. The credential is that event's, so that what is signed is what the ledger holds.
 */
export class PreparedCertificate {
  #used = false;

  constructor(
    proof: typeof ours,
    private readonly intent: CertificatePrepared,
  ) {
    mustBeOurs(proof);
  }

  get certificateId(): string {
    return this.intent.certificateId;
  }

  /** Gives tokens for what the transaction under way intends, when it is committed. */
  static whenCommitted(uow: UnitOfWork, take: (prepared: readonly PreparedCertificate[]) => void): void {
    uow.tellWhenCommitted((events) => {
      const intents = events.filter((event) => event instanceof CertificatePrepared);
      take(intents.map((intent) => new PreparedCertificate(ours, intent)));
    });
  }

  /** Tokens for intents without a result, the oldest first, but for those `held` back. */
  static async read(sql: Sql, limit: number, held: readonly string[] = []): Promise<PreparedCertificate[]> {
    if (openManager()) throw new Error('within a transaction no intent is committed yet');
    const type = eventType(CertificatePrepared);
    const rows = await sql.rows<{ payload: string }>(
      `WITH next AS MATERIALIZED (
         SELECT certificate_id AS id FROM certificates.to_sign WHERE certificate_id <> ALL($2) ORDER BY certificate_id LIMIT $3)
       SELECT e.payload FROM next, LATERAL (
         SELECT payload FROM ledger.payload
         WHERE (stream, version, type) = (id, 1, $1) AND payload IS NOT NULL OFFSET 0) e ORDER BY id`,
      [type, held, limit],
    );
    return rows.map(({ payload }) => new PreparedCertificate(ours, revive(type, payload) as CertificatePrepared));
  }

  /** Uses the token up, also when signing fails: another try reads the intent again. */
  async sign(signer: Signer): Promise<SignedCertificate> {
    if (this.#used) throw new Error(`the token of ${this.certificateId} is used`);
    this.#used = true;
    const credential = this.intent.facts.credential as Credential;
    return new SignedCertificate(ours, this.intent, await signer(credential, canonicalText(credential)!));
  }
}

/** What was signed says what follows from it. */
export interface Signed {
  readonly subject: CertificateFacts['credential']['credentialSubject'];
  /** Without the payload. */
  readonly credentials: SignedCredentials;
}

/** What a used token gives, and the only thing that is recorded as a certificate's signatures. */
export class SignedCertificate implements Signed {
  constructor(
    proof: typeof ours,
    readonly intent: CertificatePrepared,
    readonly credentials: SignedCredentials,
  ) {
    mustBeOurs(proof);
  }

  get certificateId(): string {
    return this.intent.certificateId;
  }

  get subject(): Signed['subject'] {
    return this.intent.facts.credential.credentialSubject;
  }
}

function mustBeOurs(proof: unknown): void {
  if (proof !== ours) throw new Error('only a committed intent can be signed');
}
