import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Brokerage9 implements MigrationInterface {
  name = 'Brokerage1700000000009';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA brokerage;
      CREATE TABLE brokerage.mandate (
        id text PRIMARY KEY,
        version integer NOT NULL,
        broker_id text NOT NULL,
        principal_id text NOT NULL CHECK (principal_id <> broker_id),
        side text NOT NULL CHECK (side IN ('SELL', 'BUY')),
        venue_id text NOT NULL,
        commission_bp integer NOT NULL CHECK (commission_bp BETWEEN 0 AND 3000),
        valid_from timestamptz NOT NULL,
        valid_to timestamptz NOT NULL CHECK (valid_to > valid_from),
        exclusive boolean NOT NULL,
        anti_circumvention_months integer NOT NULL CHECK (anti_circumvention_months BETWEEN 0 AND 36),
        reason text,
        state text NOT NULL CHECK (state IN ('OFFERED', 'ACTIVE', 'DECLINED', 'TERMINATED', 'EXPIRED'))
      );
      CREATE INDEX mandate_broker ON brokerage.mandate (broker_id, id);
      CREATE INDEX mandate_principal ON brokerage.mandate (principal_id, id);
      CREATE TABLE brokerage.commission (
        id text PRIMARY KEY,
        version integer NOT NULL,
        mandate_id text NOT NULL REFERENCES brokerage.mandate,
        order_id text NOT NULL UNIQUE,
        broker_id text NOT NULL,
        principal_id text NOT NULL,
        commission_bp integer NOT NULL,
        amount bigint NOT NULL CHECK (amount >= 0),
        currency text NOT NULL
      );
      SELECT platform.audit('brokerage.mandate');
      SELECT platform.audit('brokerage.commission');
      SELECT platform.freeze('brokerage.commission');
      SELECT platform.open_schema('brokerage');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
