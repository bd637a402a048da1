import { parseTilePath, type Source } from '@app/tlog';
import type pg from 'pg';

/** The log's resources out of the database, without the service between, while the log rests: what is stored has the width of the head. */
export const storedLog =
  (db: pg.Pool): Source =>
  async (path) => {
    if (path === 'checkpoint') {
      const { rows } = await db.query<{ note: string }>(
        'SELECT note FROM ledger.checkpoint ORDER BY size DESC LIMIT 1',
      );
      return rows[0] && Buffer.from(rows[0].note);
    }
    const { level, index } = parseTilePath(path)!;
    const { rows } = await (level === 'entries'
      ? db.query<{ bytes: Buffer }>('SELECT data AS bytes FROM ledger.bundle WHERE n = $1', [index])
      : db.query<{ bytes: Buffer }>('SELECT hashes AS bytes FROM ledger.tile WHERE (level, n) = ($1, $2)', [
          level,
          index,
        ]));
    return rows[0]?.bytes;
  };
