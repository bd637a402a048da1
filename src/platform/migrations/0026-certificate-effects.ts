import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What listings and orders note of their certificate. */
export class CertificateEffects26 implements MigrationInterface {
  name = 'CertificateEffects1700000000026';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE market.listing ADD COLUMN suspended_for text CHECK (suspended_for IN ('CERTIFICATE', 'VENUE')),
        ADD CONSTRAINT listing_suspended CHECK (state = 'SUSPENDED' OR suspended_for IS NULL);
      ALTER TABLE trading.order ADD COLUMN risks jsonb NOT NULL DEFAULT '[]';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
