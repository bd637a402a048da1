import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The committee, the waiver of the notice, and applications that end well without a new certificate. */
export class Procedure20 implements MigrationInterface {
  name = 'Procedure1700000000020';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE registration.application
        ADD referral jsonb,
        ADD resolution jsonb,
        ADD waiver jsonb,
        DROP CONSTRAINT application_state_check,
        DROP CONSTRAINT application_check2,
        DROP CONSTRAINT application_check5,
        ADD CONSTRAINT application_state_check CHECK (state IN
          ('DRAFT', 'SUBMITTED', 'CORRECTION_REQUIRED', 'LAPSED', 'NOT_ACCEPTED', 'ACCEPTED', 'UNDER_REVIEW',
           'SUPPLEMENT_REQUIRED', 'COMMITTEE_REVIEW', 'TERMINATED', 'REFUSED', 'REVIEW_PASSED', 'PUBLIC_NOTICE',
           'OBJECTION_HANDLING', 'NOTICE_DONE', 'NOTICE_WAIVED', 'REGISTERED', 'CERTIFIED', 'CLOSED', 'WITHDRAWN')),
        -- SOD-7, whatever wrote the row.
        ADD CONSTRAINT application_two_persons CHECK (state NOT IN
            ('REVIEW_PASSED', 'PUBLIC_NOTICE', 'OBJECTION_HANDLING', 'NOTICE_DONE', 'NOTICE_WAIVED', 'REGISTERED', 'CERTIFIED')
          OR (reviewer_id IS NOT NULL AND approver_id IS NOT NULL)),
        ADD CONSTRAINT application_evidence CHECK (state = 'CLOSED'
          OR (state IN ('REGISTERED', 'CERTIFIED')) = (num_nulls(evidence, evidence_hash, valid_from, valid_to) = 0)),
        ADD CONSTRAINT application_before_committee CHECK (state <> 'COMMITTEE_REVIEW' OR referral IS NOT NULL),
        ADD CONSTRAINT application_waiver CHECK (state <> 'NOTICE_WAIVED' OR waiver IS NOT NULL);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
