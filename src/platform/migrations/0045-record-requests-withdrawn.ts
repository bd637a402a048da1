import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who asked for a copy of the record may withdraw the request. */
export class RecordRequestsWithdrawn45 implements MigrationInterface {
  name = 'RecordRequestsWithdrawn1700000000045';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE registration.record_request DROP CONSTRAINT record_request_state_check,
        ADD CONSTRAINT record_request_state_check
          CHECK (state IN ('REQUESTED', 'CONSENTED', 'GRANTED', 'REFUSED', 'WITHDRAWN'));
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
