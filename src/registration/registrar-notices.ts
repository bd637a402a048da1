import type { Sql } from '../platform/sql.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { after } from './registrar-rules.js';

/** Lets the notices of a registrar end again: nothing was registered while it might not publish. */
export async function scheduleNotices(uow: UnitOfWork, sql: Sql, organisationId: string): Promise<void> {
  const notices = await sql.rows<{ id: string; endsAt: Date }>(
    `SELECT id, notice_ends_at AS "endsAt" FROM registration.application
     WHERE registrar_id = $1 AND state = 'PUBLIC_NOTICE'`,
    [organisationId],
  );
  for (const { id, endsAt } of notices) await uow.schedule('registration.notice', id, after(endsAt));
}
