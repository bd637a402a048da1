import type { Credential } from '@app/signing';
import { eventType, revive } from '../platform/event.js';
import type { Sql } from '../platform/sql.js';
import { openManager, type UnitOfWork } from '../platform/unit-of-work.js';
import { CertificatePrepared, type CertificateFacts, type SignedCredentials } from './certificate-events.js';

/** Known to this file only: nobody else can make what follows, neither by the compiler nor at run time. */
const ours = Symbol('made from a committed intent');

/** @returns each signature without the payload, of a credential and its canonical form in UTF-8 */
type Signer = (credential: Credential, canonical: Buffer) => Promise<SignedCredentials>;

/**
 * The token to sign one certificate, once. Only its intent yields it: the event `CertificatePrepared`, committed; as the unit of work gives
 * it after the commit, or read back. What is signed are the very bytes that the ledger holds.
 */
export class PreparedCertificate {
  #used = false;

  constructor(
    proof: typeof ours,
    private readonly intent: CertificatePrepared,
    /** As it stands in the ledger. */
    private readonly payload: Buffer,
  ) {
    mustBeOurs(proof);
  }

  get certificateId(): string {
    return this.intent.certificateId;
  }

  /** Gives tokens for what the transaction under way intends, when it is committed. */
  static whenCommitted(uow: UnitOfWork, take: (prepared: readonly PreparedCertificate[]) => void): void {
    uow.tellWhenCommitted((committed) => {
      const tokens = committed.flatMap(({ event, payload }) =>
        event instanceof CertificatePrepared ? [new PreparedCertificate(ours, event, payload)] : [],
      );
      take(tokens);
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
    return rows.map(({ payload }) => {
      const intent = revive(type, payload) as CertificatePrepared;
      return new PreparedCertificate(ours, intent, Buffer.from(payload));
    });
  }

  /** Uses the token up, also when signing fails: another try reads the intent again. */
  async sign(signer: Signer): Promise<SignedCertificate> {
    if (this.#used) throw new Error(`the token of ${this.certificateId} is used`);
    this.#used = true;
    const credential = this.intent.facts.credential as Credential;
    return new SignedCertificate(ours, this.intent, await signer(credential, credentialWithin(this.payload)));
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

const BEFORE = Buffer.from('"credential":');
/** The member behind it. Within a text there would be backslashes, and of what follows nothing has members of its own. */
const BEHIND = Buffer.from(',"holderId":');

/** The canonical form of the credential, as a part of that of its event. */
function credentialWithin(payload: Buffer): Buffer {
  return payload.subarray(payload.indexOf(BEFORE) + BEFORE.length, payload.lastIndexOf(BEHIND));
}

function mustBeOurs(proof: unknown): void {
  if (proof !== ours) throw new Error('only a committed intent can be signed');
}
