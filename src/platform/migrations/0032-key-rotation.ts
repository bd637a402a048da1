import type { MigrationInterface, QueryRunner } from 'typeorm';

/** New keys for the signatures on certificates. */
export class KeyRotation32 implements MigrationInterface {
  name = 'KeyRotation1700000000032';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE certificates.key_rotation (
        id text PRIMARY KEY,
        version integer NOT NULL,
        alg text NOT NULL,
        generation integer NOT NULL CHECK (generation > 1),
        reason text NOT NULL,
        ordered_by text NOT NULL,
        ordered_at timestamptz NOT NULL,
        kid text UNIQUE,
        rotated_at timestamptz,
        state text NOT NULL CHECK (state IN ('ORDERED', 'DONE')),
        UNIQUE (alg, generation),
        CHECK ((state = 'DONE') = (num_nulls(kid, rotated_at) = 0))
      );
      SELECT platform.audit('certificates.key_rotation');
      SELECT platform.open_schema('certificates');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
