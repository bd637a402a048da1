import type { MigrationInterface, QueryRunner } from 'typeorm';

export class RegistrationTypes19 implements MigrationInterface {
  name = 'RegistrationTypes1700000000019';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE registration.application
        ADD COLUMN prior_certificate_id text,
        ADD COLUMN counterparty_id text,
        ADD COLUMN joined jsonb,
        DROP CONSTRAINT application_type_check,
        ADD CONSTRAINT application_type_check CHECK (type IN
          ('INITIAL', 'TRANSFER', 'CHANGE', 'CORRECTION', 'RENEWAL', 'CANCELLATION')),
        ADD CONSTRAINT application_prior CHECK ((type = 'INITIAL') = (prior_certificate_id IS NULL)),
        ADD CONSTRAINT application_counterparty CHECK ((type = 'TRANSFER') = (counterparty_id IS NOT NULL)),
        -- Both parties apply, and whoever registers is neither.
        ADD CONSTRAINT application_joined CHECK (type <> 'TRANSFER' OR joined IS NOT NULL
          OR state IN ('DRAFT', 'CORRECTION_REQUIRED', 'LAPSED', 'WITHDRAWN')),
        ADD CONSTRAINT application_transferee CHECK (state = 'DRAFT' OR counterparty_id NOT IN (applicant_id, registrar_id)),
        ADD CONSTRAINT application_closed CHECK (state <> 'CLOSED'
          OR num_nulls(evidence, evidence_hash, reviewer_id, approver_id) = 0);
      CREATE INDEX application_counterparty ON registration.application (counterparty_id, id)
        WHERE counterparty_id IS NOT NULL;
      -- INV-07: what a certificate certifies passes on once.
      CREATE UNIQUE INDEX application_replaces ON registration.application (prior_certificate_id)
        WHERE state IN ('REGISTERED', 'CERTIFIED', 'CLOSED');

      ALTER TABLE certificates.certificate
        ADD COLUMN supersedes text,
        ADD COLUMN IF NOT EXISTS superseded_by text,
        ADD COLUMN transferred_from text,
        DROP CONSTRAINT certificate_application_id_key,
        ADD CONSTRAINT certificate_application_holder UNIQUE (application_id, holder_id),
        -- A query code of a regime that has not published its form is a number of this platform.
        DROP CONSTRAINT certificate_number_check,
        ADD CONSTRAINT certificate_number_check
          CHECK (number ~ '^SJ[0-9]{2}[0-9][0-9]{6}[0-9]{4}$' OR number ~ '^PROP[0-9]{2}[0-9][0-9]{6}[0-9]{6,}$'),
        ADD CONSTRAINT certificate_chain CHECK (num_nonnulls(supersedes, transferred_from) <= 1);
      -- A chain does not fork.
      CREATE UNIQUE INDEX certificate_supersedes ON certificates.certificate (supersedes);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
