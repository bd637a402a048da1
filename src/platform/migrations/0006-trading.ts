import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Trading6 implements MigrationInterface {
  name = 'Trading1700000000006';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA trading;
      CREATE SEQUENCE trading.order_number;
      CREATE TABLE trading.order (
        id text PRIMARY KEY,
        version integer NOT NULL,
        number text NOT NULL UNIQUE,
        listing_id text NOT NULL,
        venue_id text NOT NULL,
        venue_operator_id text NOT NULL,
        buyer_id text NOT NULL,
        seller_id text NOT NULL CHECK (seller_id <> buyer_id),
        certificate_number text NOT NULL,
        resource_id text NOT NULL,
        gross_amount bigint NOT NULL CHECK (gross_amount >= 0),
        currency text NOT NULL CHECK (currency = 'CNY'),
        scheme_id text,
        broker_mandate_id text,
        broker_id text,
        delivery_mode text NOT NULL CHECK (delivery_mode = 'FILE'),
        acceptance_days integer NOT NULL CHECK (acceptance_days BETWEEN 1 AND 60),
        silent_acceptance boolean NOT NULL,
        contract text NOT NULL,
        contract_hash text NOT NULL CHECK (contract_hash = encode(sha256(convert_to(contract, 'UTF8')), 'hex')),
        placed_at timestamptz NOT NULL,
        signatures jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('CREATED', 'CONTRACTED', 'CANCELLED', 'FUNDED', 'DELIVERING', 'REWORK',
          'DELIVERED', 'ACCEPTED', 'DISPUTED', 'HALTED', 'REFUNDED', 'SETTLED', 'COMPLETED')),
        reworks integer NOT NULL CHECK (reworks >= 0),
        delivery_id text,
        acceptance_due timestamptz,
        reason text,
        CHECK (state IN ('CREATED', 'CANCELLED') OR jsonb_array_length(signatures) = 2)
      );
      CREATE INDEX order_listing ON trading.order (listing_id, state);
      CREATE INDEX order_buyer ON trading.order (buyer_id, id);
      CREATE INDEX order_seller ON trading.order (seller_id, id);
      CREATE INDEX order_venue ON trading.order (venue_id, id);
      CREATE INDEX order_certificate ON trading.order (certificate_number);
      -- What the parties agreed on stays as they agreed on it.
      CREATE FUNCTION trading.keep_terms() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
      BEGIN
        IF (NEW.number, NEW.listing_id, NEW.venue_id, NEW.buyer_id, NEW.seller_id, NEW.resource_id, NEW.gross_amount,
            NEW.contract, NEW.contract_hash) IS DISTINCT FROM (OLD.number, OLD.listing_id, OLD.venue_id, OLD.buyer_id,
            OLD.seller_id, OLD.resource_id, OLD.gross_amount, OLD.contract, OLD.contract_hash) THEN
          RAISE EXCEPTION 'the terms of order % are fixed', OLD.number USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER keep_terms BEFORE UPDATE ON trading.order FOR EACH ROW EXECUTE FUNCTION trading.keep_terms();
      SELECT platform.audit('trading.order');
      SELECT platform.open_schema('trading');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
