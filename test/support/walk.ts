import { completeUscc, rulePacks } from '@app/rulepacks';
import { problems, roles, type ProblemCode, type Role } from '@app/sdk';
import fc from 'fast-check';
import { describeApi } from '../../src/platform/openapi.js';
import { asText, fitting, type Json, type Schema, type Words } from './damage.js';
import { rawClient, type Answer, type Sent } from './raw.js';
import type { Left } from './stage.js';
import type { Caller, World } from './world.js';

/** Counts every statement that writes, also one that is rolled back. */
const COUNTING = `CREATE SCHEMA walk; CREATE SEQUENCE walk.writes; SELECT nextval('walk.writes');
  CREATE FUNCTION walk.count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN PERFORM nextval('walk.writes'); RETURN NULL; END $$;`;
const counted = (table: string): string =>
  `CREATE TRIGGER counted AFTER INSERT OR UPDATE OR DELETE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION walk.count()`;

/** The same walk each time. */
const SEED = 20260101;

export interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly schema: Schema | undefined;
}

type Described = {
  parameters?: { in: string; name: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};

/** What an id in this place of a path begins with. */
const PREFIXES: Readonly<Record<string, string>> = {
  files: 'file',
  organisations: 'org',
  people: 'per',
  memberships: 'mem',
  applications: 'app',
  'application-groups': 'grp',
  registrars: 'reg',
  'registrar-staff': 'stf',
  'foreign-certificates': 'fct',
  'trusted-issuers': 'tri',
  resources: 'res',
  certificates: 'cert',
  venues: 'ven',
  listings: 'lst',
  orders: 'ord',
  deliveries: 'dlv',
  'bank-notices': 'bnt',
  reconciliation: 'rec',
  accounts: 'acc',
  escrows: 'esc',
  distributions: 'dis',
  payouts: 'pay',
  'fee-schedules': 'fee',
  'distribution-schemes': 'sch',
  mandates: 'man',
  events: 'event',
  erasures: 'ers',
  webhooks: 'whe',
  'rule-packs': 'pack',
  'rule-pack-proposals': 'rpk',
  tile: 'tile',
  objections: 'obj',
  'record-requests': 'rrq',
  authorities: 'aut',
  'register-acts': 'act',
  'committee/experts': 'exp',
  'committee/cases': 'cas',
  'committee/obligations': 'obl',
};
export const prefixOf = ({ path }: Operation): string => {
  const [, , things, below] = path.split('/');
  return path.includes('{number}') ? 'number' : (PREFIXES[`${things}/${below}`] ?? PREFIXES[things!] ?? 'ord');
};

/** What ends things, or moves the time, comes last. */
const ENDS = /suspension|deactivation|cancellation|termination|clock|withdrawal|delisting|behaviour/;

export const sample = <T>(arbitrary: fc.Arbitrary<T>, n: number): T[] =>
  fc.sample(arbitrary, { seed: SEED, numRuns: n });

/** Goes to every operation of the description, and keeps account of what was answered and what changed. */
export class Walk {
  /** How often each operation gave each status. */
  readonly seen = new Map<string, number>();
  /** Who passes every check of roles: of an organisation that has nothing, and of each of the cast. */
  mighty: readonly Caller[] = [];
  /** One of each role, at the organisation that has nothing. */
  strangers: readonly Caller[] = [];
  words!: Words;
  private readonly client: ReturnType<typeof rawClient>;
  private readonly operations: readonly Operation[];
  private readonly complaints: string[] = [];
  private versions = new Map<string, number>();
  private fingerprints = '';
  private before = { print: '', writes: '' };
  /** Where the writes stood when the words were read. */
  private readAt = '';
  private keys = 0;

  private constructor(
    private readonly world: World,
    private readonly schemas: Words['schemas'],
    paths: Record<string, Record<string, Described>>,
  ) {
    this.client = rawClient(world.origin);
    // A stream of events never ends; test/feed-stream.e2e-spec.ts walks it.
    const finite = Object.entries(paths).filter(([path]) => path !== '/v1/feed/stream');
    const all = finite.flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        query: parameters.filter((p) => p.in === 'query').map((p) => p.name),
        schema: requestBody?.content['application/json']?.schema,
      })),
    );
    this.operations = [...all.filter(({ path }) => !ENDS.test(path)), ...all.filter(({ path }) => ENDS.test(path))];
  }

  static async of(world: World): Promise<Walk> {
    const { paths, components } = describeApi(world.app);
    const walk = new Walk(world, components!.schemas as Words['schemas'], paths as never);
    const granted = roles.filter((role) => role !== 'system');
    const nobody = {
      uscc: completeUscc('91440101DEM999999'),
      name: '演示旁观企业',
      kind: 'ENTERPRISE',
      regionCode: '440100',
    };
    const { id } = await world.cast.as.operator.post<{ id: string }>('/v1/organisations', nobody, 'the-stranger');
    const organisations = [id, ...Object.values(world.cast.orgs)];
    walk.mighty = await Promise.all(organisations.map((org) => world.caller(org, granted)));
    walk.strangers = await Promise.all(granted.map((role: Role) => world.caller(id, [role])));
    const tables = await world.db.query<{ name: string }>(
      // The answer to a key is kept of a refusal too.
      `SELECT format('%I.%I', schemaname, relname) AS name FROM pg_stat_user_tables WHERE relname <> 'idempotency'`,
    );
    await world.db.query(COUNTING + tables.rows.map(({ name }) => counted(name)).join(';'));
    const sums = tables.rows.map(({ name }) => `coalesce((SELECT sum(hashtext(ctid::text || xmin)) FROM ${name}), 0)`);
    walk.fingerprints = `SELECT concat_ws(',', ${sums.join()}) AS print`;
    return walk;
  }

  close(): void {
    this.client.close();
  }

  /** Does `work` at every operation; answers what was not as it must be. */
  async everywhere(work: (operation: Operation, n: number) => Promise<void>): Promise<readonly string[]> {
    this.complaints.length = 0;
    this.before = { print: await this.fingerprint(), writes: await this.writes() };
    for (const [n, operation] of this.operations.entries()) {
      await this.refresh();
      await work(operation, n);
    }
    return this.complaints;
  }

  complain(operation: Operation, what: string): void {
    this.complaints.push(`${operation.name}: ${what}`);
  }

  /** What there is by now: ids with their versions, the newest first. */
  async refresh(): Promise<void> {
    const writes = await this.writes();
    if (writes === this.readAt) return;
    this.readAt = writes;
    const { rows } = await this.world.db.query<{ stream: string; version: number }>(
      'SELECT stream, max(version) AS version FROM ledger.payload GROUP BY 1 ORDER BY min(event_id::text) DESC',
    );
    this.versions = new Map(rows.map(({ stream, version }) => [stream, version]));
    const ids = new Map<string, string[]>();
    for (const { stream } of rows) {
      const prefix = stream.slice(0, stream.indexOf('_'));
      ids.set(prefix, [...(ids.get(prefix) ?? []), stream]);
    }
    const some = new Map(
      [...ids].map(([prefix, all]) => [prefix, [...new Set([...all.slice(0, 3), ...all.slice(-3)])]]),
    );
    const known = await this.world.db.query<{ event: string; number: string; reference: string }>(
      `SELECT (SELECT min(event_id::text) FROM ledger.payload) AS event,
         (SELECT min(number) FROM certificates.certificate) AS number, (SELECT min(number) FROM trading.order) AS reference`,
    );
    const { event, number, reference } = known.rows[0]!;
    const pack = rulePacks[0]!.id;
    some
      .set('event', [event])
      .set('number', [number])
      .set('pack', [pack])
      .set('tile', ['0/000.p/1', 'entries/000.p/1']);
    const uscc = Array.from({ length: 9 }, (_, n) => completeUscc(`91440101DEM88888${n}`));
    const named = { certificateNumber: [number], reference: [reference], regime: [pack], uscc };
    this.words = { schemas: this.schemas, ids: some, named };
  }

  /** Whether it reached its end once, at least. */
  isDone({ name }: Operation): boolean {
    return [...this.seen.keys()].some((one) => one.startsWith(`${name} 2`) && one.length === name.length + 4);
  }

  /** Of what there is, the n-th newest. */
  idOf(operation: Operation, n = 0): string | undefined {
    if (!operation.path.includes('{')) return undefined;
    const ids = this.words.ids.get(prefixOf(operation)) ?? ['unknown'];
    return ids[n % ids.length];
  }

  bodiesOf({ schema }: Operation, n: number): Json[] {
    return schema ? sample(fitting(schema, this.words), n) : Array.from({ length: n }, () => ({}));
  }

  /** What the main job sent to this operation. */
  recorded({ method, path, schema }: Operation): Json[] {
    if (!schema) return [];
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
    const found = this.world.requests.filter((one) => one.method === method && pattern.test(one.path));
    return found.map(({ body }) => JSON.parse(body) as Json);
  }

  /** What the scenes left to do there. */
  leftFor({ method, path }: Operation): readonly Left[] {
    const pattern = new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);
    return method === 'POST' ? this.world.left.filter((one) => pattern.test(one.path)) : [];
  }

  /** A body that fits, where there is one. */
  bodyFor(operation: Operation): { body?: string } {
    if (operation.method === 'GET') return {};
    return { body: asText(this.recorded(operation)[0] ?? this.bodiesOf(operation, 1)[0]!) };
  }

  /** All that a good request has; each time a new key. */
  headersFor({ method }: Operation, caller?: Caller, id?: string): Record<string, string> {
    return {
      ...(caller && { authorization: `Bearer ${caller.token}` }),
      ...(method !== 'GET' && { 'idempotency-key': `walk-${(this.keys += 1)}-00`, 'content-type': 'application/json' }),
      ...(method !== 'GET' && id !== undefined && { 'if-match': `"${this.versions.get(id) ?? 1}"` }),
    };
  }

  async ask(operation: Operation, what: string, sent: Partial<Sent> & { id?: string | undefined }): Promise<Answer> {
    const path = sent.path ?? operation.path.replace(/\{\w+\}/, sent.id ?? '');
    const answer = await this.client.send({ ...sent, method: operation.method, path });
    const name = `${operation.name} ${answer.status}`;
    this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
    const wrong = faultsOf(answer, path);
    const writes = await this.writes();
    if (writes !== this.before.writes) {
      const print = await this.fingerprint();
      if (answer.status >= 400 && print !== this.before.print) wrong.push('it was refused, and something changed');
      this.before = { print, writes };
    }
    for (const fault of wrong)
      this.complain(
        operation,
        `${what}: ${answer.status}, ${fault}\n  ${path.slice(0, 200)}\n  ${String(sent.body as string).slice(0, 500)}\n  ${answer.text.slice(0, 500)}`,
      );
    return answer;
  }

  /** Changes with every row written in any table that a request may change. */
  private async fingerprint(): Promise<string> {
    return (await this.world.db.query<{ print: string }>(this.fingerprints)).rows[0]!.print;
  }

  /** Stands still as long as nobody writes to these tables: then there is no need to look at them. */
  private async writes(): Promise<string> {
    return (await this.world.db.query<{ n: string }>('SELECT last_value AS n FROM walk.writes')).rows[0]!.n;
  }
}

