import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The same rules for less at every change of an application, and no index entries that nobody looks for. The hash of the evidence is
 * computed when the evidence is written and no longer, with the whole evidence fetched and hashed, whenever anything else of its row
 * changes.
 */
export class CheaperRows38 implements MigrationInterface {
  name = 'CheaperRows1700000000038';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- IMMUTABLE, as the database is in UTF-8 and stays so.
      CREATE FUNCTION registration.sha256_of(content text) RETURNS bytea
      LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog AS $$
        SELECT sha256(convert_to(content, 'UTF8'))
      $$;
      REVOKE EXECUTE ON FUNCTION registration.sha256_of FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION registration.sha256_of TO databourse_app;
      ALTER TABLE registration.application
        ADD COLUMN evidence_sha256 bytea GENERATED ALWAYS AS (registration.sha256_of(evidence)) STORED,
        DROP CONSTRAINT application_check4,
        ADD CONSTRAINT application_evidence_hash CHECK (evidence_hash = encode(evidence_sha256, 'hex')),
        -- As they were; most applications have one applicant and no agent.
        DROP CONSTRAINT application_joint_joined,
        ADD CONSTRAINT application_joint_joined CHECK (joint = '[]'
          OR state IN ('DRAFT', 'CORRECTION_REQUIRED', 'LAPSED', 'WITHDRAWN') OR NOT joint @> '[{"joined": null}]'),
        DROP CONSTRAINT application_joint_others,
        ADD CONSTRAINT application_joint_others CHECK (joint = '[]' OR
          NOT joint @> jsonb_build_array(jsonb_build_object('organisationId', applicant_id))
          AND NOT joint @> jsonb_build_array(jsonb_build_object('organisationId', registrar_id))),
        DROP CONSTRAINT application_agents_others,
        ADD CONSTRAINT application_agents_others
          CHECK (agents = '[]' OR NOT agents @> jsonb_build_array(jsonb_build_object('agentId', registrar_id)));

      DROP INDEX registration.application_joint, registration.application_agents, registration.application_replaces,
        certificates.certificate_resource, feed.entry_venue;
      CREATE INDEX application_joint ON registration.application USING gin (joint jsonb_path_ops) WHERE joint <> '[]';
      CREATE INDEX application_agents ON registration.application USING gin (agents jsonb_path_ops) WHERE agents <> '[]';
      CREATE UNIQUE INDEX application_replaces ON registration.application (prior_certificate_id)
        WHERE prior_certificate_id IS NOT NULL AND state IN ('REGISTERED', 'CERTIFIED', 'CLOSED');
      CREATE INDEX entry_venue ON feed.entry (venue_id, position) WHERE venue_id IS NOT NULL;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
