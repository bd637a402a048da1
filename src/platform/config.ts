import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { policyOf } from '@app/tlog';
import { z } from 'zod';
import { StartError } from './start-error.js';

/** The injection token of the frozen configuration. */
export const CONFIG = Symbol('configuration');

const GIB = 1024 ** 3;
/** S3 takes no larger object in one request. */
const S3_OBJECT_LIMIT_BYTES = 5 * GIB;

/** The description says what a value must be, in both languages; it is the whole message when it is something else. */
const must = <T extends z.ZodType>(zh: string, en: string, schema: T): T =>
  schema.describe(`应为${zh} / must be ${en}`) as T;

const text = z.string().trim().min(1);
const url = (protocol: RegExp) => z.url({ protocol }).transform((value) => value.replace(/\/+$/, ''));
const whole = (min: number, max: number) => z.string().regex(/^\d+$/).transform(Number).pipe(z.int().min(min).max(max));
const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');
const wholeText = (min: number, max: number) =>
  [`${min} 至 ${max} 的整数`, `an integer from ${min} to ${max}`] as const;
const roles = z
  .string()
  .transform((value) => [...new Set(value.split(',').map((name) => name.trim()))])
  .pipe(z.array(z.enum(['api', 'worker'])).min(1));

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:|\/|$)/;
const issuer = url(/^https?$/).refine((value) => value.startsWith('https:') || LOOPBACK.test(value));

const witnesses = z
  .string()
  .transform((value) => value.split(/[,\n]/).map((line) => line.trim()))
  .transform((lines) => lines.filter(Boolean).map((line) => line.split(/\s+/)))
  .pipe(z.array(z.tuple([z.string(), url(/^https?$/)])).max(32))
  .refine((list) => areWitnesses(list.map(([vkey]) => vkey)))
  .transform((list) => list.map(([vkey, prefix]) => ({ vkey, url: prefix })));

