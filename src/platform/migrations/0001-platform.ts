import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Roles, the ledger's intake and its rules, and the tables of the platform. The owner role owns everything; the
 * application writes rows and appends leaves through one function; the sequencer alone writes the tree.
 */
export class Platform1 implements MigrationInterface {
  name = 'Platform1700000000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query(intake);
    await db.query(rules);
    await db.query(tree);
    await db.query(tables);
    await db.query(`
      SELECT platform.open_schema('platform');
      SELECT platform.audit('platform.uploaded_file');
      SELECT platform.audit('platform.demonstration_clock');
      GRANT DELETE ON platform.deadline, platform.relay_backlog TO databourse_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const intake = `
  CREATE SCHEMA ledger;
  CREATE SCHEMA platform;
  GRANT USAGE ON SCHEMA ledger, platform TO databourse_app, databourse_sequencer, databourse_auditor;

  -- Grows at every restore into a new cluster, whose transaction ids start again.
  CREATE TABLE ledger.generation (gen integer PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
  INSERT INTO ledger.generation VALUES (1);
  CREATE SEQUENCE ledger.intake_seq;

  CREATE TABLE ledger.intake (
    gen integer NOT NULL,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    leaf bytea NOT NULL CHECK (octet_length(leaf) BETWEEN 1 AND 65535),
    PRIMARY KEY (gen, xid, seq)
  );
  -- Erasable: the leaf keeps the digest of salt and payload.
  CREATE TABLE ledger.payload (
    event_id uuid PRIMARY KEY,
    gen integer NOT NULL,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    type text NOT NULL,
    salt bytea,
    payload text,
    UNIQUE (stream, version)
  );
  CREATE TABLE ledger.secret (secret bytea NOT NULL);
  INSERT INTO ledger.secret SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

  -- What a transaction that wrote a leaf knows and no other can: the trigger below asks for it. (Asking the intake
  -- itself would make every two SERIALIZABLE transactions conflict.)
  CREATE FUNCTION ledger.token() RETURNS text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT encode(sha256(secret || convert_to(pg_current_xact_id()::text, 'UTF8')), 'hex') FROM ledger.secret
  $$;

  CREATE FUNCTION ledger.append(ids uuid[], streams text[], versions integer[], types text[], leaves bytea[],
      payloads text[], salts bytea[]) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DECLARE g integer := (SELECT max(gen) FROM ledger.generation);
  BEGIN
    IF cardinality(ids) = 0 THEN RAISE EXCEPTION 'no leaves'; END IF;
    WITH e AS MATERIALIZED (
      SELECT nextval('ledger.intake_seq') AS seq, u.* FROM unnest(ids, streams, versions, types, leaves, payloads, salts)
        WITH ORDINALITY AS u (id, stream, version, type, leaf, payload, salt, n) ORDER BY n
    ), p AS (
      INSERT INTO ledger.payload (event_id, gen, xid, seq, stream, version, type, salt, payload)
      SELECT id, g, pg_current_xact_id(), seq, stream, version, type, salt, payload FROM e
    )
    INSERT INTO ledger.intake (gen, xid, seq, leaf) SELECT g, pg_current_xact_id(), seq, leaf FROM e;
    PERFORM set_config('databourse.leaf', ledger.token(), true);
  END $$;
  REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA ledger FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION ledger.append TO databourse_app;
`;

const rules = `
  CREATE FUNCTION ledger.require_leaf() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
  BEGIN
    IF current_setting('databourse.leaf', true) IS DISTINCT FROM ledger.token() THEN
      RAISE EXCEPTION '%.% changed without an event in the ledger', TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
  END $$;

  CREATE FUNCTION platform.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  BEGIN
    RAISE EXCEPTION '%.% does not allow %', TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_OP
      USING ERRCODE = 'integrity_constraint_violation';
  END $$;

  -- An audited table: a transaction that changes it and writes no leaf cannot commit; rows are never removed.
  CREATE FUNCTION platform.audit(t regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  BEGIN
    EXECUTE format('CREATE CONSTRAINT TRIGGER leaf_required AFTER INSERT OR UPDATE OR DELETE ON %s
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger.require_leaf()', t);
    EXECUTE format('CREATE TRIGGER no_delete BEFORE DELETE ON %s FOR EACH ROW EXECUTE FUNCTION platform.refuse()', t);
    EXECUTE format('CREATE TRIGGER no_truncate BEFORE TRUNCATE ON %s EXECUTE FUNCTION platform.refuse()', t);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER leaf_required', t);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER no_delete', t);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER no_truncate', t);
  END $$;

  -- An append-only table.
  CREATE FUNCTION platform.freeze(t regclass) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s
      FOR EACH ROW EXECUTE FUNCTION platform.refuse()', t);
    EXECUTE format('CREATE TRIGGER append_only_all BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
      EXECUTE FUNCTION platform.refuse()', t);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only', t);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER append_only_all', t);
  END $$;

  -- A context's schema: the application reads, inserts and updates; the auditor reads. Call it after its tables exist.
  CREATE FUNCTION platform.open_schema(s text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO databourse_app, databourse_auditor', s);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA %I TO databourse_app', s);
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO databourse_app', s);
    EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA %I TO databourse_auditor', s);
  END $$;
  REVOKE EXECUTE ON FUNCTION platform.audit, platform.freeze, platform.open_schema FROM PUBLIC;
`;

const tree = `
  -- One row: how far the sequencer has read the intake, and the tree that this gives.
  CREATE TABLE ledger.head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    size bigint NOT NULL,
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    gen integer NOT NULL,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    fence bigint NOT NULL
  );
  INSERT INTO ledger.head (size, root, gen, xid, seq, fence) VALUES (0, sha256(''), 0, '0', 0, 0);
  -- The widest form of each tile; a narrower one is its prefix (C2SP tlog-tiles).
  CREATE TABLE ledger.tile (
    level integer NOT NULL CHECK (level BETWEEN 0 AND 7),
    n bigint NOT NULL CHECK (n >= 0),
    hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
    PRIMARY KEY (level, n)
  );
  -- Hashes do not compress, and their first bytes are read often.
  ALTER TABLE ledger.tile ALTER hashes SET STORAGE EXTERNAL;
  -- Entry bundles of up to 256 leaves, with the intake key of the first: an event's index is found without a row of its own.
  CREATE TABLE ledger.bundle (
    n bigint PRIMARY KEY CHECK (n >= 0),
    width integer NOT NULL CHECK (width BETWEEN 1 AND 256),
    data bytea NOT NULL,
    gen integer NOT NULL,
    xid xid8 NOT NULL,
    seq bigint NOT NULL,
    UNIQUE (gen, xid, seq)
  );
  CREATE TABLE ledger.checkpoint (
    size bigint PRIMARY KEY,
    root bytea NOT NULL,
    note text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now()
  );

  CREATE FUNCTION ledger.only_grow() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  BEGIN
    IF TG_TABLE_NAME = 'tile' THEN
      IF (NEW.level, NEW.n) = (OLD.level, OLD.n) AND
         substring(NEW.hashes FOR octet_length(OLD.hashes)) = OLD.hashes THEN RETURN NEW; END IF;
    ELSIF TG_TABLE_NAME = 'bundle' THEN
      IF (NEW.n, NEW.gen, NEW.xid, NEW.seq) = (OLD.n, OLD.gen, OLD.xid, OLD.seq) AND NEW.width >= OLD.width AND
         substring(NEW.data FOR octet_length(OLD.data)) = OLD.data THEN RETURN NEW; END IF;
    ELSIF NEW.size >= OLD.size AND (NEW.gen, NEW.xid, NEW.seq) >= (OLD.gen, OLD.xid, OLD.seq)
        AND NEW.fence >= OLD.fence THEN RETURN NEW;
    END IF;
    RAISE EXCEPTION 'ledger.% only grows', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END $$;
  CREATE FUNCTION ledger.only_erase() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
  BEGIN
    IF NEW.salt IS NULL AND NEW.payload IS NULL AND
       (NEW.event_id, NEW.gen, NEW.xid, NEW.seq, NEW.stream, NEW.version, NEW.type) =
       (OLD.event_id, OLD.gen, OLD.xid, OLD.seq, OLD.stream, OLD.version, OLD.type) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a payload can only be erased' USING ERRCODE = 'integrity_constraint_violation';
  END $$;
  DO $$
  DECLARE t text;
  BEGIN
    FOREACH t IN ARRAY ARRAY['head', 'tile', 'bundle'] LOOP
      EXECUTE format('CREATE TRIGGER only_grow BEFORE UPDATE ON ledger.%I FOR EACH ROW EXECUTE FUNCTION ledger.only_grow()', t);
      EXECUTE format('CREATE TRIGGER no_delete BEFORE DELETE OR TRUNCATE ON ledger.%I EXECUTE FUNCTION platform.refuse()', t);
      EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER only_grow', t);
      EXECUTE format('ALTER TABLE ledger.%I ENABLE ALWAYS TRIGGER no_delete', t);
    END LOOP;
    PERFORM platform.freeze('ledger.intake');
    PERFORM platform.freeze('ledger.checkpoint');
    CREATE TRIGGER no_delete BEFORE DELETE OR TRUNCATE ON ledger.payload EXECUTE FUNCTION platform.refuse();
    ALTER TABLE ledger.payload ENABLE ALWAYS TRIGGER no_delete;
    CREATE TRIGGER only_erase BEFORE UPDATE ON ledger.payload FOR EACH ROW EXECUTE FUNCTION ledger.only_erase();
    ALTER TABLE ledger.payload ENABLE ALWAYS TRIGGER only_erase;
  END $$;

  GRANT SELECT ON ledger.payload, ledger.head, ledger.tile, ledger.bundle, ledger.checkpoint, ledger.generation TO databourse_app;
  GRANT SELECT ON ledger.intake, ledger.head, ledger.tile, ledger.bundle, ledger.checkpoint, ledger.generation TO databourse_sequencer;
  GRANT UPDATE ON ledger.head TO databourse_sequencer;
  GRANT INSERT, UPDATE ON ledger.tile, ledger.bundle TO databourse_sequencer;
  GRANT INSERT ON ledger.checkpoint TO databourse_sequencer;
  GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO databourse_auditor;
  REVOKE ALL ON ledger.secret FROM databourse_auditor;
`;

const tables = `
  CREATE TABLE platform.idempotency (
    owner text NOT NULL,
    key text NOT NULL,
    request_hash text NOT NULL,
    answer jsonb,
    refusal jsonb,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (owner, key)
  );
  CREATE TABLE platform.deadline (
    kind text NOT NULL,
    subject text NOT NULL,
    due_at timestamptz NOT NULL,
    try_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    parked_at timestamptz,
    error text,
    PRIMARY KEY (kind, subject)
  );
  CREATE INDEX deadline_try ON platform.deadline (try_at) WHERE parked_at IS NULL;
  CREATE TABLE platform.relay_cursor (consumer text PRIMARY KEY, position bigint NOT NULL DEFAULT 0);
  CREATE TABLE platform.relay_backlog (
    consumer text NOT NULL,
    leaf_index bigint NOT NULL,
    stream text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    try_at timestamptz NOT NULL DEFAULT now(),
    parked_at timestamptz,
    error text NOT NULL,
    PRIMARY KEY (consumer, leaf_index)
  );
  CREATE INDEX relay_backlog_stream ON platform.relay_backlog (consumer, stream, leaf_index);
  CREATE TABLE platform.uploaded_file (
    id text PRIMARY KEY,
    version integer NOT NULL,
    owner_id text NOT NULL,
    sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes bigint NOT NULL CHECK (bytes > 0),
    media_type text NOT NULL,
    name text NOT NULL,
    uploaded_by text NOT NULL
  );
  CREATE INDEX uploaded_file_content ON platform.uploaded_file (owner_id, sha256);
  CREATE TABLE platform.demonstration_clock (
    id text PRIMARY KEY,
    version integer NOT NULL,
    offset_ms bigint NOT NULL CHECK (offset_ms >= 0)
  );
`;
