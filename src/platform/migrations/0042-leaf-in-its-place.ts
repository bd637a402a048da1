import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A leaf proves itself. What the guard compared before was a text, and a text outlives a rollback to a savepoint that takes the leaf back:
 * whoever had read it could set it again. Now `ledger.append` leaves word where the payload stands, and the guard goes and looks: only
 * `ledger.append` can have written a row of this transaction there, and what was taken back is not seen. A look at one's own row by its
 * place takes no predicate lock; a search by index or by reading the table would, and commands would conflict.
 */
export class LeafInItsPlace42 implements MigrationInterface {
  name = 'LeafInItsPlace1700000000042';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- Transactions that have appended in the old way end first.
      LOCK TABLE ledger.payload IN SHARE ROW EXCLUSIVE MODE;

      CREATE OR REPLACE FUNCTION ledger.append(ids uuid[], streams text[], versions integer[], types text[], leaves bytea[],
          payloads text[], salts bytea[]) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE
        g integer := (SELECT max(gen) FROM ledger.generation);
        x xid8 := pg_current_xact_id();
        place tid;
      BEGIN
        IF cardinality(ids) = 0 THEN RAISE EXCEPTION 'no leaves'; END IF;
        WITH e AS MATERIALIZED (
          SELECT nextval('ledger.intake_seq') AS seq, u.* FROM unnest(ids, streams, versions, types, leaves, payloads, salts)
            WITH ORDINALITY AS u (id, stream, version, type, leaf, payload, salt, n) ORDER BY n
        ), i AS (
          INSERT INTO ledger.intake (gen, xid, seq, leaf, slot) SELECT g, x, seq, leaf, ledger.slot(seq) FROM e
        ), p AS (
          INSERT INTO ledger.payload (event_id, gen, xid, seq, stream, version, type, salt, payload)
          SELECT id, g, x, seq, stream, version, type, salt, payload FROM e RETURNING ctid
        )
        SELECT ctid INTO place FROM p LIMIT 1;
        PERFORM set_config('databourse.leaf', place::text, true);
      END $$;

      -- A table of few pages would rather be read whole. After a restore, rows of an earlier generation bear ids of transactions to come.
      CREATE OR REPLACE FUNCTION ledger.require_leaf() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog SET enable_seqscan = off AS $$
      BEGIN
        IF NOT EXISTS (
          SELECT FROM ledger.payload WHERE ctid = nullif(current_setting('databourse.leaf', true), '')::tid
            AND xid = pg_current_xact_id() AND gen = (SELECT max(gen) FROM ledger.generation)
        ) THEN
          RAISE EXCEPTION '%.% changed without an event in the ledger', TG_TABLE_SCHEMA, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
      END $$;

      DROP FUNCTION ledger.token();
      DROP TABLE ledger.secret;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
