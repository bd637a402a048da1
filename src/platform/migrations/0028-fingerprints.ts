import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By what data is recognised, and what an application resembles. */
export class Fingerprints28 implements MigrationInterface {
  name = 'Fingerprints1700000000028';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE registration.data_resource ADD fingerprint jsonb;
      -- Without a pending list, which would make every two declarations conflict.
      CREATE INDEX data_resource_bands ON registration.data_resource USING gin ((fingerprint->'bands'))
        WITH (fastupdate = off);
      CREATE INDEX data_resource_sha256 ON registration.data_resource (sha256);
      ALTER TABLE registration.application ADD similar_data jsonb NOT NULL DEFAULT '[]';
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
