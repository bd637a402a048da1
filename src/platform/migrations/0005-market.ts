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

      CREATE TABLE market.listing (
        id text PRIMARY KEY,
        version integer NOT NULL,
        seller_id text NOT NULL,
        venue_id text NOT NULL REFERENCES market.venue,
        certificate_number text NOT NULL,
        resource_id text,
        title text NOT NULL,
        description text NOT NULL,
        product_type text NOT NULL,
        scenarios jsonb NOT NULL,
        compliance_statement jsonb NOT NULL,
        price_amount bigint NOT NULL CHECK (price_amount >= 0),
        currency text NOT NULL CHECK (currency = 'CNY'),
        delivery_modes jsonb NOT NULL,
        licence jsonb NOT NULL,
        scheme_id text,
        broker_mandate_id text,
        acceptance_days integer NOT NULL CHECK (acceptance_days BETWEEN 1 AND 60),
        state text NOT NULL CHECK (state IN
          ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'SUSPENDED', 'DELISTED', 'EXPIRED')),
        reason text,
        published_at timestamptz,
        -- 无登记不交易, 无场景不登记, 无合规不上架: whatever wrote the row.
        CHECK (state IN ('DRAFT', 'REJECTED', 'DELISTED') OR (resource_id IS NOT NULL
          AND jsonb_array_length(scenarios) > 0 AND (compliance_statement->>'accepted')::boolean)),
        CHECK (state <> 'PUBLISHED' OR published_at IS NOT NULL)
      );
      CREATE INDEX listing_catalogue ON market.listing (id) WHERE state = 'PUBLISHED';
      CREATE INDEX listing_seller ON market.listing (seller_id, id);
      CREATE INDEX listing_venue ON market.listing (venue_id, id);
      CREATE INDEX listing_certificate ON market.listing (certificate_number) WHERE state = 'PUBLISHED';
      SELECT platform.audit('market.listing');
      SELECT platform.open_schema('market');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
