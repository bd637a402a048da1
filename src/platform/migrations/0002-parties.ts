import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first five tables are audited. What follows are secrets and passing records of signing in: no event tells of them,
 * none of them may ever reach the ledger, and all of them can be removed.
 */
export class Parties2 implements MigrationInterface {
  name = 'Parties1700000000002';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA parties;
      CREATE TABLE parties.organisation (
        id text PRIMARY KEY,
        version integer NOT NULL,
        uscc text NOT NULL UNIQUE CHECK (length(uscc) = 18),
        name text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('ENTERPRISE', 'PUBLIC_INSTITUTION', 'GOVERNMENT', 'SOCIAL', 'FOREIGN')),
        region_code text NOT NULL CHECK (region_code ~ '^[0-9]{6}$'),
        status text NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED'))
      );
      CREATE TABLE parties.organisation_key (
        id text PRIMARY KEY,
        version integer NOT NULL,
        organisation_id text NOT NULL REFERENCES parties.organisation,
        kid text NOT NULL UNIQUE,
        "use" text NOT NULL CHECK ("use" IN ('sig', 'enc')),
        jwk jsonb NOT NULL CHECK (NOT jwk ? 'd')
      );
      CREATE INDEX organisation_key_owner ON parties.organisation_key (organisation_id, "use");
      CREATE TABLE parties.person (
        id text PRIMARY KEY,
        version integer NOT NULL,
        organisation_id text NOT NULL REFERENCES parties.organisation,
        login text NOT NULL UNIQUE,
        display_name text NOT NULL,
        roles jsonb NOT NULL CHECK (jsonb_array_length(roles) > 0),
        status text NOT NULL CHECK (status IN ('ACTIVE', 'DEACTIVATED')),
        last_sign_in_at text
      );
      CREATE TABLE parties.machine_client (
        id text PRIMARY KEY,
        version integer NOT NULL,
        organisation_id text NOT NULL REFERENCES parties.organisation,
        name text NOT NULL,
        jwks jsonb NOT NULL,
        roles jsonb NOT NULL CHECK (jsonb_array_length(roles) > 0)
      );
      CREATE TABLE parties.membership (
        id text PRIMARY KEY,
        version integer NOT NULL,
        organisation_id text NOT NULL REFERENCES parties.organisation,
        venue_id text NOT NULL,
        roles jsonb NOT NULL CHECK (jsonb_array_length(roles) > 0),
        state text NOT NULL CHECK (state IN ('SUBMITTED', 'APPROVED', 'REJECTED', 'SUSPENDED', 'WITHDRAWN')),
        commitment_hash text NOT NULL CHECK (commitment_hash ~ '^[0-9a-f]{64}$'),
        reason text
      );
      CREATE UNIQUE INDEX membership_living ON parties.membership (organisation_id, venue_id)
        WHERE state IN ('SUBMITTED', 'APPROVED', 'SUSPENDED');
      CREATE INDEX membership_venue ON parties.membership (venue_id, id);
      SELECT platform.audit('parties.organisation'), platform.audit('parties.organisation_key'),
        platform.audit('parties.person'), platform.audit('parties.machine_client'), platform.audit('parties.membership');

      CREATE TABLE parties.credential (
        person_id text PRIMARY KEY REFERENCES parties.person DEFERRABLE INITIALLY DEFERRED,
        password_hash text NOT NULL
      );
      -- What the embedded issuer must remember for a while. Ids and codes are kept as digests.
      CREATE TABLE parties.oidc_record (
        model text NOT NULL,
        id bytea NOT NULL,
        payload jsonb NOT NULL,
        grant_id text,
        uid text,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (model, id)
      );
      CREATE INDEX oidc_record_grant ON parties.oidc_record (grant_id) WHERE grant_id IS NOT NULL;
      CREATE INDEX oidc_record_uid ON parties.oidc_record (model, uid) WHERE uid IS NOT NULL;
      CREATE INDEX oidc_record_expiry ON parties.oidc_record (expires_at);
      -- Who tried, as a digest of login and address.
      CREATE TABLE parties.sign_in_attempt (
        key bytea PRIMARY KEY,
        attempts integer NOT NULL,
        last_at timestamptz NOT NULL,
        blocked_until timestamptz NOT NULL
      );
      CREATE INDEX sign_in_attempt_last ON parties.sign_in_attempt (last_at);

      SELECT platform.open_schema('parties');
      REVOKE ALL ON parties.credential, parties.oidc_record, parties.sign_in_attempt FROM databourse_auditor;
      GRANT DELETE ON parties.credential, parties.oidc_record, parties.sign_in_attempt TO databourse_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
