import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Objections to what is registered. */
export class Objections27 implements MigrationInterface {
  name = 'Objections1700000000027';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE registration.objection (
        id text PRIMARY KEY,
        version integer NOT NULL,
        certificate_id text NOT NULL,
        certificate_number text NOT NULL,
        registrar_id text NOT NULL,
        registrant_id text NOT NULL,
        objector_id text NOT NULL CHECK (objector_id NOT IN (registrant_id, registrar_id)),
        rule_pack text NOT NULL,
        state text NOT NULL CHECK (state IN ('FILED', 'INCOMPLETE', 'ACCEPTED', 'ADMITTED', 'CONTESTED', 'INVESTIGATING',
          'CONCLUDED', 'AGREED', 'REJECTED_BY_PARTY', 'LITIGATION', 'ARBITRATION', 'EXECUTED', 'DISMISSED', 'WITHDRAWN')),
        reason text NOT NULL,
        evidence jsonb NOT NULL,
        filed_at timestamptz NOT NULL,
        notify_due timestamptz,
        overdue boolean NOT NULL,
        accepted_at timestamptz,
        handler_id text,
        conclusion jsonb,
        answers jsonb NOT NULL,
        remedy jsonb,
        acts jsonb NOT NULL,
        closed_at timestamptz,
        CHECK ((state IN ('EXECUTED', 'DISMISSED', 'WITHDRAWN')) = (closed_at IS NOT NULL)),
        CHECK ((state = 'EXECUTED') = (remedy IS NOT NULL))
      );
      CREATE INDEX objection_certificate ON registration.objection (certificate_id, id);
      CREATE INDEX objection_registrar ON registration.objection (registrar_id, id);
      CREATE INDEX objection_registrant ON registration.objection (registrant_id, id);
      CREATE INDEX objection_objector ON registration.objection (objector_id, id);
      SELECT platform.audit('registration.objection');
      SELECT platform.open_schema('registration');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
