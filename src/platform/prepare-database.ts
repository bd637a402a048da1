import { StartError } from './start-error.js';

type Query = (sql: string, parameters?: unknown[]) => Promise<unknown>;

const OLDEST_SERVER = 150_000;
const ATTEMPTS = 5;
const NOT_ALLOWED = '42501';
/** Roles belong to the cluster, not to the database: another database may be getting them at this moment. */
const PASSES_BY_ITSELF = new Set(['42710', '23505', 'XX000']);

/**
 * Makes the roles, takes them on, and lets their owner create in this database; does only what is missing.
 * @throws StartError when the server is too old, or the login may not do it: with the statements for somebody who may
 */
export async function prepareDatabase(query: Query, roles: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const statements = await missing(query, roles);
    if (statements.length === 0) return;
    try {
      for (const statement of statements) await query(statement);
    } catch (error) {
      const { code = '' } = error as { code?: string };
      if (code === NOT_ALLOWED) throw new StartError(request(statements));
      if (!PASSES_BY_ITSELF.has(code) || attempt === ATTEMPTS) throw error;
    }
    // PostgreSQL only warns when a grant gave nothing.
    if (attempt === ATTEMPTS) throw new StartError(request(statements));
  }
}

const request = (statements: readonly string[]): string =>
  [
    'DATABASE_URL 的登录角色权限不足。请由数据库管理员在该数据库中执行:',
    'The login of DATABASE_URL lacks rights. Let an administrator run in this database:',
    ...statements.map((statement) => `  ${statement};`),
  ].join('\n');

interface Facts {
  readonly login: string;
  readonly database: string;
  readonly version: number;
  readonly present: string[];
}

async function missing(query: Query, roles: readonly string[]): Promise<string[]> {
  const [facts] = (await query(
    `SELECT quote_ident(current_user) AS login, quote_ident(current_database()) AS database,
            current_setting('server_version_num')::int AS version,
            ARRAY(SELECT rolname::text FROM pg_roles WHERE rolname = ANY($1)) AS present`,
    [roles],
  )) as Facts[];
  const { login, database, version, present } = facts!;
  if (version < OLDEST_SERVER)
    throw new StartError(`需要 PostgreSQL 15 或更高版本 / PostgreSQL 15 or newer is needed (${version})`);
  const asks = async (role: string, question: string): Promise<boolean> =>
    present.includes(role) && ((await query(`SELECT ${question} AS yes`)) as { yes: boolean }[])[0]!.yes;
  const statements = roles.filter((role) => !present.includes(role)).map((role) => `CREATE ROLE ${role} NOLOGIN`);
  // Up to 15 every member may take the role on; from 16 on that is a right of its own.
  const right = version < 160_000 ? 'MEMBER' : 'SET';
  for (const role of roles)
    if (!(await asks(role, `pg_has_role(current_user, '${role}', '${right}')`)))
      statements.push(`GRANT ${role} TO ${login}`);
  const owner = roles[0]!;
  if (!(await asks(owner, `has_database_privilege('${owner}', current_database(), 'CREATE')`)))
    statements.push(`GRANT CREATE ON DATABASE ${database} TO ${owner}`);
  for (const kind of ['CREATE', 'USAGE'])
    if (!(await asks(owner, `has_schema_privilege('${owner}', 'public', '${kind}')`)))
      statements.push(`GRANT ${kind} ON SCHEMA public TO ${owner}`);
  return statements;
}
