import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AfterRegistration22 implements MigrationInterface {
  name = 'AfterRegistration1700000000022';

  async up(db: QueryRunner): Promise<void> {
    await db.query(certificates);
    await db.query(`SELECT platform.open_schema('certificates')`);
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
  SELECT platform.audit('certificates.register_act');`;
