import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CertificateVerdict } from '@app/sdk';
import {
  examine,
  readCertificateFile,
  rejection,
  Undecodable,
  type CertificateFile,
  type Registered,
  type Rejection,
} from '@app/signing';
import { Clock } from '../platform/clock.js';
import { Sql } from '../platform/sql.js';
import { CREDENTIAL, credentialSha256, readCredential, type KeptCredentials } from './compact-credentials.js';
import { GetStatusList } from './get-status-list.js';
import { GetTrust } from './get-trust.js';
import { EarlierOrigins } from './earlier-origins.js';
import { CertificateIssuer, statusListOf } from './issuer.js';

const PURPOSES = ['revocation', 'suspension'] as const;

/** What takes its place is on the register, and gets its number when the next month has some. */
const NUMBER_FOLLOWS = '后续凭证待赋码 the number of what follows is not given yet';

/** Whether a certificate in any form, whoever brings it, may be relied on now, with every reason against it. */
export class GetVerdict extends Query<CertificateVerdict> {
  constructor(
    readonly document: string | Buffer,
    readonly binding?: { audience: string; nonce: string },
    /** Whether it could be relied on then. */
    readonly asOf?: Date,
  ) {
    super();
  }
}

interface Row extends KeptCredentials {
  readonly documentSha256: string | null;
}

@QueryHandler(GetVerdict)
export class GetVerdictHandler implements IQueryHandler<GetVerdict> {
  constructor(
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
    private readonly issuer: CertificateIssuer,
    private readonly earlier: EarlierOrigins,
  ) {}

  async execute({ document, binding, asOf }: GetVerdict): Promise<CertificateVerdict> {
    const now = asOf ?? this.clock.now();
    const earlier = await this.earlier.list();
    const checkedAt = now.toISOString();
    const file = read(typeof document === 'string' ? Buffer.from(document) : document);
    if (file instanceof Undecodable) {
      const reasons = [rejection('MALFORMED', file.message)];
      return { ok: false, kind: null, reasons, checks: [], number: null, checkedAt };
    }
    const { ok, kind, reasons, checks, number } = await examine(file, {
      trust: await this.queries.execute(new GetTrust()),
      now,
      // Only our own list is fetched, from ourselves: a credential must not make this service call addresses.
      statusList: async (url) => {
        for (const purpose of PURPOSES) {
          const ours = url === this.issuer.statusListUrl(purpose);
          const origin = earlier.find((known) => url === statusListOf(known, purpose));
          if (ours || origin) return this.queries.execute(new GetStatusList(purpose, asOf, origin));
        }
        return undefined;
      },
      register: (shown) => this.registered(shown),
      ...(binding && { binding }),
    });
    const named = await this.namer(reasons, number);
    return {
      ok,
      kind,
      reasons: reasons.map(named),
      checks: checks.map((check) => ({ ...check, reasons: check.reasons.map(named) })),
      number,
      checkedAt,
    };
  }

  /** The status list knows one bit; the register knows that a superseded certificate was not taken back. */
  private async namer(reasons: readonly Rejection[], number: string | null): Promise<(reason: Rejection) => Rejection> {
    const revoked = number !== null && reasons.some(({ code }) => code === 'REVOKED');
    const row =
      revoked &&
      (await this.sql.row<{ supersededBy: string | null }>(
        `SELECT superseded_by AS "supersededBy" FROM certificates.certificate WHERE number = $1 AND status = 'SUPERSEDED'`,
        [number],
      ));
    const superseded = row ? rejection('SUPERSEDED', row.supersededBy ?? NUMBER_FOLLOWS) : undefined;
    return (reason) => (superseded && reason.code === 'REVOKED' ? superseded : reason);
  }

  private async registered(number: string): Promise<Registered | null> {
    const row = await this.sql.row<Row>(
      `SELECT document_sha256 AS "documentSha256", ${CREDENTIAL}, credentials
       FROM certificates.certificate WHERE number = $1 AND credentials IS NOT NULL`,
      [number],
    );
    if (!row) return null;
    const credentials = Object.values<string>({ ...credentialSha256(row) });
    return { documentSha256: row.documentSha256, credential: readCredential(row), credentialSha256: credentials };
  }
}

function read(bytes: Buffer): CertificateFile | Undecodable {
  try {
    return readCertificateFile(bytes);
  } catch (error) {
    if (error instanceof Undecodable) return error;
    throw error;
  }
}
