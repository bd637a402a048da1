import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Certificates4 implements MigrationInterface {
  name = 'Certificates1700000000004';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA certificates;
      CREATE TABLE certificates.certificate (
        id text PRIMARY KEY,
        version integer NOT NULL,
        number text NOT NULL UNIQUE CHECK (number ~ '^SJ[0-9]{2}[0-9][0-9]{6}[0-9]{4}$'),
        status text NOT NULL CHECK (status IN ('PREPARED', 'ACTIVE', 'EXPIRED', 'CANCELLED')),
        application_id text NOT NULL UNIQUE,
        holder_id text NOT NULL,
        registrar_id text NOT NULL,
        resource_id text NOT NULL,
        rights jsonb NOT NULL,
        valid_from timestamptz NOT NULL,
        valid_to timestamptz NOT NULL CHECK (valid_to > valid_from),
        status_list_index integer NOT NULL UNIQUE CHECK (status_list_index >= 0),
        rule_pack text NOT NULL,
        credential jsonb NOT NULL,
        credentials jsonb,
        document_sha256 text,
        ended jsonb,
        CHECK ((status = 'PREPARED') = (credentials IS NULL)),
        CHECK ((status IN ('EXPIRED', 'CANCELLED')) = (ended IS NOT NULL))
      );
      CREATE INDEX certificate_prepared ON certificates.certificate (id) WHERE status = 'PREPARED';
      CREATE INDEX certificate_resource ON certificates.certificate (resource_id);
      -- The last serial of each region, registrar and month, and the last place in the status list.
      CREATE TABLE certificates.counter (name text PRIMARY KEY, value integer NOT NULL CHECK (value > 0));
      SELECT platform.audit('certificates.certificate');
      SELECT platform.open_schema('certificates');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
