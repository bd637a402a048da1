import { Refusal } from '../platform/refusal.js';
import type { Sql } from '../platform/sql.js';

/** @throws Refusal registration/successor unless it is another registrar of the catalogue in good standing */
export async function mustBeSuccessor(sql: Sql, successorId: string, predecessorId: string): Promise<void> {
  const known = await sql.row(
    `SELECT id FROM registration.registrar WHERE organisation_id = $1 AND state = 'CATALOGUED' AND organisation_id <> $2`,
    [successorId, predecessorId],
  );
  if (!known) throw new Refusal('registration/successor', { successorId });
}
