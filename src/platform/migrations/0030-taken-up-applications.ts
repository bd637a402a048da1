import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * That an application gets its certificate once is kept by a key that only preparing touches: read off the certificates themselves, it
 * collided with their issuance at the same moment.
 */
export class TakenUpApplications30 implements MigrationInterface {
  name = 'TakenUpApplications1700000000030';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Has certificates, or waits for a number.
      CREATE TABLE certificates.taken_up (application_id text PRIMARY KEY);
      INSERT INTO certificates.taken_up
        SELECT application_id FROM certificates.certificate UNION SELECT application_id FROM certificates.postponement;
      GRANT SELECT, INSERT ON certificates.taken_up TO databourse_app;
      GRANT SELECT ON certificates.taken_up TO databourse_auditor;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
