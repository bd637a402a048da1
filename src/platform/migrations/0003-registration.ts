import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Registration3 implements MigrationInterface {
  name = 'Registration1700000000003';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA registration;
      CREATE TABLE registration.registrar (
        id text PRIMARY KEY,
        version integer NOT NULL,
        organisation_id text NOT NULL UNIQUE,
        name text NOT NULL,
        region_code2 text NOT NULL CHECK (region_code2 ~ '^[0-9]{2}$'),
        digit text NOT NULL CHECK (digit ~ '^[0-9]$'),
        state text NOT NULL CHECK (state = 'CATALOGUED'),
        UNIQUE (region_code2, digit)
      );
      SELECT platform.audit('registration.registrar');

      CREATE TABLE registration.data_resource (
        id text PRIMARY KEY,
        version integer NOT NULL,
        holder_id text NOT NULL,
        declaration jsonb NOT NULL,
        report jsonb NOT NULL,
        sha256 text NOT NULL CHECK (sha256 = report->>'sha256'),
        declared_at timestamptz NOT NULL,
        CHECK ((report->>'rows')::bigint > 0)
      );
      CREATE INDEX data_resource_holder ON registration.data_resource (holder_id, id);
      SELECT platform.audit('registration.data_resource');
    `);
    await db.query(application);
    await db.query(`
      CREATE INDEX application_applicant ON registration.application (applicant_id, id);
      CREATE INDEX application_registrar ON registration.application (registrar_id, id);
      CREATE INDEX application_resource ON registration.application (resource_id);
      CREATE INDEX application_notice ON registration.application (notice_ends_at, id) WHERE state = 'PUBLIC_NOTICE';
      SELECT platform.audit('registration.application');
      SELECT platform.open_schema('registration');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const application = `
  CREATE TABLE registration.application (
    id text PRIMARY KEY,
    version integer NOT NULL,
    applicant_id text NOT NULL,
    registrar_id text NOT NULL REFERENCES registration.registrar (organisation_id),
    resource_id text NOT NULL REFERENCES registration.data_resource,
    regime text NOT NULL,
    type text NOT NULL CHECK (type = 'INITIAL'),
    rule_pack text NOT NULL,
    state text NOT NULL CHECK (state IN
      ('DRAFT', 'SUBMITTED', 'CORRECTION_REQUIRED', 'LAPSED', 'NOT_ACCEPTED', 'ACCEPTED', 'UNDER_REVIEW',
       'SUPPLEMENT_REQUIRED', 'TERMINATED', 'REFUSED', 'REVIEW_PASSED', 'PUBLIC_NOTICE', 'OBJECTION_HANDLING',
       'NOTICE_DONE', 'REGISTERED', 'CERTIFIED', 'WITHDRAWN')),
    content jsonb NOT NULL,
    flags jsonb NOT NULL,
    submitted_at timestamptz,
    accept_due timestamptz,
    correction jsonb,
    accepted_at timestamptz,
    deemed_accepted boolean NOT NULL,
    review_due timestamptz,
    extended_days integer,
    pauses jsonb NOT NULL,
    missed jsonb NOT NULL,
    reviewer_id text,
    approver_id text,
    supplement jsonb,
    checklist jsonb,
    remarks jsonb NOT NULL,
    notice jsonb,
    published_at timestamptz,
    notice_ends_at timestamptz,
    objections jsonb NOT NULL,
    decisions jsonb NOT NULL,
    valid_from timestamptz,
    valid_to timestamptz,
    evidence text,
    evidence_hash text,
    certificate_number text UNIQUE,
    -- SOD-1 and SOD-7, whatever wrote the row.
    CHECK (applicant_id <> registrar_id),
    CHECK (approver_id <> reviewer_id),
    CHECK (state NOT IN ('REVIEW_PASSED', 'PUBLIC_NOTICE', 'OBJECTION_HANDLING', 'NOTICE_DONE', 'REGISTERED', 'CERTIFIED')
      OR (reviewer_id IS NOT NULL AND approver_id IS NOT NULL)),
    -- INV-04: at most five years, counted in Asia/Shanghai.
    CHECK (valid_to > valid_from AND valid_to AT TIME ZONE 'Asia/Shanghai'
      <= (valid_from AT TIME ZONE 'Asia/Shanghai') + interval '5 years'),
    -- The hash is that of the very bytes beside it.
    CHECK (evidence_hash = encode(sha256(convert_to(evidence, 'UTF8')), 'hex')),
    CHECK ((state IN ('REGISTERED', 'CERTIFIED')) = (num_nulls(evidence, evidence_hash, valid_from, valid_to) = 0)),
    CHECK ((state = 'CERTIFIED') = (certificate_number IS NOT NULL))
  );
`;
