import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Committee21 implements MigrationInterface {
  name = 'Committee1700000000021';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA committee;
      CREATE TABLE committee.expert (
        id text PRIMARY KEY,
        version integer NOT NULL,
        person_id text NOT NULL,
        name text NOT NULL,
        organisation_id text NOT NULL,
        disciplines jsonb NOT NULL CHECK (jsonb_array_length(disciplines) > 0),
        employer_id text NOT NULL,
        interests jsonb NOT NULL,
        term_from text NOT NULL CHECK (term_from ~ '^\\d{4}-\\d\\d-\\d\\d$'),
        term_to text NOT NULL CHECK (term_to ~ '^\\d{4}-\\d\\d-\\d\\d$' AND term_to > term_from),
        state text NOT NULL CHECK (state IN ('ACTIVE', 'SUSPENDED', 'RETIRED')),
        reason text
      );
      CREATE UNIQUE INDEX expert_person ON committee.expert (person_id) WHERE state <> 'RETIRED';
      CREATE TABLE committee.committee_case (
        id text PRIMARY KEY,
        version integer NOT NULL,
        application_id text NOT NULL,
        applicant_id text NOT NULL,
        registrar_id text NOT NULL CHECK (registrar_id <> applicant_id),
        resource_id text NOT NULL,
        parties jsonb NOT NULL,
        triggers jsonb NOT NULL,
        text text NOT NULL,
        rule_pack text NOT NULL,
        policy jsonb NOT NULL,
        opened_at timestamptz NOT NULL,
        due_at timestamptz,
        round integer NOT NULL CHECK (round >= 0),
        shortage jsonb,
        fixed jsonb,
        draw jsonb,
        seats jsonb NOT NULL,
        vacated jsonb NOT NULL,
        ballot integer NOT NULL CHECK (ballot >= 0),
        voting_ends_at timestamptz,
        extended boolean NOT NULL,
        votes jsonb NOT NULL,
        ballots jsonb NOT NULL,
        revoted boolean NOT NULL,
        decide_tie_by timestamptz,
        resolution jsonb,
        document text,
        jws text,
        closed_reason text,
        state text NOT NULL CHECK (state IN ('OPEN', 'PANEL_DRAWN', 'RECUSAL_CHECKED', 'VOTING', 'TIE', 'RESOLVED', 'SEALED',
          'CLOSED')),
        CHECK ((state = 'SEALED') = (jws IS NOT NULL)),
        CHECK (state NOT IN ('RESOLVED', 'SEALED')
          OR resolution ->> 'resolutionHash' = encode(sha256(convert_to(document, 'UTF8')), 'hex'))
      );
      CREATE UNIQUE INDEX committee_case_live ON committee.committee_case (application_id)
        WHERE state NOT IN ('SEALED', 'CLOSED');
      CREATE INDEX committee_case_application ON committee.committee_case (application_id, id);
      CREATE INDEX committee_case_applicant ON committee.committee_case (applicant_id, id);
      CREATE INDEX committee_case_registrar ON committee.committee_case (registrar_id, id);
      CREATE INDEX committee_case_seats ON committee.committee_case USING gin (seats jsonb_path_ops);
      CREATE INDEX committee_case_undrawn ON committee.committee_case (id) WHERE state = 'OPEN' AND fixed IS NOT NULL;
      CREATE TABLE committee.obligation (
        id text PRIMARY KEY,
        version integer NOT NULL,
        case_id text NOT NULL REFERENCES committee.committee_case,
        application_id text NOT NULL,
        applicant_id text NOT NULL,
        registrar_id text NOT NULL,
        text text NOT NULL,
        due_at timestamptz NOT NULL,
        overdue boolean NOT NULL,
        evidence jsonb,
        reason text,
        confirmed_by text,
        confirmed_at timestamptz,
        state text NOT NULL CHECK (state IN ('OPEN', 'SUBMITTED', 'OVERDUE', 'FULFILLED', 'LAPSED')),
        CHECK ((state = 'FULFILLED') = (confirmed_by IS NOT NULL)),
        CHECK (confirmed_by <> evidence ->> 'by')
      );
      CREATE INDEX obligation_application ON committee.obligation (application_id, id);
      CREATE INDEX obligation_applicant ON committee.obligation (applicant_id, id);
      CREATE INDEX obligation_registrar ON committee.obligation (registrar_id, id);
      SELECT platform.audit('committee.expert');
      SELECT platform.audit('committee.committee_case');
      SELECT platform.audit('committee.obligation');
      SELECT platform.open_schema('committee');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
