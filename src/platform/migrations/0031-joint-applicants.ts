import type { MigrationInterface, QueryRunner } from 'typeorm';

export class JointApplicants31 implements MigrationInterface {
  name = 'JointApplicants1700000000031';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE registration.application
        ADD COLUMN joint jsonb NOT NULL DEFAULT '[]',
        ADD CONSTRAINT application_joint CHECK (joint = '[]' OR type = 'INITIAL'),
        ADD CONSTRAINT application_joint_joined CHECK (state IN ('DRAFT', 'CORRECTION_REQUIRED', 'LAPSED', 'WITHDRAWN')
          OR NOT joint @> '[{"joined": null}]'),
        -- SOD-1, and nobody applies twice.
        ADD CONSTRAINT application_joint_others CHECK (
          NOT joint @> jsonb_build_array(jsonb_build_object('organisationId', applicant_id))
          AND NOT joint @> jsonb_build_array(jsonb_build_object('organisationId', registrar_id)));
      CREATE INDEX application_joint ON registration.application USING gin (joint jsonb_path_ops);
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
