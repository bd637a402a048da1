import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Webhooks. What an operator decided about an endpoint is audited; how far it got is the sender's own, like the relay's
 * cursors. The feed remains the record of what was to be sent, so that old deliveries and attempts can be forgotten.
 */
export class Webhooks13 implements MigrationInterface {
  name = 'Webhooks1700000000013';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE feed.webhook_endpoint (
        id text PRIMARY KEY,
        version integer NOT NULL,
        operator_id text NOT NULL,
        url text NOT NULL,
        description text NOT NULL,
        venue_id text,
        types jsonb,
        keys jsonb NOT NULL,
        state text NOT NULL CHECK (state IN ('ENABLED', 'DISABLED', 'RETIRED')),
        reason text CHECK (reason IN ('REQUESTED', 'GONE', 'FAILING'))
      );
      CREATE INDEX webhook_endpoint_operator ON feed.webhook_endpoint (operator_id, id);
      -- Private keys and secrets, sealed; a row goes when its key ends.
      CREATE TABLE feed.webhook_secret (key_id text PRIMARY KEY, sealed bytea NOT NULL);
      -- Up to its position everything was sent or stands in webhook_delivery. The lease says who is sending.
      CREATE TABLE feed.webhook_progress (
        endpoint_id text PRIMARY KEY REFERENCES feed.webhook_endpoint DEFERRABLE INITIALLY DEFERRED,
        position bigint NOT NULL CHECK (position >= 0),
        lease uuid,
        leased_until timestamptz NOT NULL DEFAULT '-infinity',
        served_at timestamptz NOT NULL DEFAULT '-infinity',
        paused_until timestamptz NOT NULL DEFAULT '-infinity',
        pauses integer NOT NULL DEFAULT 0,
        failing_since timestamptz
      );
      CREATE TABLE feed.webhook_delivery (
        endpoint_id text NOT NULL REFERENCES feed.webhook_endpoint,
        position bigint NOT NULL,
        event_id uuid NOT NULL,
        state text NOT NULL CHECK (state IN ('PENDING', 'DELIVERED', 'FAILED')),
        attempts integer NOT NULL,
        pending_since timestamptz NOT NULL DEFAULT now(),
        try_at timestamptz NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (endpoint_id, position)
      );
      CREATE INDEX webhook_delivery_due ON feed.webhook_delivery (endpoint_id, try_at) WHERE state = 'PENDING';
      CREATE INDEX webhook_delivery_state ON feed.webhook_delivery (endpoint_id, state, position);
      CREATE INDEX webhook_delivery_old ON feed.webhook_delivery (state, changed_at) WHERE state <> 'PENDING';
      CREATE TABLE feed.webhook_attempt (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        endpoint_id text NOT NULL,
        position bigint NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        status integer,
        error text,
        duration_ms integer NOT NULL,
        excerpt text NOT NULL
      );
      CREATE INDEX webhook_attempt_of ON feed.webhook_attempt (endpoint_id, position, id);
      CREATE INDEX webhook_attempt_old ON feed.webhook_attempt (at);
      SELECT platform.audit('feed.webhook_endpoint');
      GRANT SELECT, INSERT, UPDATE ON feed.webhook_endpoint, feed.webhook_progress TO databourse_app;
      GRANT SELECT, INSERT, DELETE ON feed.webhook_secret, feed.webhook_attempt TO databourse_app;
      GRANT SELECT, INSERT, UPDATE, DELETE ON feed.webhook_delivery TO databourse_app;
      GRANT SELECT ON feed.webhook_endpoint, feed.webhook_progress, feed.webhook_delivery, feed.webhook_attempt
        TO databourse_auditor;
    `);
  }

  async down(): Promise<void> {
    throw new Error('migrations only go forward');
  }
}
