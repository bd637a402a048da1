import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Recognition26 implements MigrationInterface {
  name = 'Recognition1700000000026';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA recognition;
      CREATE TABLE recognition.foreign_certificate (
        id text PRIMARY KEY,
        version integer NOT NULL,
        holder_id text NOT NULL,
        registrar_id text NOT NULL CHECK (registrar_id <> holder_id),
        resource_id text NOT NULL,
        kind text NOT NULL CHECK (kind IN ('SHENZHEN', 'GUANGDONG', 'NATIONAL')),
        rule_pack text NOT NULL,
        number text NOT NULL,
        issuer text NOT NULL,
        register_url text NOT NULL,
        rights jsonb NOT NULL,
        valid_from timestamptz NOT NULL,
        valid_to timestamptz CHECK (valid_to > valid_from),
        credential text,
        document_sha256 text NOT NULL,
        state text NOT NULL CHECK (state IN ('SUBMITTED', 'VERIFIED', 'REJECTED', 'RECORDED', 'LAPSED', 'ENDED')),
        verification jsonb,
        recorded jsonb,
        ended jsonb,
        refusals jsonb NOT NULL,
        CHECK ((state IN ('RECORDED', 'LAPSED', 'ENDED')) = (recorded IS NOT NULL)),
        -- SOD-7, whatever wrote the row.
        CHECK (recorded IS NULL OR (verification IS NOT NULL AND recorded->>'by' <> verification->>'by')),
        CHECK ((state IN ('REJECTED', 'LAPSED', 'ENDED')) = (ended IS NOT NULL))
      );
      CREATE UNIQUE INDEX foreign_certificate_number ON recognition.foreign_certificate (number) WHERE state = 'RECORDED';
      CREATE INDEX foreign_certificate_any_number ON recognition.foreign_certificate (number);
      SELECT platform.audit('recognition.foreign_certificate');

      CREATE TABLE recognition.trusted_issuer (
        id text PRIMARY KEY,
        version integer NOT NULL,
        did text NOT NULL,
        name text NOT NULL,
        place text NOT NULL,
        contexts jsonb NOT NULL,
        keys jsonb NOT NULL,
        reason text NOT NULL,
        state text NOT NULL CHECK (state IN ('PROPOSED', 'TRUSTED', 'DECLINED', 'WITHDRAWN')),
        proposed_by text NOT NULL,
        decided_by text,
        CHECK (state <> 'TRUSTED' OR decided_by <> proposed_by)
      );
      CREATE UNIQUE INDEX trusted_issuer_did ON recognition.trusted_issuer (did) WHERE state = 'TRUSTED';
      SELECT platform.audit('recognition.trusted_issuer');
      SELECT platform.open_schema('recognition');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
