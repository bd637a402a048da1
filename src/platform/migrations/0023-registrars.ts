import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Registrars23 implements MigrationInterface {
  name = 'Registrars1700000000023';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE registration.registrar
        ALTER digit DROP NOT NULL,
        DROP CONSTRAINT registrar_state_check,
        ADD CONSTRAINT registrar_state_check CHECK (state IN
          ('CANDIDATE', 'RECOMMENDED', 'CATALOGUED', 'PUBLISHING_SUSPENDED', 'REMOVED', 'EXIT_NOTICED', 'EXIT_APPROVED',
           'EXITED')),
        ADD profile jsonb,
        ADD disclosure jsonb,
        ADD pending jsonb,
        ADD measures jsonb NOT NULL DEFAULT '[]',
        ADD changes jsonb NOT NULL DEFAULT '[]',
        ADD reports jsonb NOT NULL DEFAULT '[]',
        ADD overdue jsonb NOT NULL DEFAULT '[]',
        ADD exit jsonb,
        ADD archive jsonb,
        ADD successor_id text REFERENCES registration.registrar (organisation_id),
        -- Of registrars without one in their first event: the year in which the regime came into force.
        ADD first_year integer DEFAULT 2026,
        ADD CHECK (successor_id <> organisation_id),
        ADD CHECK ((state IN ('CANDIDATE', 'RECOMMENDED')) = (digit IS NULL)),
        ADD CHECK ((digit IS NULL) = (first_year IS NULL)),
        ADD CHECK (state <> 'EXITED' OR (archive->>'confirmedAt' IS NOT NULL AND successor_id IS NOT NULL));
      ALTER TABLE registration.registrar
        ALTER measures DROP DEFAULT, ALTER changes DROP DEFAULT, ALTER reports DROP DEFAULT, ALTER overdue DROP DEFAULT,
        ALTER first_year DROP DEFAULT;
      -- The report on 2026 is owed until 31 March 2027, in Asia/Shanghai.
      INSERT INTO platform.deadline (kind, subject, due_at, try_at)
      SELECT 'registration.registrar-duty', id, '2027-03-31T16:00:00Z', '2027-03-31T16:00:00Z' FROM registration.registrar;

      CREATE TABLE registration.staff_member (
        id text PRIMARY KEY,
        version integer NOT NULL,
        registrar_id text NOT NULL REFERENCES registration.registrar (organisation_id),
        person_id text NOT NULL,
        disciplines jsonb NOT NULL,
        experienced_since text NOT NULL,
        document_sha256 text NOT NULL,
        state text NOT NULL CHECK (state IN ('ACTIVE', 'ENDED')),
        listed_at timestamptz NOT NULL,
        ended_at timestamptz,
        reason text,
        CHECK ((state = 'ENDED') = (ended_at IS NOT NULL))
      );
      CREATE UNIQUE INDEX staff_member_active ON registration.staff_member (registrar_id, person_id)
        WHERE state = 'ACTIVE';
      SELECT platform.audit('registration.staff_member');
      GRANT SELECT, INSERT, UPDATE ON registration.staff_member TO databourse_app;
      GRANT SELECT ON registration.staff_member TO databourse_auditor;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
