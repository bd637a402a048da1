import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Sql } from '../platform/sql.js';

const WINDOW_S = 900;
const FIRST_WAIT_S = 15;

/**
 * Slows guessing down. An attempt counts as failed until it succeeds, and it is counted before the password is looked at, so
 * that guesses made at the same time are counted too. After the free ones each further attempt must wait twice as long, up to
 * a quarter of an hour; without attempts for that long, everything is forgotten. A free attempt blocks until the beginning
 * of time, not until now: the clock of a request that began earlier is behind.
 */
@Injectable()
export class SignInAttempts {
  constructor(private readonly sql: Sql) {}

  /** @returns the seconds to wait before this login may be tried from this address, 0: go on, it is counted */
  async begin(login: string, address: string): Promise<number> {
    for (const { key, free } of limitsOf(login, address)) {
      const counted = await this.sql.row(
        `INSERT INTO parties.sign_in_attempt AS a (key, attempts, last_at, blocked_until) VALUES ($1, 1, now(), '-infinity')
         ON CONFLICT (key) DO UPDATE SET
           last_at = now(),
           (attempts, blocked_until) = (
             SELECT n, CASE WHEN n < $2 THEN '-infinity'
               ELSE now() + least($4 * 2 ^ least(n - $2, 20), $3) * interval '1 second' END
             FROM (SELECT CASE WHEN a.last_at < now() - $3 * interval '1 second' THEN 1 ELSE a.attempts + 1 END AS n) next)
         WHERE a.blocked_until <= now() RETURNING 1`,
        [key, free, WINDOW_S, FIRST_WAIT_S],
      );
      if (!counted) return this.wait(key);
    }
    return 0;
  }

  /** The password was right. */
  async succeeded(login: string, address: string): Promise<void> {
    const [pair, ...wider] = limitsOf(login, address).map(({ key }) => key);
    await this.sql.rows('DELETE FROM parties.sign_in_attempt WHERE key = $1', [pair]);
    await this.sql.rows(
      `UPDATE parties.sign_in_attempt SET attempts = greatest(attempts - 1, 0), blocked_until = '-infinity'
       WHERE key = ANY($1)`,
      [wider],
    );
  }

  private async wait(key: Buffer): Promise<number> {
    const blocked = await this.sql.row<{ wait: number }>(
      `SELECT ceil(extract(epoch FROM blocked_until - now()))::int AS wait FROM parties.sign_in_attempt WHERE key = $1`,
      [key],
    );
    return Math.max(blocked?.wait ?? 0, 1);
  }

  async forgetOld(): Promise<number> {
    const gone = await this.sql.rows(
      `DELETE FROM parties.sign_in_attempt WHERE key IN (SELECT key FROM parties.sign_in_attempt
         WHERE last_at < now() - $1 * interval '1 second' LIMIT 1000) RETURNING 1`,
      [WINDOW_S],
    );
    return gone.length;
  }
}

/** One guesser at one login; many guessers at one login; one guesser at many logins. */
const limitsOf = (login: string, address: string) => [
  { key: digest('pair', login, address), free: 5 },
  { key: digest('login', login), free: 50 },
  { key: digest('address', address), free: 100 },
];

const digest = (...parts: string[]): Buffer => createHash('sha256').update(JSON.stringify(parts)).digest();
