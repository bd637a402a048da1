/** Of the operating system: the database, or what else was called, is not reached; the disk is full. */
const SYSTEM =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOSPC|EDQUOT|EMFILE|ENFILE)$/;
/**
 * Of PostgreSQL (appendix A of its manual): connection exceptions, insufficient resources (a full disk, too many
 * connections), intervention of its operator (a shutdown, a crash), errors of its system; a session that idled too long.
 */
const POSTGRES = /^(08...|53...|57...|58...|25P03|25P04)$/;
/** Errors without a code: of the driver (pg, pg-pool), and of TypeORM about a connection that broke between two queries. */
const DRIVER =
  /^(Connection terminated|timeout expired|timeout exceeded when trying to connect|Query read timeout|Client (has encountered a connection error|was closed))/;
const TYPEORM = /^QueryRunner(Provider)?AlreadyReleasedError$/;

/** Whether what failed is around us, so that the same may succeed later; all else is a bug. */
export function isPassing(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, name, message, driverError } = error as Partial<NodeJS.ErrnoException> & { driverError?: unknown };
  if (code !== undefined && (SYSTEM.test(code) || POSTGRES.test(code))) return true;
  return DRIVER.test(message ?? '') || TYPEORM.test(name ?? '') || isPassing(driverError);
}
