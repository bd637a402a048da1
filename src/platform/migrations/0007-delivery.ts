import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Delivery7 implements MigrationInterface {
  name = 'Delivery1700000000007';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA delivery;
      CREATE TABLE delivery.delivery (
        id text PRIMARY KEY,
        version integer NOT NULL,
        order_id text NOT NULL,
        buyer_id text NOT NULL,
        seller_id text NOT NULL,
        resource_id text NOT NULL,
        state text NOT NULL CHECK (state IN ('PREPARING', 'READY', 'RECEIVED', 'WITHDRAWN')),
        sha256 text,
        bytes bigint,
        cipher_sha256 text,
        cipher_bytes bigint,
        key_id text,
        jwe text,
        link_hash text UNIQUE,
        link_expires_at timestamptz,
        link_used_at timestamptz,
        downloads integer NOT NULL,
        receipt text,
        CHECK (state IN ('PREPARING', 'WITHDRAWN') OR
          num_nonnulls(sha256, bytes, cipher_sha256, cipher_bytes, key_id, jwe) = 6),
        CHECK (state <> 'RECEIVED' OR (receipt IS NOT NULL AND downloads > 0))
      );
      CREATE INDEX delivery_order ON delivery.delivery (order_id, id);
      CREATE INDEX delivery_preparing ON delivery.delivery (id) WHERE state = 'PREPARING';
      SELECT platform.audit('delivery.delivery');
      -- Who encrypts at this moment; nothing that anybody else need know, so without leaves.
      CREATE TABLE delivery.preparation (
        delivery_id text PRIMARY KEY REFERENCES delivery.delivery,
        attempts integer NOT NULL,
        try_at timestamptz NOT NULL,
        error text
      );
      SELECT platform.open_schema('delivery');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
