import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows are written together with the commit, which nobody can hold back when some have moved on: so the database itself refuses then. */
export class AllWritten44 implements MigrationInterface {
  name = 'AllWritten1700000000044';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION platform.must_all_be_written(written bigint, loaded integer) RETURNS void
      LANGUAGE plpgsql SET search_path = pg_catalog AS $$
      BEGIN
        IF written <> loaded THEN
          RAISE EXCEPTION '% of % rows moved on', loaded - written, loaded USING ERRCODE = 'serialization_failure';
        END IF;
      END $$;
      REVOKE ALL ON FUNCTION platform.must_all_be_written FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION platform.must_all_be_written TO databourse_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
