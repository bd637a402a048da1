import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The text of a credential stands in the event that settled it, and was kept a second time beside the row: 3 KB to send, to write and to log for
 * each certificate. The register keeps what it is searched by.
 */
export class CredentialKeptOnce41 implements MigrationInterface {
  name = 'CredentialKeptOnce1700000000041';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      -- What was erased there, when that was allowed still, stands here only.
      DO $$ BEGIN
        IF EXISTS (SELECT FROM ledger.payload WHERE type = 'certificates.certificate-prepared.v1' AND payload IS NULL) THEN
          RAISE EXCEPTION '账本中有凭证正文已被删除,登记簿中是唯一副本,请继续使用前一版本 / the text of a certificate is erased from the ledger and the register has the last copy: keep the former version';
        END IF;
      END $$;
      ALTER TABLE certificates.certificate
        ADD COLUMN data_name text,
        ADD COLUMN holder_name text,
        ADD COLUMN industry_section text,
        ADD COLUMN industry_text text,
        ADD COLUMN issued_under text;
      -- What follows from an event that is in the log already needs no leaf of its own.
      ALTER TABLE certificates.certificate DISABLE TRIGGER leaf_required;
      UPDATE certificates.certificate SET
        data_name = credential #>> '{credentialSubject,data,name}',
        holder_name = credential #>> '{credentialSubject,holder,name}',
        industry_section = credential #>> '{credentialSubject,data,industry,section}',
        industry_text = credential #>> '{credentialSubject,data,industry,text}',
        issued_under = regexp_replace(credential->>'id', '/certificates/[^/]*$', '');
      ALTER TABLE certificates.certificate ENABLE ALWAYS TRIGGER leaf_required;
      ALTER TABLE certificates.certificate DROP COLUMN credential;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
