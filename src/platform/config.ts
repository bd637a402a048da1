import { z } from 'zod';

/** The injection token of the frozen configuration. */
export const CONFIG = Symbol('configuration');

const flag = z.enum(['0', '1', 'true', 'false']).transform((v) => v === '1' || v === 'true');
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

const schema = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  /** 0: any free port. */
  PORT: whole(0, 65_535).default(8080),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL: whole(2, 200).default(20),
  DATA_DIR: z.string().min(1).default('.data'),
  ROLES: z
    .string()
    .transform((s) => s.split(',').map((r) => r.trim()))
    .pipe(z.array(z.enum(['api', 'worker'])).min(1))
    .default(['api', 'worker']),
  DEMO: flag.default(false),
  OIDC_ISSUER: z.url().optional(),
  OIDC_AUDIENCE: z.string().min(1).optional(),
  OIDC_ORG_CLAIM: z.string().default('org'),
  OIDC_ROLES_CLAIM: z.string().default('roles'),
  KEY_PASSPHRASE: z.string().min(16).optional(),
  LEDGER_ORIGIN: z.string().optional(),
  FILE_LIMIT_BYTES: whole(1, Number.MAX_SAFE_INTEGER).default(1_073_741_824),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Config = z.infer<typeof schema>;

export const readConfig = (env: NodeJS.ProcessEnv): Config => Object.freeze(schema.parse(env));
