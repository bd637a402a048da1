import { binaryArray } from './binary-array.js';
import type { Statement } from './serializable.js';

/** A command that falls due: one row for each kind and subject. */
export interface Deadline {
  readonly kind: string;
  readonly subject: string;
  readonly dueAt: Date | null;
}

const SCHEDULE = `
  INSERT INTO platform.deadline (kind, subject, due_at, try_at)
  SELECT kind, subject, due::timestamptz, due::timestamptz FROM unnest($1::text[], $2::text[], $3::text[]) AS u (kind, subject, due)
  ON CONFLICT (kind, subject) DO UPDATE SET due_at = excluded.due_at, try_at = excluded.try_at, attempts = 0, parked_at = NULL, error = NULL`;
const CANCEL = `
  DELETE FROM platform.deadline d USING unnest($1::text[], $2::text[]) AS u (kind, subject)
  WHERE d.kind = u.kind AND d.subject = u.subject`;

/** What sets these deadlines, and takes away those without a date. */
export function statementsOf(deadlines: readonly Deadline[]): Statement[] {
  const [due, none] = [deadlines.filter(({ dueAt }) => dueAt), deadlines.filter(({ dueAt }) => !dueAt)];
  const texts = (rows: readonly Deadline[], of: (row: Deadline) => string) => binaryArray('text', rows.map(of));
  const columns = (rows: readonly Deadline[]) => [
    texts(rows, ({ kind }) => kind),
    texts(rows, ({ subject }) => subject),
  ];
  const dues = (rows: readonly Deadline[]) => texts(rows, ({ dueAt }) => dueAt!.toISOString());
  return [
    ...(due.length > 0 ? [{ text: SCHEDULE, values: [...columns(due), dues(due)] }] : []),
    ...(none.length > 0 ? [{ text: CANCEL, values: columns(none) }] : []),
  ];
}
