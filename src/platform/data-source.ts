import { DataSource, DefaultNamingStrategy, type DataSourceOptions } from 'typeorm';
import { Certificate } from '../certificates/certificate.js';
import { KeyRotation } from '../certificates/key-rotation.js';
import { NumberSeries } from '../certificates/number-series.js';
import { Postponement } from '../certificates/postponement.js';
import { RegisterAct } from '../certificates/register-act.js';
import { CommitteeCase } from '../committee/committee-case.js';
import { Expert } from '../committee/expert.js';
import { Obligation } from '../committee/obligation.js';
import { Commission } from '../brokerage/commission.js';
import { Mandate } from '../brokerage/mandate.js';
import { WebhookEndpoint } from '../feed/webhook-endpoint.js';
import { LogKeeping } from '../ledger/log-keeping.js';
import { Delivery } from '../delivery/delivery.js';
import { Erasure } from '../ledger/erasure.js';
import { Manifest } from '../feed/manifest.js';
import { Listing } from '../market/listing.js';
import { Venue } from '../market/venue.js';
import { Account } from '../settlement/account.js';
import { BankNotice } from '../settlement/bank-notice.js';
import { DistributionScheme } from '../settlement/distribution-scheme.js';
import { Distribution } from '../settlement/distribution.js';
import { Escrow } from '../settlement/escrow.js';
import { FeeSchedule } from '../settlement/fee-schedule.js';
import { Hold } from '../settlement/hold.js';
import { Payout } from '../settlement/payout.js';
import { Reconciliation } from '../settlement/reconciliation.js';
import { Transfer } from '../settlement/transfer.js';
import { Order } from '../trading/order.js';
import { MachineClient } from '../parties/machine-client.js';
import { Membership } from '../parties/membership.js';
import { OrganisationKey } from '../parties/organisation-key.js';
import { Organisation } from '../parties/organisation.js';
import { Person } from '../parties/person.js';
import { advisoryLocks } from './advisory-locks.js';
import { DemonstrationClock } from './demonstration-clock.js';
import { Application } from '../registration/application.js';
import { Authority } from '../registration/authority.js';
import { DataResource } from '../registration/data-resource.js';
import { ForeignCertificate } from '../recognition/foreign-certificate.js';
import { TrustedIssuer } from '../recognition/trusted-issuer.js';
import { Objection } from '../registration/objection.js';
import { RecordRequest } from '../registration/record-request.js';
import { Registrar } from '../registrars/registrar.js';
import { RulePack } from '../rulepacks/rule-pack.js';
import { StaffMember } from '../registrars/staff-member.js';
import { Platform1 } from './migrations/0001-platform.js';
import { Parties2 } from './migrations/0002-parties.js';
import { Registration3 } from './migrations/0003-registration.js';
import { Certificates4 } from './migrations/0004-certificates.js';
import { Market5 } from './migrations/0005-market.js';
import { Trading6 } from './migrations/0006-trading.js';
import { Delivery7 } from './migrations/0007-delivery.js';
import { Settlement8 } from './migrations/0008-settlement.js';
import { Brokerage9 } from './migrations/0009-brokerage.js';
import { Intake10 } from './migrations/0010-intake.js';
import { LogKeeping11 } from './migrations/0011-log-keeping.js';
import { Feed12 } from './migrations/0012-feed.js';
import { Webhooks13 } from './migrations/0013-webhooks.js';
import { Erasure15 } from './migrations/0015-erasure.js';
import { OneTimePasswords16 } from './migrations/0016-one-time-passwords.js';
import { LeafOfEvent17 } from './migrations/0017-leaf-of-event.js';
import { RulePacks18 } from './migrations/0018-rule-packs.js';
import { RegistrationTypes19 } from './migrations/0019-registration-types.js';
import { Procedure20 } from './migrations/0020-procedure.js';
import { Committee21 } from './migrations/0021-committee.js';
import { AfterRegistration22 } from './migrations/0022-after-registration.js';
import { CertificateEffects26 } from './migrations/0026-certificate-effects.js';
import { Registrars23 } from './migrations/0023-registrars.js';
import { Issuing24 } from './migrations/0024-issuing.js';
import { Recognition26 } from './migrations/0026-recognition.js';
import { Fingerprints28 } from './migrations/0028-fingerprints.js';
import { Objections27 } from './migrations/0027-objections.js';
import { CertificateNumbers28 } from './migrations/0028-certificate-numbers.js';
import { RecordRequests29 } from './migrations/0029-record-requests.js';
import { SeveralPacks30 } from './migrations/0030-several-packs.js';
import { TakenUpApplications30 } from './migrations/0030-taken-up-applications.js';
import { JointApplicants31 } from './migrations/0031-joint-applicants.js';
import { KeyRotation32 } from './migrations/0032-key-rotation.js';
import { Authorities34 } from './migrations/0034-authorities.js';
import { UpgradedCertificates35 } from './migrations/0035-upgraded-certificates.js';
import { SuccessorsAndChanges36 } from './migrations/0036-successors-and-changes.js';
import { CertificatesToSign37 } from './migrations/0037-certificates-to-sign.js';
import { CheaperRows38 } from './migrations/0038-cheaper-rows.js';
import { GuardByStatement39 } from './migrations/0039-guard-by-statement.js';
import { CredentialKeptOnce41 } from './migrations/0041-credential-kept-once.js';
import { LeafInItsPlace42 } from './migrations/0042-leaf-in-its-place.js';
import { AgentsInObjections43 } from './migrations/0043-agents-in-objections.js';
import { AllWritten44 } from './migrations/0044-all-written.js';
import { RecordRequestsWithdrawn45 } from './migrations/0045-record-requests-withdrawn.js';
import { prepareDatabase } from './prepare-database.js';
import { CommandClient, PIPELINED } from './serializable.js';
import { StartError } from './start-error.js';
import { UploadedFile } from './uploaded-file.js';

