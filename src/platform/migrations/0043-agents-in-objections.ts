import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who speaks for a party in an objection, and the data that it is about. */
export class AgentsInObjections43 implements MigrationInterface {
  name = 'AgentsInObjections1700000000043';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE registration.objection
        ADD COLUMN resource_id text,
        ADD COLUMN agents jsonb NOT NULL DEFAULT '[]';
      -- What follows from an event that is in the log already needs no leaf of its own.
      ALTER TABLE registration.objection DISABLE TRIGGER leaf_required;
      UPDATE registration.objection o SET agents = jsonb_build_array(p.payload::jsonb->'agency')
        FROM ledger.payload p
        WHERE p.stream = o.id AND p.type = 'registration.objection-filed.v1' AND p.payload::jsonb->'agency' IS NOT NULL;
      ALTER TABLE registration.objection ENABLE ALWAYS TRIGGER leaf_required;
      ALTER TABLE registration.objection
        -- Neither a party nor who registers is an agent in it.
        ADD CONSTRAINT objection_agents_others CHECK (agents = '[]' OR NOT (
          agents @> jsonb_build_array(jsonb_build_object('agentId', objector_id))
          OR agents @> jsonb_build_array(jsonb_build_object('agentId', registrant_id))
          OR agents @> jsonb_build_array(jsonb_build_object('agentId', registrar_id))));
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
