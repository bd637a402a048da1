import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Applications that were filed as one under several regimes. */
export class SeveralPacks30 implements MigrationInterface {
  name = 'SeveralPacks1700000000030';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE registration.application ADD group_id text CHECK (group_id IS NULL OR type = 'INITIAL');
      CREATE UNIQUE INDEX application_group ON registration.application (group_id, regime) WHERE group_id IS NOT NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
