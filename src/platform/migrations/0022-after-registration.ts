import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AfterRegistration22 implements MigrationInterface {
  name = 'AfterRegistration1700000000022';

  async up(db: QueryRunner): Promise<void> {
    await db.query(certificates);
    await db.query(objections);
    await db.query(effects);
    await db.query(`SELECT platform.open_schema('certificates'); SELECT platform.open_schema('registration')`);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}

const certificates = `
  ALTER TABLE certificates.certificate
    DROP CONSTRAINT certificate_status_check,
    DROP CONSTRAINT certificate_check2,
    ADD COLUMN remarks jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN objections jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN IF NOT EXISTS superseded_by text,
    ADD CONSTRAINT certificate_status_check CHECK (status IN ('PREPARED', 'ACTIVE', 'RESTRICTED', 'OBJECTED',
      'SUPERSEDED', 'EXPIRED', 'CANCELLED', 'REVOKED')),
    ADD CONSTRAINT certificate_ended CHECK ((status IN ('EXPIRED', 'CANCELLED', 'REVOKED')) = (ended IS NOT NULL)),
    ADD CONSTRAINT certificate_superseded CHECK ((status = 'SUPERSEDED') = (superseded_by IS NOT NULL)),
    ADD CONSTRAINT certificate_objected CHECK (status <> 'OBJECTED' OR jsonb_array_length(objections) > 0);
  CREATE INDEX certificate_holder ON certificates.certificate (holder_id, id);
  CREATE INDEX certificate_registrar ON certificates.certificate (registrar_id, id);

  CREATE TABLE certificates.register_act (
    id text PRIMARY KEY,
    version integer NOT NULL,
    certificate_id text NOT NULL,
    number text NOT NULL,
    registrar_id text NOT NULL,
    rule_pack text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('PLACE_REMARK', 'LIFT_REMARK', 'CANCEL', 'REVOKE')),
    ground_code text,
    text text NOT NULL,
    remark jsonb,
    state text NOT NULL CHECK (state IN ('PROPOSED', 'UNCONFIRMED', 'DONE', 'REJECTED', 'WITHDRAWN', 'UNDONE')),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided jsonb,
    CHECK ((kind IN ('CANCEL', 'REVOKE')) = (ground_code IS NOT NULL)),
    CHECK ((kind IN ('PLACE_REMARK', 'LIFT_REMARK')) = (remark IS NOT NULL)),
    CHECK ((state IN ('PROPOSED', 'UNCONFIRMED')) = (decided IS NULL)),
    CHECK (state = 'WITHDRAWN' OR decided->>'by' <> proposed_by)
  );
  CREATE INDEX register_act_registrar ON certificates.register_act (registrar_id, id);
  CREATE INDEX register_act_certificate ON certificates.register_act (certificate_id, id);
  SELECT platform.audit('certificates.register_act');

  -- The numbers of one registrar in one month, from the moment when they run low.
  CREATE TABLE certificates.number_series (
    id text PRIMARY KEY,
    version integer NOT NULL,
    region_code2 text NOT NULL CHECK (region_code2 ~ '^[0-9]{2}$'),
    registrar_digit text NOT NULL CHECK (registrar_digit ~ '^[0-9]$'),
    year_month text NOT NULL CHECK (year_month ~ '^[0-9]{6}$'),
    alarm integer NOT NULL CHECK (alarm IN (0, 90, 99, 100)),
    gaps jsonb NOT NULL,
    UNIQUE (region_code2, registrar_digit, year_month)
  );
  SELECT platform.audit('certificates.number_series');

  -- Registered when the numbers of the month were used up: certified with a number of the next one.
  CREATE TABLE certificates.postponement (
    id text PRIMARY KEY,
    version integer NOT NULL,
    application_id text NOT NULL UNIQUE,
    registered jsonb NOT NULL,
    until timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('WAITING', 'ENDED'))
  );
  SELECT platform.audit('certificates.postponement');`;

const objections = `
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
  SELECT platform.audit('registration.record_request');`;

const effects = `
  ALTER TABLE market.listing ADD COLUMN suspended_for text CHECK (suspended_for IN ('CERTIFICATE', 'VENUE')),
    ADD CONSTRAINT listing_suspended CHECK (state = 'SUSPENDED' OR suspended_for IS NULL);
  ALTER TABLE trading.order ADD COLUMN risks jsonb NOT NULL DEFAULT '[]';`;
