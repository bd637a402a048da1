import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Certificates whose successor waits for a number; changes that an objection led to. */
export class SuccessorsAndChanges36 implements MigrationInterface {
  name = 'SuccessorsAndChanges1700000000036';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE certificates.certificate
        DROP CONSTRAINT certificate_superseded,
        ADD CONSTRAINT certificate_superseded CHECK (status = 'SUPERSEDED' OR superseded_by IS NULL);
      ALTER TABLE registration.application ADD COLUMN objection_id text;
      CREATE UNIQUE INDEX application_objection ON registration.application (objection_id)
        WHERE objection_id IS NOT NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
