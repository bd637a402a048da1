import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inspect } from 'node:util';
import { generateCosignerKey, generateNoteKey, keyId } from '@app/tlog';
import { ConfigError, readConfig, s3Settings } from './config.js';
import { keyPassphrase } from './key-passphrase.js';

const problemsOf = (env: Record<string, string>) => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};

const S3 = {
  S3_ENDPOINT: 'https://s3.example.org/',
  S3_BUCKET: 'files',
  S3_REGION: 'cn-north-1',
  S3_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  S3_SECRET_ACCESS_KEY: 'a-very-secret-key',
};

const WITNESS = generateCosignerKey('witness.example.org/one').vkey;
const LOG_VKEY = generateNoteKey('log.example.org/2026').vkey;

describe('the configuration', () => {
  it('needs nothing: every default is usable', () => {
    expect({ ...readConfig({}) }).toEqual({
      NODE_ENV: 'development',
      CREDENTIAL_SM2: false,
      HOST: '127.0.0.1',
      PORT: 8080,
      DATABASE_POOL: 20,
      DATA_DIR: resolve('.data'),
      ROLES: ['api', 'worker'],
      DEMO: false,
      OIDC_AUDIENCE: 'databourse',
      OIDC_ORG_CLAIM: 'org',
      OIDC_ROLES_CLAIM: 'roles',
      CONSOLE_REDIRECT_URIS: [],
      OPERATOR_NAME: '平台运营方 Platform operator',
      OPERATOR_USCC: '000000000000000000',
      LEDGER_ORIGIN: 'databourse.local/log',
      WITNESSES: [],
      RESTRICTED_ORDERS: 'continue',
      FILE_LIMIT_BYTES: 1_073_741_824,
      WEBHOOK_ALLOW_PRIVATE: false,
      RATE_LIMIT: 6000,
      NATS_REPLICAS: 1,
      NATS_DAYS: 30,
      NATS_BYTES: 1_073_741_824,
      LOG_LEVEL: 'info',
    });
  });

  it('takes every value', () => {
    const config = readConfig({
      ...S3,
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: '0',
      PUBLIC_URL: 'https://exchange.example.org:8443/',
      DATABASE_URL: 'postgresql://app:pw@db/databourse',
      DATABASE_POOL: '5',
      DATA_DIR: '/var/lib/databourse',
      ROLES: 'worker, worker',
      DEMO: 'true',
      OIDC_ISSUER: 'https://login.example.org/realm',
      OIDC_AUDIENCE: 'exchange',
      OIDC_ORG_CLAIM: 'organisation',
      OIDC_ROLES_CLAIM: 'groups',
      CONSOLE_REDIRECT_URIS: 'https://console.example.org/callback, http://127.0.0.1:5173/callback',
      OPERATOR_PASSWORD: 'correct horse battery',
      OPERATOR_NAME: 'Demonstration operator',
      OPERATOR_USCC: '91440101DEM0000018',
      KEY_PASSPHRASE: 'correct horse battery',
      LEDGER_ORIGIN: 'log.example.org/2026',
      LOG_SIGNER_URL: 'https://kms.example.org/log/',
      LOG_SIGNER_TOKEN: 'correct-horse-battery',
      WITNESSES: `${WITNESS} https://witness.example.org/\n`,
      FILE_LIMIT_BYTES: '5368709120',
      NATS_URL: 'tls://feed:pw@a.example.org, nats://b.example.org:4333',
      NATS_CREDENTIALS: '/etc/databourse/feed.creds',
      NATS_REPLICAS: '3',
      NATS_DAYS: '365',
      NATS_BYTES: '0',
      LOG_LEVEL: 'debug',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    });
    expect(config).toMatchObject({
      PORT: 0,
      PUBLIC_URL: 'https://exchange.example.org:8443',
      DATA_DIR: '/var/lib/databourse',
      ROLES: ['worker'],
      DEMO: true,
      LEDGER_ORIGIN: 'log.example.org/2026',
      LOG_SIGNER_URL: 'https://kms.example.org/log',
      WITNESSES: [{ vkey: WITNESS, url: 'https://witness.example.org' }],
      FILE_LIMIT_BYTES: 5_368_709_120,
      NATS_URL: ['tls://feed:pw@a.example.org', 'nats://b.example.org:4333'],
      NATS_REPLICAS: 3,
      NATS_DAYS: 365,
      NATS_BYTES: 0,
    });
    expect(s3Settings(config)).toEqual({
      endpoint: 'https://s3.example.org/files',
      region: 'cn-north-1',
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'a-very-secret-key',
    });
  });

  it('names the ledger after the public address', () => {
    expect(readConfig({ PUBLIC_URL: 'https://exchange.example.org:8443' }).LEDGER_ORIGIN).toBe(
      'exchange.example.org:8443/log',
    );
  });

  it('is frozen, and treats an empty value as none', () => {
    const config = readConfig({ PORT: '', DATABASE_URL: '', DEMO: '' });
    expect(config).toMatchObject({ PORT: 8080, DEMO: false });
    expect(s3Settings(config)).toBeUndefined();
    expect(() => Object.assign(config, { PORT: 1 })).toThrow(TypeError);
    expect(() => (config.ROLES as string[]).push('x')).toThrow(TypeError);
  });

  it.each([
    ['NODE_ENV', 'staging'],
    ['HOST', ' '],
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['PORT', ' '],
    ['PUBLIC_URL', 'exchange.example.org'],
    ['PUBLIC_URL', 'ftp://example.org'],
    ['DATABASE_URL', 'mysql://db/x'],
    ['DATABASE_POOL', '1'],
    ['DATABASE_POOL', '201'],
    ['DATA_DIR', ' '],
    ['ROLES', 'api,scheduler'],
    ['ROLES', ','],
    ['DEMO', 'yes'],
    ['OIDC_ISSUER', 'http://login.example.org'],
    ['OIDC_ISSUER', 'http://localhost.example.org'],
    ['KEY_PASSPHRASE', 'short'],
    ['LEDGER_ORIGIN', 'https://log.example.org'],
    ['LEDGER_ORIGIN', 'log example'],
    ['LEDGER_ORIGIN', 'log+example'],
    ['WITNESSES', `${WITNESS}`],
    ['WITNESSES', `${WITNESS} ftp://witness.example.org`],
    ['WITNESSES', `${LOG_VKEY} https://witness.example.org`],
    ['WITNESSES', `${WITNESS} https://a.example.org, ${WITNESS} https://b.example.org`],
    ['WEBHOOK_ALLOW_PRIVATE', 'yes'],
    ['FILE_LIMIT_BYTES', '0'],
    ['NATS_URL', 'http://nats.example.org'],
    ['NATS_URL', 'nats://a.example.org,'],
    ['NATS_URL', 'nats://'],
    ['NATS_REPLICAS', '6'],
    ['NATS_DAYS', '-1'],
    ['FILE_LIMIT_BYTES', '1.5'],
    ['LOG_LEVEL', 'loud'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector'],
  ])('refuses %s=%j in both languages', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ name, message: expect.stringMatching(/^应为.+ \/ must be .+\(.+\)$/) });
  });

  it.each(['http://localhost:8080', 'http://127.0.0.1:9000/realm', 'http://[::1]:1'])(
    'trusts the loopback issuer %s',
    (OIDC_ISSUER) => {
      expect(readConfig({ OIDC_ISSUER }).OIDC_ISSUER).toBe(OIDC_ISSUER);
    },
  );

  it('tells witnesses apart by their whole keys, which may have a plus in their base64', () => {
    const start = (vkey: string) => vkey.split('+')[2]!;
    let first = WITNESS;
    while (start(first).length !== 2) first = generateCosignerKey('witness.example.org/one').vkey;
    let second = first;
    while (second === first || start(second) !== start(first)) {
      second = generateCosignerKey('witness.example.org/two').vkey;
    }
    const WITNESSES = [first, second].map((vkey) => `${vkey} https://witness.example.org`).join();
    expect(readConfig({ WITNESSES }).WITNESSES).toHaveLength(2);

    const key = first.replace(/^.+\+[0-9a-f]{8}\+/, '');
    const id = keyId('witness.example.org/else', 4, Buffer.from(key, 'base64').subarray(1));
    const renamed = `witness.example.org/else+${id.toString(16).padStart(8, '0')}+${key}`;
    expect(problemsOf({ WITNESSES: `${WITNESSES},${renamed} https://else.example.org` })).toHaveLength(1);
  });

  it('names all wrong values at once', () => {
    const env = { NODE_ENV: 'production', PORT: 'x', DEMO: 'x', S3_BUCKET: 'files', FILE_LIMIT_BYTES: '5368709121' };
    expect(problemsOf(env).map(({ name }) => name)).toEqual([
      'PORT',
      'DEMO',
      'KEY_PASSPHRASE',
      'S3_ENDPOINT',
      'S3_REGION',
      'S3_ACCESS_KEY_ID',
      'S3_SECRET_ACCESS_KEY',
      'FILE_LIMIT_BYTES',
    ]);
  });

  it.each(Object.keys(S3))('wants all of S3 or nothing: %s is missed', (name) => {
    const problems = problemsOf({ ...S3, [name]: '' });
    expect(problems).toEqual([{ name, message: expect.stringMatching(/必须设置 \/ is required because S3_/) }]);
  });

  it.each([
    [{ NODE_ENV: 'test' }, 0],
    [{ DEMO: '1' }, 0],
    [{}, 1],
    [{ DEMO: '0' }, 1],
    [{ NODE_ENV: 'production', KEY_PASSPHRASE: 'correct horse battery' }, 1],
    [{ NODE_ENV: 'production', KEY_PASSPHRASE: 'correct horse battery', DEMO: '1' }, 1],
  ])('lets webhooks go to private addresses in demonstrations and tests only: %j', (env, faults) => {
    const problems = problemsOf({ ...(env as Record<string, string>), WEBHOOK_ALLOW_PRIVATE: 'true' });
    expect(problems.map(({ name }) => name)).toEqual(Array(faults).fill('WEBHOOK_ALLOW_PRIVATE'));
  });

  it.each([
    ['LOG_SIGNER_URL', 'https://kms.example.org'],
    ['LOG_SIGNER_TOKEN', 'correct-horse-battery'],
  ])('wants the URL of the signer and its token, not %s alone', (name, value) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toMatchObject([{ message: expect.stringContaining(`is required because ${name} is set`) }]);
    expect(JSON.stringify(problems)).not.toContain(value);
  });

  it('sends the token of the signer over https only, and takes no short one', () => {
    const wrong = { LOG_SIGNER_URL: 'http://kms.example.org', LOG_SIGNER_TOKEN: 'short' };
    expect(problemsOf(wrong).map(({ name }) => name)).toEqual(['LOG_SIGNER_URL', 'LOG_SIGNER_TOKEN']);
    expect(JSON.stringify(problemsOf(wrong))).not.toContain('short');
  });

  it('allows files beyond 5 GiB on disk only', () => {
    expect(problemsOf({ FILE_LIMIT_BYTES: '5368709121' })).toEqual([]);
    expect(problemsOf({ ...S3, FILE_LIMIT_BYTES: '5368709121' })).toMatchObject([{ name: 'FILE_LIMIT_BYTES' }]);
  });

  it('never shows a secret', () => {
    const secret = 'hunter2-hunter2-hunter2';
    const config = readConfig({
      ...S3,
      S3_SECRET_ACCESS_KEY: secret,
      KEY_PASSPHRASE: secret,
      LOG_SIGNER_URL: 'https://kms.example.org',
      LOG_SIGNER_TOKEN: secret,
      DATABASE_URL: `postgres://app:${secret}@db/x`,
      NATS_URL: `nats://feed:${secret}@nats`,
    });
    for (const print of [JSON.stringify(config), inspect(config), inspect({ config }, { depth: 9 })]) {
      expect(print).not.toContain(secret);
      expect(print).toContain('[secret]');
    }
    const wrong = { DATABASE_URL: `db:${secret}`, KEY_PASSPHRASE: 'tiny-secret', NATS_URL: `ftp://${secret}@nats` };
    expect(() => readConfig(wrong)).toThrow(ConfigError);
    expect(() => readConfig(wrong)).not.toThrow(/hunter2|tiny-secret/);
  });
});

describe('the passphrase of the key store', () => {
  let DATA_DIR: string;
  beforeEach(async () => void (DATA_DIR = join(await mkdtemp(join(tmpdir(), 'config-')), 'data')));
  afterEach(() => rm(DATA_DIR, { recursive: true, force: true }));

  it('is the configured one', async () => {
    expect(await keyPassphrase(readConfig({ DATA_DIR, KEY_PASSPHRASE: 'correct horse battery' }))).toBe(
      'correct horse battery',
    );
    await expect(stat(DATA_DIR)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('is made once, kept, and readable by the owner only', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => keyPassphrase(readConfig({ DATA_DIR }))));
    expect(new Set(made).size).toBe(1);
    expect(made[0]).toMatch(/^[\w-]{43}$/);
    expect(await readdir(DATA_DIR)).toEqual(['passphrase']);
    expect((await stat(join(DATA_DIR, 'passphrase'))).mode & 0o777).toBe(0o600);
    expect(await keyPassphrase(readConfig({ DATA_DIR }))).toBe(made[0]);
  });
});