class SnakeCase extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined, prefixes: string[]): string {
    return custom ?? [...prefixes, property].join('_').replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
  }
}

/** The one list of entities and of migrations. */
const entities = [
  DemonstrationClock,
  LogKeeping,
  Manifest,
  Organisation,
  OrganisationKey,
  Person,
  MachineClient,
  Membership,
  UploadedFile,
  RulePack,
  Registrar,
  StaffMember,
  ForeignCertificate,
  TrustedIssuer,
  DataResource,
  Application,
  Certificate,
  RegisterAct,
  Venue,
  Listing,
  Order,
  Delivery,
  Account,
  Transfer,
  Hold,
  FeeSchedule,
  DistributionScheme,
  Escrow,
  Distribution,
  Payout,
  BankNotice,
  Reconciliation,
  Mandate,
  Commission,
  WebhookEndpoint,
  Erasure,
  Expert,
  CommitteeCase,
  Obligation,
  Objection,
  NumberSeries,
  KeyRotation,
  Postponement,
  RecordRequest,
  Authority,
];
const migrations = [
  Platform1,
  Parties2,
  Registration3,
  Certificates4,
  Market5,
  Trading6,
  Delivery7,
  Settlement8,
  Brokerage9,
  Intake10,
  LogKeeping11,
  Feed12,
  Webhooks13,
  Erasure15,
  OneTimePasswords16,
  LeafOfEvent17,
  RulePacks18,
  RegistrationTypes19,
  Procedure20,
  Committee21,
  AfterRegistration22,
  CertificateEffects26,
  Registrars23,
  Issuing24,
  Recognition26,
  Fingerprints28,
  Objections27,
  CertificateNumbers28,
  RecordRequests29,
  TakenUpApplications30,
  SeveralPacks30,
  JointApplicants31,
  KeyRotation32,
  Authorities34,
  UpgradedCertificates35,
  SuccessorsAndChanges36,
  CertificatesToSign37,
  CheaperRows38,
  GuardByStatement39,
  CredentialKeptOnce41,
  LeafInItsPlace42,
  AgentsInObjections43,
  AllWritten44,
  RecordRequestsWithdrawn45,
];

/** Roles without login that the login of DATABASE_URL takes on; each may do only its own work. */
export type DatabaseRole = 'databourse_owner' | 'databourse_app' | 'databourse_sequencer' | 'databourse_auditor';

/** The injection token of the database's URL, for those who need connections of another role. */
export const DATABASE_URL = Symbol('database URL');

/** `role` holds from the first statement of every connection. The ledger never trades durability for speed. */
export const sessionOptions = (role: DatabaseRole): string =>
  `-c role=${role} -c synchronous_commit=on -c idle_in_transaction_session_timeout=60s`;

export function dataSourceOptions(url: string, role: DatabaseRole, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    migrations,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeCase(),
    poolSize,
    extra: { ...PIPELINED, options: sessionOptions(role), Client: CommandClient },
  };
}

const ROLES: readonly DatabaseRole[] = [
  'databourse_owner',
  'databourse_app',
  'databourse_sequencer',
  'databourse_auditor',
];

/**
 * Prepares the database, then brings the schema up to date. Safe to run from several processes at once.
 * @throws StartError when the login lacks rights, or the server or this program is too old
 */
export async function migrate(url: string): Promise<void> {
  const login = new DataSource({ type: 'postgres', url, poolSize: 1 });
  await login.initialize();
  const runner = login.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [advisoryLocks.migration]);
    await prepareDatabase(runner.query.bind(runner), ROLES);
    const owner = new DataSource(dataSourceOptions(url, 'databourse_owner', 1));
    await owner.initialize();
    try {
      await mustNotBeNewer(owner);
      await owner.runMigrations();
    } finally {
      await owner.destroy();
    }
  } finally {
    await runner.release();
    await login.destroy();
  }
}

async function mustNotBeNewer(database: DataSource): Promise<void> {
  const [{ made }] = await database.query("SELECT to_regclass('migration') IS NOT NULL AS made");
  if (!made) return;
  const done = await database.query<{ name: string }[]>('SELECT name FROM migration');
  const known = new Set(database.migrations.map((migration) => migration.name));
  const newer = done.map(({ name }) => name).filter((name) => !known.has(name));
  if (newer.length === 0) return;
  const which = newer.join(', ');
  throw new StartError(
    `数据由更新版本的程序写成,请升级本程序。 The data were written by a newer version of this program: upgrade it. (${which})`,
  );
}
