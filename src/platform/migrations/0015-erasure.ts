import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Payloads are erased by an event and by nothing else: no role gets the right to change `ledger.payload`. The event's own
 * payload arriving there erases the one that it names, in the same statement.
 */
export class Erasure15 implements MigrationInterface {
  name = 'Erasure1700000000015';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE ledger.erasure (
        id text PRIMARY KEY,
        version integer NOT NULL,
        event_id uuid NOT NULL,
        event_type text NOT NULL,
        event_stream text NOT NULL,
        legal_basis text NOT NULL CHECK (legal_basis IN ('PIPL-47', 'COURT-ORDER', 'AUTHORITY-ORDER')),
        reference text NOT NULL,
        reason text NOT NULL,
        requested_by text NOT NULL,
        decided_by text CHECK (decided_by <> requested_by),
        state text NOT NULL CHECK (state IN ('REQUESTED', 'ERASED', 'DECLINED'))
      );
      CREATE UNIQUE INDEX erasure_event ON ledger.erasure (event_id) WHERE state <> 'DECLINED';
      SELECT platform.audit('ledger.erasure');
      GRANT SELECT, INSERT, UPDATE ON ledger.erasure TO databourse_app;
      GRANT SELECT ON ledger.erasure TO databourse_auditor;

      CREATE FUNCTION ledger.erase() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
      DECLARE named uuid := (NEW.payload::jsonb ->> 'eventId')::uuid;
      BEGIN
        UPDATE ledger.payload SET salt = NULL, payload = NULL
        WHERE event_id = named AND payload IS NOT NULL AND type !~ '^(ledger|platform|settlement)\\.';
        IF NOT FOUND THEN
          RAISE EXCEPTION 'the payload of % cannot be erased', named USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
      END $$;
      REVOKE EXECUTE ON FUNCTION ledger.erase FROM PUBLIC;
      CREATE TRIGGER erase AFTER INSERT ON ledger.payload FOR EACH ROW
        WHEN (NEW.type = 'ledger.payload-erased.v1') EXECUTE FUNCTION ledger.erase();
      ALTER TABLE ledger.payload ENABLE ALWAYS TRIGGER erase;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
