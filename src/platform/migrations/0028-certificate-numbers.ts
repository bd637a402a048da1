import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is noted of numbers that run low or out. */
export class CertificateNumbers28 implements MigrationInterface {
  name = 'CertificateNumbers1700000000028';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- The numbers of one registrar in one month, from the moment when they run low.
      CREATE TABLE certificates.number_series (
        id text PRIMARY KEY,
        version integer NOT NULL,
        region_code2 text NOT NULL CHECK (region_code2 ~ '^[0-9]{2}$'),
        registrar_digit text NOT NULL CHECK (registrar_digit ~ '^[0-9]$'),
        year_month text NOT NULL CHECK (year_month ~ '^[0-9]{6}$'),
        alarm integer NOT NULL CHECK (alarm IN (0, 90, 99, 100)),
        gaps jsonb NOT NULL,
        UNIQUE (region_code2, registrar_digit, year_month)
      );
      SELECT platform.audit('certificates.number_series');

      -- Registered when the numbers of the month were used up: certified with a number of the next one.
      CREATE TABLE certificates.postponement (
        id text PRIMARY KEY,
        version integer NOT NULL,
        application_id text NOT NULL UNIQUE,
        registered jsonb NOT NULL,
        until timestamptz NOT NULL,
        state text NOT NULL CHECK (state IN ('WAITING', 'ENDED'))
      );
      SELECT platform.audit('certificates.postponement');
      CREATE INDEX certificate_superseded_by ON certificates.certificate (superseded_by) WHERE superseded_by IS NOT NULL;
      SELECT platform.open_schema('certificates');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
