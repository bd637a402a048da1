import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The intake in four slots, used in turn, 65,536 leaves each: what is sequenced goes with its whole slot, by TRUNCATE,
 * so that nothing has to be vacuumed while an old snapshot holds dead rows back. An idle platform keeps the leaves of
 * two slots at most; the fastest fills one in about two seconds.
 */
export class Intake10 implements MigrationInterface {
  name = 'Intake1700000000010';

  async up(db: QueryRunner): Promise<void> {
    await db.query(table);
    await db.query(rules);
    await db.query(rotation);
    await db.query(append);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const table = `
  -- From here on nobody appends or sequences until this migration ends.
  LOCK TABLE ledger.intake, ledger.head IN ACCESS EXCLUSIVE MODE;
  ALTER TABLE ledger.intake RENAME TO intake_before;

  -- Follows from the leaf's own number: no row to read, nothing to agree on between instances.
  CREATE FUNCTION ledger.slot(seq bigint) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT ((seq >> 16) & 3)::smallint
  $$;
  REVOKE EXECUTE ON FUNCTION ledger.slot FROM PUBLIC;

  CREATE TABLE ledger.intake (
    gen integer NOT NULL,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    leaf bytea NOT NULL CHECK (octet_length(leaf) BETWEEN 1 AND 65535),
    slot smallint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
  ) PARTITION BY LIST (slot);
  DO $$
  BEGIN
    FOR i IN 0..3 LOOP
      EXECUTE format('CREATE TABLE ledger.intake_%1$s PARTITION OF ledger.intake (PRIMARY KEY (gen, xid, seq))
        FOR VALUES IN (%1$s)', i);
    END LOOP;
  END $$;
  INSERT INTO ledger.intake (gen, xid, seq, leaf, slot)
    SELECT gen, xid, seq, leaf, ledger.slot(seq) FROM ledger.intake_before
    WHERE (gen, xid, seq) > (SELECT gen, xid, seq FROM ledger.head);
  DROP TABLE ledger.intake_before;

  -- Bundles grow by rewriting and are read from their front, as tiles are; compressing them took the database as long as
  -- all the rest of sequencing.
  ALTER TABLE ledger.bundle ALTER data SET STORAGE EXTERNAL;

  GRANT SELECT ON ledger.intake TO databourse_sequencer, databourse_auditor;
  GRANT SELECT ON ledger.intake_seq TO databourse_sequencer;
`;

const rules = `
  -- BEFORE TRUNCATE fires under the lock that lets nobody write here any more, and reads what is committed by then:
  -- with the older snapshot of another isolation level it could overlook a leaf.
  CREATE FUNCTION ledger.only_sequenced() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  DECLARE waiting boolean;
  BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
      RAISE EXCEPTION '% can be emptied in READ COMMITTED only', TG_RELID::regclass
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE (gen, xid, seq) > (SELECT gen, xid, seq FROM ledger.head))',
      TG_RELID::regclass) INTO waiting;
    IF waiting THEN
      RAISE EXCEPTION '% holds leaves that are not sequenced', TG_RELID::regclass
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
  END $$;

  DO $$
  DECLARE t text;
  BEGIN
    -- The rule for each row is inherited by the slots, those for statements are not.
    PERFORM platform.freeze('ledger.intake');
    FOR i IN 0..3 LOOP
      t := format('ledger.intake_%s', i);
      EXECUTE format('CREATE TRIGGER append_only_all BEFORE UPDATE OR DELETE ON %s EXECUTE FUNCTION platform.refuse()', t);
      EXECUTE format('CREATE TRIGGER only_sequenced BEFORE TRUNCATE ON %s EXECUTE FUNCTION ledger.only_sequenced()', t);
      EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', t);
      EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_all', t);
      EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER only_sequenced', t);
    END LOOP;
  END $$;
`;

const rotation = `
  -- Empties the slots that are wholly sequenced, other than the one that is written now and the next; answers how many.
  -- It never waits, since whoever came after it would wait too: a slot that somebody reads is left for another time.
  CREATE FUNCTION ledger.rotate() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DECLARE
    h ledger.head := (SELECT head FROM ledger.head);
    writing integer := (SELECT ledger.slot(last_value) FROM ledger.intake_seq);
    emptied integer := 0;
    due boolean;
    t text;
  BEGIN
    FOR i IN 2..3 LOOP
      t := format('ledger.intake_%s', (writing + i) % 4);
      EXECUTE format('SELECT EXISTS (SELECT FROM %1$s) AND
        NOT EXISTS (SELECT FROM %1$s WHERE (gen, xid, seq) > ($1, $2, $3))', t) INTO due USING h.gen, h.xid, h.seq;
      CONTINUE WHEN NOT due;
      BEGIN
        EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE NOWAIT', t);
        EXECUTE format('TRUNCATE %s', t);
        emptied := emptied + 1;
      EXCEPTION WHEN lock_not_available OR integrity_constraint_violation THEN
        NULL; -- Somebody reads it, or a leaf came late.
      END;
    END LOOP;
    RETURN emptied;
  END $$;
  REVOKE EXECUTE ON FUNCTION ledger.rotate FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ledger.rotate TO databourse_sequencer;
`;

const append = `
  CREATE OR REPLACE FUNCTION ledger.append(ids uuid[], streams text[], versions integer[], types text[], leaves bytea[],
      payloads text[], salts bytea[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DECLARE
    g integer := (SELECT max(gen) FROM ledger.generation);
    x xid8 := pg_current_xact_id();
  BEGIN
    IF cardinality(ids) = 0 THEN RAISE EXCEPTION 'no leaves'; END IF;
    WITH e AS MATERIALIZED (
      SELECT nextval('ledger.intake_seq') AS seq, u.* FROM unnest(ids, streams, versions, types, leaves, payloads, salts)
        WITH ORDINALITY AS u (id, stream, version, type, leaf, payload, salt, n) ORDER BY n
    ), p AS (
      INSERT INTO ledger.payload (event_id, gen, xid, seq, stream, version, type, salt, payload)
      SELECT id, g, x, seq, stream, version, type, salt, payload FROM e
    )
    INSERT INTO ledger.intake (gen, xid, seq, leaf, slot) SELECT g, x, seq, leaf, ledger.slot(seq) FROM e;
    PERFORM set_config('databourse.leaf', ledger.token(), true);
  END $$;
`;
