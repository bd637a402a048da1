import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ListOrganisationKeys } from '../parties/list-organisation-keys.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { compactCredentials, CREDENTIAL, readCredential, type KeptCredentials } from './compact-credentials.js';
import { CertificateIssuer } from './issuer.js';

/** What the holder can never hide: of what the certificate is. */
const SHOWN = ['id', 'certificateNumber'];

/**
 * A certificate in the form of which its holder can hide any part (SD-JWT), bound to the holder's newest signing key. It only repeats the
 * certificate that is in force, so it is made anew for everybody who asks, with other salts.
 */
export class GetSdJwt extends Query<string> {
  constructor(readonly number: string) {
    super();
  }
}

interface Row extends KeptCredentials {
  readonly holderId: string;
}

@QueryHandler(GetSdJwt)
export class GetSdJwtHandler implements IQueryHandler<GetSdJwt> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
    private readonly issuer: CertificateIssuer,
  ) {}

  async execute({ number }: GetSdJwt): Promise<string> {
    const row = await this.sql.row<Row>(
      `SELECT holder_id AS "holderId", ${CREDENTIAL}, credentials
       FROM certificates.certificate WHERE number = $1`,
      [number],
    );
    if (!row) throw new Refusal('not-found', { kind: 'certificate', id: number });
    const issued = compactCredentials(row)?.ES256;
    if (issued === undefined) throw new Refusal('certificates/not-issued', { number });
    const { keys } = await this.queries.execute(new ListOrganisationKeys(row.holderId, 'sig'));
    return this.issuer.signDisclosable(issued, hideable(readCredential(row).credentialSubject), keys[0]);
  }
}

/** Each member of the subject, and each member of those that are objects or rows of objects. */
function hideable(subject: Record<string, unknown>): string[] {
  const names = Object.keys(subject).filter((name) => !SHOWN.includes(name));
  return names.flatMap((name) => {
    return [pointer(name), ...inside(subject[name], name)];
  });
}

function inside(value: unknown, ...at: string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((row, i) => inside(row, ...at, String(i)));
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).map((member) => pointer(...at, member));
}

const pointer = (...names: string[]): string =>
  ['', 'credentialSubject', ...names].map((name) => name.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
