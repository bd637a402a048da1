import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The feeds to the operators of venues. All but the manifests is derived from the log: the owner may empty it and have the
 * writer walk the log anew. The application only adds.
 */
export class Feed12 implements MigrationInterface {
  name = 'Feed1700000000012';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE SCHEMA feed;
      -- How many leaves of the log the writer has taken.
      CREATE TABLE feed.cursor (single boolean PRIMARY KEY DEFAULT true CHECK (single), position bigint NOT NULL);
      INSERT INTO feed.cursor (position) VALUES (0);
      -- Who sees a venue's events: its operator, and that of the exchange above it.
      CREATE TABLE feed.venue (venue_id text PRIMARY KEY, operator_ids text[] NOT NULL);
      -- From the event that opened its first venue on; size is the last position of its feed.
      CREATE TABLE feed.operator (
        operator_id text PRIMARY KEY,
        since timestamptz NOT NULL,
        size bigint NOT NULL CHECK (size >= 0)
      );
      -- Which venue a stream belongs to from a leaf on; a draft may move to another one.
      CREATE TABLE feed.subject_venue (
        stream text NOT NULL,
        since bigint NOT NULL,
        venue_id text NOT NULL,
        PRIMARY KEY (stream, since)
      );
      -- The bytes of every leaf that somebody sees, once.
      CREATE TABLE feed.leaf (leaf_index bigint PRIMARY KEY, leaf bytea NOT NULL);
      -- No foreign keys: one writer fills these tables in one transaction, and a check for each row would halve its speed.
      CREATE TABLE feed.entry (
        operator_id text NOT NULL,
        position bigint NOT NULL CHECK (position > 0),
        leaf_index bigint NOT NULL,
        event_id uuid NOT NULL,
        venue_id text,
        type text NOT NULL,
        subject text NOT NULL,
        PRIMARY KEY (operator_id, position),
        UNIQUE (operator_id, leaf_index)
      );
      CREATE INDEX entry_venue ON feed.entry (venue_id, position);
      CREATE INDEX entry_type ON feed.entry (operator_id, type, position);
      CREATE INDEX entry_subject ON feed.entry (subject);
      CREATE TABLE feed.manifest (
        id text PRIMARY KEY,
        version integer NOT NULL,
        operator_id text NOT NULL,
        date text NOT NULL CHECK (date ~ '^\\d{4}-\\d{2}-\\d{2}$'),
        first bigint NOT NULL CHECK (first > 0),
        last bigint NOT NULL,
        root text NOT NULL CHECK (root ~ '^[0-9a-f]{64}$'),
        log_size bigint NOT NULL,
        checkpoint text NOT NULL,
        previous text CHECK (previous ~ '^[0-9a-f]{64}$'),
        digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
        jws text NOT NULL,
        cut_at timestamptz NOT NULL,
        UNIQUE (operator_id, date),
        CHECK (last >= first - 1)
      );
      SELECT platform.audit('feed.manifest');
      SELECT platform.freeze('feed.manifest');
      SELECT platform.open_schema('feed');
      REVOKE UPDATE ON feed.venue, feed.subject_venue, feed.leaf, feed.entry FROM databourse_app;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
