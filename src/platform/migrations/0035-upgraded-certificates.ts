import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A certificate issued elsewhere, in whose place one issued here stands. */
export class UpgradedCertificates35 implements MigrationInterface {
  name = 'UpgradedCertificates1700000000035';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE recognition.foreign_certificate
        ADD COLUMN upgraded_by jsonb,
        DROP CONSTRAINT foreign_certificate_state_check,
        DROP CONSTRAINT foreign_certificate_check2,
        ADD CONSTRAINT foreign_certificate_state_check CHECK
          (state IN ('SUBMITTED', 'VERIFIED', 'REJECTED', 'RECORDED', 'UPGRADED', 'LAPSED', 'ENDED')),
        ADD CONSTRAINT foreign_certificate_recorded CHECK
          ((state IN ('RECORDED', 'UPGRADED', 'LAPSED', 'ENDED')) = (recorded IS NOT NULL)),
        ADD CONSTRAINT foreign_certificate_upgraded CHECK ((state = 'UPGRADED') = (upgraded_by IS NOT NULL));
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