const fields = {
  NODE_ENV: must(
    'production、development 或 test',
    'production, development or test',
    z.enum(['production', 'development', 'test']).default('development'),
  ),
  HOST: must('监听地址', 'an address to listen on', text.default('127.0.0.1')),
  /** 0: any free port. */
  PORT: must(...wholeText(0, 65_535), whole(0, 65_535).default(8080)),
  /** How the outside reaches this service; without a trailing slash. */
  PUBLIC_URL: must('http(s) 网址', 'an http(s) URL', url(/^https?$/).optional()),
  /** Without it the service runs its own PostgreSQL below `DATA_DIR`. */
  DATABASE_URL: must('postgres:// 网址', 'a postgres:// URL', z.url({ protocol: /^postgres(ql)?$/ }).optional()),
  /** Connections of this process. */
  DATABASE_POOL: must(...wholeText(2, 200), whole(2, 200).default(20)),
  /** Absolute. */
  DATA_DIR: must(
    '目录路径',
    'the path of a directory',
    text.default('.data').transform((path) => resolve(path)),
  ),
  ROLES: must('api、worker 或 api,worker', 'api, worker or api,worker', roles.default(['api', 'worker']).readonly()),
  /** Demonstration mode: the clock can be moved. */
  DEMO: must('true 或 false', 'true or false', flag.default(false)),
  /** An external issuer instead of the embedded one. RFC 8414, section 2, wants https. */
  OIDC_ISSUER: must('https 网址（本机可用 http）', 'an https URL (http on the loopback only)', issuer.optional()),
  OIDC_AUDIENCE: must('非空文本', 'a non-empty text', text.default('databourse')),
  OIDC_ORG_CLAIM: must('声明的名称', 'the name of a claim', text.default('org')),
  OIDC_ROLES_CLAIM: must('声明的名称', 'the name of a claim', text.default('roles')),
  /** Where, besides `PUBLIC_URL/callback`, the console may be returned to after signing in; for a console on another address. */
  CONSOLE_REDIRECT_URIS: must(
    '以逗号分隔的 http(s) 网址',
    'http(s) URLs, separated by commas',
    z
      .string()
      .transform((value) => value.split(',').map((uri) => uri.trim()))
      .pipe(z.array(z.url({ protocol: /^https?$/ })))
      .default([])
      .readonly(),
  ),
  /** Of the first operator, for an empty database; without it one is made up. */
  OPERATOR_PASSWORD: must('至少 12 个字符', 'at least 12 characters', z.string().min(12).max(256).optional()),
  OPERATOR_NAME: must('机构名称', 'the name of an organisation', text.default('平台运营方 Platform operator')),
  /** The default is the code of zeros, which nobody has: it says that the code was not given. */
  OPERATOR_USCC: must(
    '18 位统一社会信用代码',
    'a unified social credit code',
    z.string().length(18).default('0'.repeat(18)),
  ),
  /** Opens the key store; see `keyPassphrase`. */
  KEY_PASSPHRASE: must('至少 16 个字符', 'at least 16 characters', z.string().min(16).optional()),
  /** Name of the log in checkpoints: a URL without scheme (C2SP tlog-checkpoint), so neither space nor plus. */
  LEDGER_ORIGIN: must(
    '不带协议的网址，不含空格和加号',
    'a URL without scheme, space or plus',
    z
      .string()
      .regex(/^[^\s+:]+(:\d+)?(\/[^\s+]*)?$/)
      .optional(),
  ),
  /** Credentials are signed by SM2 with SM3, too. In script, at some 5 ms a signature; a device is faster. */
  CREDENTIAL_SM2: must('true 或 false', 'true or false', flag.default(false)),
  /** A key management service that signs the log's checkpoints, instead of the key store; see src/ledger/kms-protocol.ts. */
  LOG_SIGNER_URL: must('https 网址（本机可用 http）', 'an https URL (http on the loopback only)', issuer.optional()),
  LOG_SIGNER_TOKEN: must(
    '至少 16 个可见 ASCII 字符',
    'at least 16 visible ASCII characters',
    z
      .string()
      .regex(/^[\x21-\x7e]{16,512}$/)
      .optional(),
  ),
  /** Who is asked to cosign every checkpoint (c2sp.org/tlog-witness): key and submission prefix of each. */
  WITNESSES: must(
    '“vkey 网址”列表，以逗号或换行分隔',
    'a list of "vkey URL", separated by commas or line breaks',
    witnesses.default([]).readonly(),
  ),
  /** A time-stamping authority (RFC 3161) for sealed documents, instead of the local one. */
  TSA_URL: must('https 网址', 'an https URL', url(/^https?$/).optional()),
  /** The value of the header `Authorization` that it wants. */
  TSA_AUTHORIZATION: must(
    '1 至 2000 个可见字符',
    '1 to 2000 visible characters',
    z
      .string()
      .regex(/^[\x20-\x7e]{1,2000}$/)
      .optional(),
  ),
  /** A PEM file with the root certificates under which its stamps are accepted. */
  TSA_ROOTS: must('文件路径', 'the path of a file', text.optional()),
  /** What running orders do while a court or an authority restricts their certificate: go on with a flag, or stop. */
  RESTRICTED_ORDERS: must('continue 或 halt', 'continue or halt', z.enum(['continue', 'halt']).default('continue')),
  FILE_LIMIT_BYTES: must(
    '1 以上的整数（字节）',
    'an integer of at least 1 (bytes)',
    whole(1, Number.MAX_SAFE_INTEGER).default(GIB),
  ),
  S3_ENDPOINT: must('http(s) 网址', 'an http(s) URL', url(/^https?$/).optional()),
  S3_BUCKET: must(
    '存储桶名称',
    'the name of a bucket',
    z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/)
      .optional(),
  ),
  S3_REGION: must('区域名称', 'the name of a region', text.optional()),
  S3_ACCESS_KEY_ID: must('非空文本', 'a non-empty text', text.optional()),
  S3_SECRET_ACCESS_KEY: must('非空文本', 'a non-empty text', text.optional()),
  /** Webhooks may go to http and to private addresses: for demonstrations and tests, where the receiver is on this machine. */
  WEBHOOK_ALLOW_PRIVATE: must('true 或 false', 'true or false', flag.default(false)),
  /** Requests a minute of one address; 0: no limit. */
  RATE_LIMIT: must(...wholeText(0, 1_000_000), whole(0, 1_000_000).default(6000)),
  /** Addresses of the proxies before this service, whose X-Forwarded-For is believed. */
  TRUST_PROXY: must('以逗号分隔的地址', 'addresses, separated by commas', text.optional()),
  /** Servers of one NATS cluster, to which the feed is published; with `user:password@` or `token@` where it wants that. */
  NATS_URL: must(
    '以逗号分隔的 nats:// 或 tls:// 网址',
    'nats:// or tls:// URLs, separated by commas',
    z
      .string()
      .transform((value) => value.split(',').map((server) => server.trim()))
      .pipe(z.array(z.url({ protocol: /^(nats|tls)$/, hostname: /./ })))
      .readonly()
      .optional(),
  ),
  /** A file with the JWT and the seed of a NATS user (`.creds`). */
  NATS_CREDENTIALS: must('文件路径', 'the path of a file', text.optional()),
  NATS_REPLICAS: must(...wholeText(1, 5), whole(1, 5).default(1)),
  /** How long a stream keeps an event, 0: for ever. The log is the record, a stream is a window on it. */
  NATS_DAYS: must(...wholeText(0, 36_500), whole(0, 36_500).default(30)),
  /** How much each operator's stream keeps; the server reserves it. 0: no limit. */
  NATS_BYTES: must(...wholeText(0, Number.MAX_SAFE_INTEGER), whole(0, Number.MAX_SAFE_INTEGER).default(GIB)),
  LOG_LEVEL: must(
    'fatal、error、warn、info、debug、trace 或 silent',
    'fatal, error, warn, info, debug, trace or silent',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: must('http(s) 网址', 'an http(s) URL', url(/^https?$/).optional()),
};

