import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Versions of legal regimes that were proposed on this platform. One of each number is published, and then nothing changes it. */
export class RulePacks18 implements MigrationInterface {
  name = 'RulePacks1700000000018';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA rulepacks;
      CREATE TABLE rulepacks.rule_pack (
        id text PRIMARY KEY,
        version integer NOT NULL,
        pack_id text NOT NULL,
        pack_version text NOT NULL,
        effective_from text CHECK (effective_from ~ '^\\d{4}-\\d{2}-\\d{2}$'),
        document json NOT NULL,
        document_sha256 text NOT NULL,
        organisation_id text NOT NULL,
        proposal jsonb NOT NULL,
        review jsonb CHECK (review->>'by' <> proposal->>'by'),
        ending jsonb,
        state text NOT NULL CONSTRAINT rule_pack_state_check
          CHECK (state IN ('PROPOSED', 'REVIEWED', 'REJECTED', 'PUBLISHED', 'WITHDRAWN')),
        -- SOD-7
        CHECK (state <> 'PUBLISHED' OR (review IS NOT NULL AND ending->>'by' <> proposal->>'by')),
        CHECK (document->>'id' = pack_id AND document->>'version' = pack_version)
      );
      CREATE UNIQUE INDEX rule_pack_published ON rulepacks.rule_pack (pack_id, pack_version) WHERE state = 'PUBLISHED';

      CREATE FUNCTION rulepacks.keep() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
      BEGIN
        IF OLD.state IN ('PUBLISHED', 'REJECTED', 'WITHDRAWN') OR NEW.document::jsonb <> OLD.document::jsonb THEN
          RAISE EXCEPTION 'the rule pack % cannot be changed', OLD.id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER keep BEFORE UPDATE ON rulepacks.rule_pack FOR EACH ROW EXECUTE FUNCTION rulepacks.keep();
      ALTER TABLE rulepacks.rule_pack ENABLE ALWAYS TRIGGER keep;
      SELECT platform.audit('rulepacks.rule_pack');
      SELECT platform.open_schema('rulepacks');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
