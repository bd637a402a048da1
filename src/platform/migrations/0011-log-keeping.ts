import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the log is kept: its keys, generations and schema as audited rows, and what witnesses signed beside us. */
export class LogKeeping11 implements MigrationInterface {
  name = 'LogKeeping1700000000011';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE ledger.log_keeping (
        id text PRIMARY KEY,
        version integer NOT NULL,
        keys jsonb NOT NULL,
        generation integer NOT NULL CHECK (generation > 0),
        migrations jsonb NOT NULL
      );
      SELECT platform.audit('ledger.log_keeping');
      GRANT SELECT, INSERT, UPDATE ON ledger.log_keeping TO databourse_app;
      GRANT SELECT ON ledger.log_keeping TO databourse_auditor;
      -- The log tells which migrations were applied.
      GRANT SELECT ON public.migration TO databourse_app, databourse_auditor;

      -- c2sp.org/tlog-cosignature: the bytes after the key id.
      CREATE TABLE ledger.cosignature (
        size bigint NOT NULL REFERENCES ledger.checkpoint,
        name text NOT NULL CHECK (name !~ '[\\s+]' AND name <> ''),
        key_id bigint NOT NULL CHECK (key_id BETWEEN 0 AND 4294967295),
        signature bytea NOT NULL CHECK (octet_length(signature) = 72),
        at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (name, key_id, size)
      );
      CREATE INDEX cosignature_size ON ledger.cosignature (size);
      SELECT platform.freeze('ledger.cosignature');
      GRANT SELECT, INSERT ON ledger.cosignature TO databourse_app;
      GRANT SELECT ON ledger.cosignature TO databourse_auditor;

      -- Checkpoints as they are served: with the lines of the witnesses (c2sp.org/signed-note).
      CREATE VIEW ledger.cosigned_checkpoint AS
        SELECT size, root, published_at, note || coalesce((
          SELECT string_agg('— ' || name || ' '
              || translate(encode(decode(lpad(to_hex(key_id), 8, '0'), 'hex') || signature, 'base64'), E'\\n', '')
              || E'\\n', '' ORDER BY name, key_id)
          FROM ledger.cosignature s WHERE s.size = c.size), '') AS note
        FROM ledger.checkpoint c;
      GRANT SELECT ON ledger.cosigned_checkpoint TO databourse_app, databourse_auditor;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
