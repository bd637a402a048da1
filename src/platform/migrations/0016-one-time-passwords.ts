import type { MigrationInterface, QueryRunner } from 'typeorm';

export class OneTimePasswords16 implements MigrationInterface {
  name = 'OneTimePasswords1700000000016';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE parties.credential ADD COLUMN one_time boolean NOT NULL DEFAULT false;
      CREATE INDEX oidc_record_account ON parties.oidc_record ((payload ->> 'accountId'));
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
