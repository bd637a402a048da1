import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Market5 implements MigrationInterface {
  name = 'Market1700000000005';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA market;
      CREATE TABLE market.venue (
        id text PRIMARY KEY,
        version integer NOT NULL,
        code text NOT NULL UNIQUE,
        name jsonb NOT NULL,
        type text NOT NULL CHECK (type IN ('EXCHANGE', 'BASE', 'PLATFORM')),
        parent_id text REFERENCES market.venue,
        operator_id text NOT NULL,
        CHECK ((type = 'EXCHANGE') = (parent_id IS NULL))
      );
      SELECT platform.audit('market.venue');
      SELECT platform.open_schema('market');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
