import type { WebhookKey } from '@app/sdk';
import { Injectable } from '@nestjs/common';
import { Sql } from '../platform/sql.js';

/** One endpoint that this process may serve until the lease ends. */
export interface WebhookJob {
  readonly id: string;
  readonly lease: string;
  readonly operatorId: string;
  readonly url: string;
  readonly venueId: string | null;
  readonly types: string[] | null;
  readonly keys: readonly WebhookKey[];
  /** Everything up to here was sent or waits for its next attempt. */
  readonly position: number;
  /** How often in a row it had to be left alone. */
  readonly pauses: number;
}

export interface WebhookOutcome {
  readonly position: number;
  readonly eventId: string;
  /** With this one. */
  readonly attempts: number;
  readonly delivered: boolean;
  /** Until the next attempt, in ms; undefined: there is none. */
  readonly waitMs: number | undefined;
  /** null: no answer, for the reason `error`. */
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly excerpt: string;
}

/** Longer than a job can take: twice its budget and a last attempt, see the sender. */
const LEASE_S = 90;
/** Longer than all attempts of one message together. */
const HOPELESS_DAYS = 5;

/**
 * How far each endpoint got, and what waits for another attempt. Whoever serves an endpoint holds its lease; what it did is
 * written in one statement that asks for that lease, so a process that lost it changes nothing, and a message is sent again
 * rather than lost. Times are the database's, which all processes share and no demonstration moves.
 */
@Injectable()
export class WebhookQueue {
  constructor(private readonly sql: Sql) {}

  /** Endpoints with something to send that nobody serves, those first that waited longest. */
  async claim(limit: number): Promise<WebhookJob[]> {
    const rows = await this.sql.rows<Omit<WebhookJob, 'position'> & { position: string }>(
      `WITH due AS MATERIALIZED (
         SELECT p.endpoint_id FROM feed.webhook_progress p JOIN feed.webhook_endpoint e ON e.id = p.endpoint_id
           LEFT JOIN feed.operator o ON o.operator_id = e.operator_id
         WHERE e.state = 'ENABLED' AND p.leased_until <= now() AND p.paused_until <= now()
           AND (p.position < o.size OR EXISTS (SELECT FROM feed.webhook_delivery d
             WHERE d.endpoint_id = p.endpoint_id AND d.state = 'PENDING' AND d.try_at <= now()))
         ORDER BY p.served_at LIMIT $1 FOR UPDATE OF p SKIP LOCKED)
       UPDATE feed.webhook_progress p
       SET lease = gen_random_uuid(), leased_until = now() + $2 * interval '1 second', served_at = now()
       FROM due, feed.webhook_endpoint e WHERE p.endpoint_id = due.endpoint_id AND e.id = due.endpoint_id
       RETURNING p.endpoint_id AS id, p.lease, p.position, p.pauses, e.operator_id AS "operatorId", e.url,
         e.venue_id AS "venueId", e.types, e.keys`,
      [limit, LEASE_S],
    );
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  }

  /** Messages whose next attempt is due, with the attempts before it. */
  async due({ id }: WebhookJob, limit: number): Promise<{ position: number; attempts: number }[]> {
    const rows = await this.sql.rows<{ position: string; attempts: number }>(
      `SELECT position, attempts FROM feed.webhook_delivery
       WHERE endpoint_id = $1 AND state = 'PENDING' AND try_at <= now() ORDER BY try_at, position LIMIT $2`,
      [id, limit],
    );
    return rows.map(({ position, attempts }) => ({ position: Number(position), attempts }));
  }

  /**
   * Keeps what became of some messages, and that everything up to `position` has been taken care of. A message that was
   * replayed meanwhile stays to be sent. Answers whether nothing has got through for days.
   *
   * @param pauseMs how long to leave the endpoint alone
   * @throws when the lease is lost
   */
  async record(
    { id, lease }: WebhookJob,
    position: number,
    outcomes: readonly WebhookOutcome[],
    pauseMs: number | undefined,
  ): Promise<{ hopeless: boolean }> {
    const of = <K extends keyof WebhookOutcome>(key: K): WebhookOutcome[K][] => outcomes.map((one) => one[key]);
    const succeeded = outcomes.some(({ delivered }) => delivered);
    const row = await this.sql.row<{ hopeless: boolean }>(RECORD, [
      id,
      lease,
      position,
      pauseMs ?? null,
      succeeded,
      outcomes.length > 0,
      HOPELESS_DAYS,
      of('position'),
      of('eventId'),
      of('attempts'),
      outcomes.map(({ delivered, waitMs }) => (delivered ? 'DELIVERED' : waitMs === undefined ? 'FAILED' : 'PENDING')),
      outcomes.map(({ waitMs }) => waitMs ?? 0),
      of('status'),
      of('error'),
      of('durationMs'),
      of('excerpt'),
    ]);
    if (!row) throw new Error(`the lease on ${id} is lost: another process may send the same messages again`);
    return row;
  }

  /** @param pauseMs when this process could not serve it, though the endpoint is not to blame */
  async release({ id, lease }: WebhookJob, pauseMs = 0): Promise<void> {
    await this.sql.rows(
      `UPDATE feed.webhook_progress SET lease = NULL, leased_until = '-infinity',
         paused_until = greatest(paused_until, now() + $3 * interval '1 millisecond')
       WHERE endpoint_id = $1 AND lease = $2`,
      [id, lease, pauseMs],
    );
  }
}

const RECORD = `
  WITH held AS (
    UPDATE feed.webhook_progress SET
      position = greatest(position, $3::bigint),
      paused_until = coalesce(now() + $4::float8 * interval '1 millisecond', paused_until),
      pauses = CASE WHEN $5 THEN 0 ELSE pauses END + CASE WHEN $4 IS NULL THEN 0 ELSE 1 END,
      failing_since = CASE WHEN $5 THEN NULL WHEN $6 THEN coalesce(failing_since, now()) ELSE failing_since END
    WHERE endpoint_id = $1 AND lease = $2::uuid RETURNING endpoint_id, failing_since
  ), outcome AS MATERIALIZED (
    SELECT held.endpoint_id, o.* FROM held, unnest($8::bigint[], $9::uuid[], $10::int[], $11::text[], $12::float8[],
      $13::int[], $14::text[], $15::int[], $16::text[])
      AS o (position, event_id, attempts, state, wait_ms, status, error, duration_ms, excerpt)
  ), attempt AS (
    INSERT INTO feed.webhook_attempt (endpoint_id, position, status, error, duration_ms, excerpt)
    SELECT endpoint_id, position, status, error, duration_ms, excerpt FROM outcome
  ), delivery AS (
    INSERT INTO feed.webhook_delivery AS d (endpoint_id, position, event_id, state, attempts, try_at)
    SELECT endpoint_id, position, event_id, state, attempts, now() + wait_ms * interval '1 millisecond' FROM outcome
    ON CONFLICT (endpoint_id, position) DO UPDATE
    SET state = EXCLUDED.state, attempts = EXCLUDED.attempts, try_at = EXCLUDED.try_at, changed_at = now()
    WHERE d.state = 'PENDING' AND d.attempts = EXCLUDED.attempts - 1
  )
  SELECT $6 AND coalesce(failing_since < now() - $7 * interval '1 day', false) AS hopeless FROM held`;