interface ProblemBody {
  readonly code: ProblemCode;
  readonly status: number;
  readonly traceId: string;
  readonly reasons?: Record<string, string>;
  readonly errors?: readonly { readonly pointer: string; readonly reasons?: Record<string, string> }[];
}

/** What is wrong with this answer, whatever was asked. */
export function faultsOf({ status, type, headers, text }: Answer, path: string): string[] {
  if (status >= 500) return ["a server's error"];
  if (status < 400 || !path.startsWith('/v1/')) return [];
  if (type !== 'application/problem+json') return [`type ${type}`];
  const wrong: string[] = [];
  const { code, traceId, reasons, errors = [], ...problem } = JSON.parse(text) as ProblemBody;
  if (problems[code]?.status !== status || problem.status !== status) wrong.push(`code ${code}`);
  for (const both of [reasons, ...errors.map((error) => error.reasons)])
    if (!/[\u4e00-\u9fff]/.test(both?.['zh-CN'] ?? '') || !both?.['en']) wrong.push(`reasons ${JSON.stringify(both)}`);
  for (const { pointer } of errors) if (!/^(\/.*)?$/su.test(pointer)) wrong.push(`pointer ${pointer}`);
  if (code === 'invalid-request' && errors.length === 0) wrong.push('no pointer');
  if (!/^[0-9a-f]{32}$/.test(traceId)) wrong.push('no trace');
  if (status === 401 && headers['www-authenticate'] !== 'Bearer') wrong.push('no challenge');
  if (status === 405 && !headers['allow']) wrong.push('no Allow');
  return wrong;
}
