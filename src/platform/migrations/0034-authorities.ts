import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Letters of authority, and the agents who acted in an application. */
export class Authorities34 implements MigrationInterface {
  name = 'Authorities1700000000034';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE registration.authority (
        id text PRIMARY KEY,
        version integer NOT NULL,
        principal_id text NOT NULL,
        agent_id text NOT NULL,
        acts jsonb NOT NULL CHECK (acts <> '[]'),
        types jsonb NOT NULL,
        resource_ids jsonb CHECK (resource_ids <> '[]'),
        valid_from timestamptz NOT NULL,
        valid_to timestamptz NOT NULL,
        letter jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('PROPOSED', 'ACTIVE', 'DECLINED', 'REVOKED', 'RENOUNCED', 'EXPIRED')),
        granted jsonb NOT NULL,
        answered jsonb,
        ended jsonb,
        CONSTRAINT authority_of_another CHECK (principal_id <> agent_id),
        CONSTRAINT authority_term CHECK (valid_from < valid_to),
        CONSTRAINT authority_accepted CHECK (answered IS NOT NULL OR state NOT IN ('ACTIVE', 'RENOUNCED')),
        CONSTRAINT authority_ended CHECK ((ended IS NULL) = (state IN ('PROPOSED', 'ACTIVE')))
      );
      CREATE INDEX authority_principal ON registration.authority (principal_id, id);
      CREATE INDEX authority_agent ON registration.authority (agent_id, id);
      SELECT platform.audit('registration.authority');
      ALTER TABLE registration.application
        ADD COLUMN agents jsonb NOT NULL DEFAULT '[]',
        -- SOD-1: who registers is nobody's agent in it.
        ADD CONSTRAINT application_agents_others
          CHECK (NOT agents @> jsonb_build_array(jsonb_build_object('agentId', registrar_id)));
      CREATE INDEX application_agents ON registration.application USING gin (agents jsonb_path_ops);
      SELECT platform.open_schema('registration');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