const SECRETS = [
  'DATABASE_URL',
  'KEY_PASSPHRASE',
  'LOG_SIGNER_TOKEN',
  'TSA_AUTHORIZATION',
  'OPERATOR_PASSWORD',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'NATS_URL',
] as const;
const S3_NAMES = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;

const schema = z.object(fields);
type Parsed = z.infer<typeof schema>;

/** Frozen; printed or serialised it shows no secret. */
export type Config = Readonly<Parsed & { LEDGER_ORIGIN: string }>;

export interface ConfigProblem {
  name: string;
  /** Chinese and English. */
  message: string;
}

export class ConfigError extends StartError {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly ConfigProblem[]) {
    super(`配置有误 / wrong configuration\n${problems.map(({ name, message }) => `  ${name}: ${message}`).join('\n')}`);
  }
}

/**
 * Reads the configuration from environment variables; an empty value counts as none.
 * @throws ConfigError that names every wrong or missing value at once, never the value of a secret
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.keys(fields).flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const parsed = schema.safeParse(given);
  const wrong = new Set(parsed.error?.issues.map(({ path }) => path[0] as keyof typeof fields));
  const problems = [...wrong].map((name) => ({
    name,
    message: `${fields[name].description} (${shown(name, given[name])})`,
  }));
  problems.push(...combinedProblems(given).filter(({ name }) => !wrong.has(name)));
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const { PUBLIC_URL } = parsed.data;
  const origin = PUBLIC_URL ? `${new URL(PUBLIC_URL).host}/log` : 'databourse.local/log';
  return sealed({ ...parsed.data, LEDGER_ORIGIN: parsed.data.LEDGER_ORIGIN ?? origin });
}

/** Keys that cosign, each of them once. */
function areWitnesses(vkeys: readonly string[]): boolean {
  try {
    policyOf([], vkeys);
    return true;
  } catch {
    return false;
  }
}

function shown(name: string, value: string | undefined): string {
  return (SECRETS as readonly string[]).includes(name)
    ? '值不显示 / value not shown'
    : `现为 / is ${JSON.stringify(value)}`;
}

/** What no single value shows. */
function combinedProblems(given: Record<string, string>): { name: keyof typeof fields; message: string }[] {
  const problems: { name: keyof typeof fields; message: string }[] = [];
  if (given['NODE_ENV'] === 'production' && !given['KEY_PASSPHRASE']) {
    problems.push({ name: 'KEY_PASSPHRASE', message: '生产环境必须设置 / is required in production' });
  }
  const isTrue = (name: string): boolean => flag.safeParse(given[name]).data === true;
  const playing = given['NODE_ENV'] === 'test' || (isTrue('DEMO') && given['NODE_ENV'] !== 'production');
  if (isTrue('WEBHOOK_ALLOW_PRIVATE') && !playing) {
    problems.push({ name: 'WEBHOOK_ALLOW_PRIVATE', message: '仅限演示模式 / is for demonstrations only' });
  }
  for (const [name, other] of [
    ['LOG_SIGNER_URL', 'LOG_SIGNER_TOKEN'],
    ['LOG_SIGNER_TOKEN', 'LOG_SIGNER_URL'],
    ['TSA_ROOTS', 'TSA_URL'],
    ['TSA_URL', 'TSA_ROOTS'],
    ['TSA_URL', 'TSA_AUTHORIZATION'],
  ] as const)
    if (!given[name] && given[other])
      problems.push({ name, message: `设置了 ${other} 就必须设置 / is required because ${other} is set` });
  const s3 = S3_NAMES.filter((name) => given[name]);
  if (s3.length > 0) {
    for (const name of S3_NAMES.filter((one) => !given[one])) {
      problems.push({ name, message: `设置了 ${s3[0]} 就必须设置 / is required because ${s3[0]} is set` });
    }
    if (Number(given['FILE_LIMIT_BYTES']) > S3_OBJECT_LIMIT_BYTES) {
      const limit = `${S3_OBJECT_LIMIT_BYTES}`;
      problems.push({ name: 'FILE_LIMIT_BYTES', message: `使用 S3 时至多 ${limit} / is at most ${limit} with S3` });
    }
  }
  return problems;
}

function sealed(config: Config): Config {
  const redacted = () => {
    const hidden = SECRETS.flatMap((name) => (config[name] === undefined ? [] : [[name, '[secret]']]));
    return { ...config, ...Object.fromEntries(hidden) };
  };
  for (const method of ['toJSON', inspect.custom]) Object.defineProperty(config, method, { value: redacted });
  return Object.freeze(config);
}

/** The settings of the S3 store; undefined when files stay on disk. */
export function s3Settings(config: Config) {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_REGION: region } = config;
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = config;
  if (!endpoint || !bucket || !region || !accessKeyId || !secretAccessKey) return undefined;
  return { endpoint: `${endpoint}/${bucket}`, region, accessKeyId, secretAccessKey };
}

/** The address of this service, as certificates and feeds carry it. */
export const originOf = ({ PUBLIC_URL, HOST, PORT }: Config): string => PUBLIC_URL ?? `http://${HOST}:${PORT}`;
