import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests for copies of what the register holds. */
export class RecordRequests29 implements MigrationInterface {
  name = 'RecordRequests1700000000029';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE registration.record_request (
        id text PRIMARY KEY,
        version integer NOT NULL,
        certificate_id text NOT NULL,
        certificate_number text NOT NULL,
        application_id text NOT NULL,
        registrar_id text NOT NULL,
        registrant_id text NOT NULL,
        requester_id text NOT NULL,
        purpose text NOT NULL,
        interest text NOT NULL,
        state text NOT NULL CHECK (state IN ('REQUESTED', 'CONSENTED', 'GRANTED', 'REFUSED')),
        requested_at timestamptz NOT NULL,
        decisions jsonb NOT NULL
      );
      CREATE INDEX record_request_registrar ON registration.record_request (registrar_id, id);
      CREATE INDEX record_request_registrant ON registration.record_request (registrant_id, id);
      CREATE INDEX record_request_requester ON registration.record_request (requester_id, id);
      SELECT platform.audit('registration.record_request');
      SELECT platform.open_schema('registration');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
