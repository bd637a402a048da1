import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Where rows come by the hundred, the rule that a change needs a leaf is asked of each statement and not of each row. It cannot wait for the
 * commit then: the leaf comes first. A statement is asked however it writes, also when it turns out to change nothing.
 */
export class GuardByStatement39 implements MigrationInterface {
  name = 'GuardByStatement1700000000039';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- An audited table that only the unit of work writes, which appends before it writes rows.
      CREATE FUNCTION platform.audit_statements(t regclass) RETURNS void
      LANGUAGE plpgsql SET search_path = pg_catalog AS $$
      BEGIN
        EXECUTE format('DROP TRIGGER leaf_required ON %s', t);
        EXECUTE format('CREATE TRIGGER leaf_required AFTER INSERT OR UPDATE OR DELETE ON %s
          FOR EACH STATEMENT EXECUTE FUNCTION ledger.require_leaf()', t);
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER leaf_required', t);
      END $$;
      REVOKE EXECUTE ON FUNCTION platform.audit_statements FROM PUBLIC;
      SELECT platform.audit_statements('certificates.certificate');
      SELECT platform.audit_statements('registration.application');
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
