import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One leaf out of its bundle, for proofs: a bundle has some 80 kB, which need not travel for the sake of one leaf. Another
 * event may name the id too, so what holds it is parsed.
 */
export class LeafOfEvent17 implements MigrationInterface {
  name = 'LeafOfEvent1700000000017';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE FUNCTION ledger.leaf_of(event uuid, number bigint, OUT place integer, OUT leaf bytea)
      LANGUAGE plpgsql STABLE SET search_path = pg_catalog AS $$
      DECLARE
        -- Joined to nothing it is a value in memory; as it comes, each use would fetch it anew.
        d bytea := (SELECT data || ''::bytea FROM ledger.bundle WHERE n = number);
        id bytea := convert_to(event::text, 'UTF8');
        hit integer := position(id IN d);
        start integer := 0; -- of an entry: two bytes of length, then the leaf (C2SP tlog-tiles)
        size integer;
      BEGIN
        place := 0;
        WHILE hit > 0 LOOP
          size := get_byte(d, start) * 256 + get_byte(d, start + 1);
          IF hit <= start + 2 + size THEN
            leaf := substring(d FROM start + 3 FOR size);
            IF convert_from(leaf, 'UTF8')::jsonb ->> 'id' = event::text THEN RETURN; END IF;
            hit := position(id IN substring(d FROM start + 3 + size));
            IF hit > 0 THEN hit := hit + start + 2 + size; END IF;
          END IF;
          start := start + 2 + size;
          place := place + 1;
        END LOOP;
        place := NULL;
        leaf := NULL;
      END $$;
      REVOKE EXECUTE ON FUNCTION ledger.leaf_of FROM PUBLIC;
      GRANT EXECUTE ON FUNCTION ledger.leaf_of TO databourse_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
