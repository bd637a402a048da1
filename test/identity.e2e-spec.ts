import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { completeUscc } from '@app/rulepacks';
import { clientCredentials, refresh, signIn, SignInRefused, type Role } from '@app/sdk';
import { LocalKey, publicOnly } from '@app/signing';
import { decodeJwt, decodeProtectedHeader, generateKeyPair, SignJWT, type JWTPayload } from 'jose';
import pg from 'pg';
import supertest from 'supertest';
import { AppModule } from '../src/app.module.js';
import { createApplication } from '../src/platform/application.js';
import { freePort } from '../src/platform/port.js';
import { IssuerStore } from '../src/parties/issuer-store.js';
import { startApp, type TestApp } from './support/app.js';

/** The service with its own issuer: nobody else's tokens count. */
let t: TestApp;
let origin: string;
let issuer: string;
let operator: string;
const PASSWORD = 'correct horse battery';

beforeAll(async () => {
  const port = await freePort();
  origin = `http://127.0.0.1:${port}`;
  issuer = `${origin}/oidc`;
  t = await startApp({ OIDC_ISSUER: '', PORT: String(port), PUBLIC_URL: origin });
  const password = (await readFile(join(t.config.DATA_DIR, 'operator-password'), 'utf8')).trim();
  operator = (await signIn({ issuer, login: 'operator', password })).accessToken;
});
afterAll(() => t.close());

const call = (token: string | undefined, path: string, body?: object) =>
  fetch(`${origin}${path}`, {
    headers: { ...(token && { authorization: `Bearer ${token}` }), 'content-type': 'application/json' },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
const create = async (path: string, body: object): Promise<string> => {
  const answer = await call(operator, path, body);
  if (answer.status !== 201) throw new Error(await answer.text());
  return ((await answer.json()) as { id: string }).id;
};
const act = async (path: string, body: object): Promise<number> => {
  const { headers } = await call(operator, path.split('/').slice(0, 4).join('/'));
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${operator}`,
      'content-type': 'application/json',
      'if-match': headers.get('etag')!,
    },
    body: JSON.stringify(body),
  });
  return answer.status;
};

let serial = 0;
async function person(...roles: Role[]) {
  serial += 1;
  const uscc = completeUscc(`91440101DEM${String(serial).padStart(6, '0')}`);
  const organisationId = await create('/v1/organisations', {
    uscc,
    name: `Demonstration ${serial}`,
    kind: 'ENTERPRISE',
    regionCode: '440100',
  });
  const login = `person-${serial}`;
  const id = await create('/v1/people', {
    organisationId,
    login,
    displayName: 'Demonstration',
    password: PASSWORD,
    roles,
  });
  return { id, login, organisationId };
}
const refused = (attempt: Promise<unknown>): Promise<SignInRefused> =>
  attempt.then(
    () => Promise.reject(new Error('it was accepted')),
    (error: unknown) => (error instanceof SignInRefused ? error : Promise.reject(error as Error)),
  );

async function database<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
  const db = new pg.Client(t.databaseUrl);
  await db.connect();
  try {
    return (await db.query<T>(sql, parameters)).rows;
  } finally {
    await db.end();
  }
}

describe('the first operator', () => {
  it('leaves its password to the owner of the data directory alone', async () => {
    const { mode } = await stat(join(t.config.DATA_DIR, 'operator-password'));
    expect(mode & 0o777).toBe(0o600);
    expect(decodeJwt(operator)['roles']).toEqual(['operator']);
  });

  it('is one, also when two more instances start on an empty database at the same time', async () => {
    const name = new URL(t.databaseUrl).pathname.slice(1);
    const url = t.databaseUrl.replace(name, `${name}_two`);
    await database(`CREATE DATABASE ${name}_two TEMPLATE test_template`);
    const start = async () => {
      const app = await createApplication(AppModule.with(t.config, url), t.config);
      await app.init();
      return app;
    };
    const apps = await Promise.all([start(), start()]);
    const db = new pg.Client(url);
    await db.connect();
    expect((await db.query('SELECT login FROM parties.person')).rows).toEqual([{ login: 'operator' }]);
    expect((await db.query('SELECT uscc FROM parties.organisation')).rows).toEqual([{ uscc: '0'.repeat(18) }]);
    await db.end();
    await Promise.all(apps.map((app) => app.close()));
  });
});

describe('people', () => {
  it('sign in and act with a token that the API accepts; the ledger knows of it', async () => {
    const { id, login, organisationId } = await person('holder', 'buyer');
    const { accessToken, expiresAt } = await signIn({ issuer, login, password: PASSWORD, resource: `${origin}/v1` });
    expect(decodeProtectedHeader(accessToken)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    const claims = decodeJwt(accessToken);
    expect(claims).toMatchObject({
      iss: issuer,
      sub: id,
      aud: t.config.OIDC_AUDIENCE,
      org: organisationId,
      roles: ['holder', 'buyer'],
    });
    expect(claims.exp! - claims.iat!).toBe(600);
    expect(expiresAt.getTime()).toBeLessThanOrEqual(claims.exp! * 1000 + 5000);
    expect((await call(accessToken, `/v1/organisations/${organisationId}`)).status).toBe(200);
    const events = await database('SELECT type FROM ledger.payload WHERE stream = $1 ORDER BY version', [id]);
    expect(events).toEqual([{ type: 'parties.person-added.v1' }, { type: 'parties.person-logged-in.v1' }]);
    const seen = await (await call(operator, `/v1/people/${id}`)).json();
    expect(seen).toMatchObject({ version: 2, lastSignInAt: expect.any(String) });
  });

  it('may do what the roles in their token permit', async () => {
    const { login } = await person('holder');
    const { accessToken } = await signIn({ issuer, login, password: PASSWORD });
    const organisation = { uscc: '0'.repeat(18), name: 'Other', kind: 'ENTERPRISE', regionCode: '440100' };
    const answer = await call(accessToken, '/v1/organisations', organisation);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'forbidden']);
    expect((await call(operator, '/v1/organisations', organisation)).status).toBe(409);
  });

  it('are refused with a wrong password, an unknown login, no password, alike', async () => {
    const { login } = await person('holder');
    for (const attempt of [
      { login, password: 'wrong horse battery' },
      { login: 'nobody-at-all', password: PASSWORD },
      { login, password: '' },
    ])
      expect(await refused(signIn({ issuer, ...attempt }))).toMatchObject({
        status: 403,
        code: 'wrong_login_or_password',
      });
  });

  it('wait after five wrong attempts, even with the right password; others do not', async () => {
    const { login } = await person('holder');
    const wrong = () => refused(signIn({ issuer, login, password: 'wrong horse battery' }));
    const statuses = (await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(wrong))).map(({ status }) => status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([403, 403, 403, 403, 403, 429, 429, 429]);
    const right = await refused(signIn({ issuer, login, password: PASSWORD }));
    expect(right.status).toBe(429);
    expect(right.retryAfter).toBeGreaterThan(0);
    const other = await person('buyer');
    await signIn({ issuer, login: other.login, password: PASSWORD });
    await database('UPDATE parties.sign_in_attempt SET blocked_until = now() WHERE attempts >= 5');
    await signIn({ issuer, login, password: PASSWORD });
  });

  it('change their own password with the old one; the earlier sign-ins end, the ledger knows of it and of no secret', async () => {
    const { id, login } = await person('regulator');
    const { accessToken, refreshToken } = await signIn({ issuer, login, password: PASSWORD });
    const change = async (oldPassword: string, newPassword: string) => {
      const answer = await call(accessToken, '/v1/session/password', { oldPassword, newPassword });
      return [answer.status, answer.status === 204 ? '' : ((await answer.json()) as { code: string }).code];
    };
    expect((await call(undefined, '/v1/session/password', { oldPassword: 'x', newPassword: PASSWORD })).status).toBe(
      401,
    );
    expect(await change('wrong horse battery', 'another long password')).toEqual([422, 'parties/wrong-password']);
    expect((await change(PASSWORD, 'short'))[0]).toBe(422);
    await signIn({ issuer, login, password: PASSWORD });
    expect(await change(PASSWORD, 'another long password')).toEqual([204, '']);
    expect(await refused(refresh({ issuer, refreshToken: refreshToken! }))).toMatchObject({ code: 'invalid_grant' });
    expect((await refused(signIn({ issuer, login, password: PASSWORD }))).status).toBe(403);
    await signIn({ issuer, login, password: 'another long password' });
    const events = await database<{ payload: string }>(
      `SELECT payload FROM ledger.payload WHERE stream = $1 AND type = 'parties.person-password-changed.v1'`,
      [id],
    );
    expect(events.map(({ payload }) => JSON.parse(payload) as object)).toEqual([{ personId: id, oneTime: false }]);
  });

  it('guess no faster at the change of a password than at the sign-in: the attempts are counted together', async () => {
    const { login } = await person('holder');
    const { accessToken } = await signIn({ issuer, login, password: PASSWORD });
    const guess = { oldPassword: 'wrong horse battery', newPassword: 'another long password' };
    for (let n = 0; n < 5; n += 1) expect((await call(accessToken, '/v1/session/password', guess)).status).toBe(422);
    const blocked = await call(accessToken, '/v1/session/password', { ...guess, oldPassword: PASSWORD });
    expect([blocked.status, Number(blocked.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await refused(signIn({ issuer, login, password: PASSWORD }))).status).toBe(429);
  });

  it('choose another password after one that the operator set', async () => {
    const { id, login } = await person('holder');
    const { accessToken } = await signIn({ issuer, login, password: PASSWORD });
    const [path, once] = [`/v1/people/${id}/password`, 'for one time only'];
    expect((await call(accessToken, path, { password: once })).status).toBe(428);
    const own = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', 'if-match': '"2"' },
      body: JSON.stringify({ password: once }),
    });
    expect(own.status).toBe(403);
    expect(await act(path, { password: once })).toBe(204);
    expect((await refused(signIn({ issuer, login, password: PASSWORD }))).status).toBe(403);
    expect((await refused(signIn({ issuer, login, password: once }))).code).toBe('new_password_needed');
    for (const newPassword of ['short', once])
      expect((await refused(signIn({ issuer, login, password: once, newPassword }))).code).toBe('new_password_needed');
    await signIn({ issuer, login, password: once, newPassword: 'another long password' });
    expect((await refused(signIn({ issuer, login, password: once }))).status).toBe(403);
    await signIn({ issuer, login, password: 'another long password' });
  });

  it('refresh once with each refresh token; a second use ends the whole sign-in', async () => {
    const { id, login } = await person('holder');
    const first = await signIn({ issuer, login, password: PASSWORD });
    const second = await refresh({ issuer, refreshToken: first.refreshToken! });
    expect(decodeJwt(second.accessToken)).toMatchObject({ sub: id, aud: t.config.OIDC_AUDIENCE, roles: ['holder'] });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await refused(refresh({ issuer, refreshToken: first.refreshToken! }))).toMatchObject({
      code: 'invalid_grant',
    });
    expect(await refused(refresh({ issuer, refreshToken: second.refreshToken! }))).toMatchObject({
      code: 'invalid_grant',
    });
  });

  it('have no further token once they or their organisation may not act', async () => {
    for (const end of ['people', 'organisations'] as const) {
      const { id, login, organisationId } = await person('holder');
      const { refreshToken } = await signIn({ issuer, login, password: PASSWORD });
      const path =
        end === 'people' ? `/v1/people/${id}/deactivation` : `/v1/organisations/${organisationId}/suspension`;
      expect(await act(path, { reason: 'A demonstration' })).toBe(204);
      expect(await refused(refresh({ issuer, refreshToken: refreshToken! }))).toMatchObject({ code: 'invalid_grant' });
      expect((await refused(signIn({ issuer, login, password: PASSWORD }))).status).toBe(403);
    }
  });
});

describe('tokens', () => {
  const claims: JWTPayload = { org: 'org_1', roles: ['operator'], sub: 'per_1' };

  it.each([
    ['garbled', () => Promise.resolve(`${operator.slice(0, -8)}AAAAAAAA`)],
    ['no token at all', () => Promise.resolve('operator')],
    [
      'of another audience',
      () => forged((jwt) => jwt.setAudience('https://elsewhere.example/v1').setExpirationTime('1h')),
    ],
    ['of another issuer', () => forged((jwt) => jwt.setIssuer('https://elsewhere.example').setExpirationTime('1h'))],
    ['by a stranger’s key', () => forged((jwt) => jwt.setExpirationTime('1h'), true)],
    ['expired', () => forged((jwt) => jwt.setExpirationTime(new Date(Date.now() - 60_000)))],
    ['without an end', () => forged((jwt) => jwt)],
  ])('%s: 401 with a problem', async (_, make) => {
    const answer = await call(await make(), '/v1/organisations');
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ code: 'invalid-token' });
  });

  it('the same one, otherwise right, is accepted: the refusals above have their stated cause', async () => {
    expect((await call(await forged((jwt) => jwt.setExpirationTime('1h')), '/v1/organisations')).status).toBe(200);
  });

  /** A token by the issuer's own key, made by hand. */
  async function forged(change: (jwt: SignJWT) => SignJWT, stranger = false): Promise<string> {
    const { FileKeyStore } = await import('@app/signing');
    const { keyPassphrase } = await import('../src/platform/key-passphrase.js');
    const key = await new FileKeyStore(join(t.config.DATA_DIR, 'keys'), await keyPassphrase(t.config)).active(
      'oidc',
      'ES256',
    );
    const jwt = new SignJWT(claims).setIssuer(issuer).setAudience(t.config.OIDC_AUDIENCE).setIssuedAt();
    const signer = stranger ? (await generateKeyPair('ES256')).privateKey : key.privateKey;
    return change(jwt).setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'at+jwt' }).sign(signer);
  }
});

describe('machine clients', () => {
  it.each(['ES256', 'EdDSA'] as const)('sign in with their %s key', async (alg) => {
    const { organisationId } = await person('holder');
    const key = await LocalKey.generate(alg);
    const jwks = { keys: [publicOnly(key.publicJwk)] };
    const clientId = await create(`/v1/organisations/${organisationId}/clients`, {
      name: 'Feed reader',
      jwks,
      roles: ['buyer'],
    });
    const privateJwk = await key.privateJwk();
    const { accessToken, refreshToken } = await clientCredentials({
      issuer,
      clientId,
      privateJwk,
      resource: `${origin}/v1`,
    });
    expect(refreshToken).toBeNull();
    expect(decodeJwt(accessToken)).toMatchObject({
      sub: clientId,
      org: organisationId,
      roles: ['buyer'],
      aud: t.config.OIDC_AUDIENCE,
    });
    expect((await call(accessToken, '/v1/organisations')).status).toBe(200);
    const other = await (await LocalKey.generate(alg)).privateJwk();
    expect(await refused(clientCredentials({ issuer, clientId, privateJwk: other }))).toMatchObject({
      code: 'invalid_client',
    });
    const elsewhere = clientCredentials({ issuer, clientId, privateJwk, resource: 'https://elsewhere.example/v1' });
    expect(await refused(elsewhere)).toMatchObject({ code: 'invalid_target' });
  });

  it('hold no officer’s role', async () => {
    const { organisationId } = await person('holder');
    const jwks = { keys: [publicOnly((await LocalKey.generate('ES256')).publicJwk)] };
    const body = { name: 'Robot', jwks, roles: ['registrarApprover'] };
    expect((await call(operator, `/v1/organisations/${organisationId}/clients`, body)).status).toBe(422);
  });
});

describe('the pages', () => {
  const request = (changes: Record<string, string> = {}, cookie = '') => {
    const parameters = {
      response_type: 'code',
      client_id: 'databourse-console',
      redirect_uri: `${origin}/callback`,
      scope: 'openid',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
      ...changes,
    };
    const given = Object.entries(parameters).filter(([, value]) => value !== '');
    return fetch(`${issuer}/auth?${new URLSearchParams(given).toString()}`, {
      redirect: 'manual',
      headers: { accept: 'text/html', cookie },
    });
  };
  const jar = (answer: Response) =>
    answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; ');
  const open = async (language: string) => {
    const started = await request();
    const url = started.headers.get('location')!;
    const cookie = jar(started);
    return {
      url: `${origin}${url}`,
      cookie,
      page: await fetch(`${origin}${url}`, { headers: { cookie, 'accept-language': language } }),
    };
  };
  const post = (url: string, headers: Record<string, string>, form: Record<string, string>) =>
    fetch(url, { method: 'POST', headers, body: new URLSearchParams(form), redirect: 'manual' });

  it('speak Chinese and English, run no script, load nothing and stand in no frame', async () => {
    const { page } = await open('zh-CN');
    const text = await page.text();
    expect(text).toContain('<html lang="zh-CN">');
    expect(text).toContain('登录名');
    expect(await (await open('en')).page.text()).toContain('<html lang="en">');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none';.*frame-ancestors 'none'/);
    expect(text).not.toMatch(/<script|https?:\/\//);
  });

  it('take the form only from their own browser and site', async () => {
    const { url, cookie } = await open('en');
    const { login } = await person('holder');
    const form = { login, password: PASSWORD };
    expect((await post(url, {}, form)).status).toBe(400);
    expect((await post(url, { cookie, 'sec-fetch-site': 'cross-site' }, form)).status).toBe(403);
    const other = await open('en');
    expect((await post(url, { cookie: other.cookie }, form)).status).toBe(400);
    expect((await post(url, { cookie }, form)).status).toBe(303);
  });

  it('show what was typed as text', async () => {
    const { url, cookie } = await open('en');
    const answer = await post(url, { cookie }, { login: '"><b>x', password: 'wrong' });
    expect(await answer.text()).toContain('value="&quot;&gt;&lt;b&gt;x"');
  });

  it('lead back with an error when the person cancels', async () => {
    const { url, cookie } = await open('en');
    const answer = await post(url, { cookie }, { cancel: '1' });
    const back = await fetch(answer.headers.get('location')!, { headers: { cookie }, redirect: 'manual' });
    expect(back.headers.get('location')).toMatch(new RegExp(`^${origin}/callback\\?error=access_denied`));
  });

  it.each([
    ['an unknown redirect URI', { redirect_uri: 'https://elsewhere.example/callback' }, 400, /invalid_redirect_uri/],
    ['an unknown client', { client_id: 'stranger' }, 400, /invalid_client/],
    ['no PKCE', { code_challenge: '', code_challenge_method: '' }, 303, undefined],
    ['plain PKCE', { code_challenge_method: 'plain' }, 303, undefined],
  ] as const)('refuse %s', async (_, changes, status, text) => {
    const answer = await request(changes);
    expect(answer.status).toBe(status);
    if (text) expect(await answer.text()).toMatch(text);
    else expect(answer.headers.get('location')).toContain('error=invalid_request');
  });

  it('sign out', async () => {
    const { url, cookie } = await open('en');
    const { login } = await person('holder');
    const signedIn = await post(url, { cookie }, { login, password: PASSWORD });
    const back = await fetch(signedIn.headers.get('location')!, { headers: { cookie }, redirect: 'manual' });
    expect(back.headers.get('location')).toMatch(new RegExp(`^${origin}/callback\\?code=`));
    const session = jar(back);
    expect((await request({}, session)).headers.get('location')).toContain('/callback?code=');
    const end = `${issuer}/session/end?client_id=databourse-console&post_logout_redirect_uri=${encodeURIComponent(`${origin}/`)}`;
    const asked = await fetch(end, { headers: { cookie: session, 'accept-language': 'en' } });
    const text = await asked.text();
    expect(text).toContain('Do you want to sign out?');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(text)![1]!;
    const action = /action="([^"]+)"/.exec(text)![1]!;
    const wrong = await post(action, { cookie: jar(asked) || session }, { xsrf: 'guessed', logout: 'yes' });
    expect(wrong.status).toBe(400);
    const done = await post(action, { cookie: jar(asked) || session }, { xsrf, logout: 'yes' });
    expect([done.status, done.headers.get('location')]).toEqual([303, `${origin}/`]);
    expect((await request({}, session)).headers.get('location')).toContain('/oidc/interaction/');
  });

  it('follow PUBLIC_URL, not the Host that a caller names', async () => {
    const answer = await supertest(t.app.getHttpServer())
      .get('/oidc/.well-known/openid-configuration')
      .set({ host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' });
    expect(answer.body).toMatchObject({ issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks` });
    expect(answer.text).not.toMatch(/evil|gopher/);
  });
});

describe('what the issuer keeps', () => {
  it('holds no secret in clear and forgets what has expired', async () => {
    const { login } = await person('holder');
    const { refreshToken } = await signIn({ issuer, login, password: PASSWORD });
    const kept = JSON.stringify(
      await database(`SELECT encode(id, 'escape'), payload, grant_id FROM parties.oidc_record`),
    );
    expect(kept).not.toContain(refreshToken!);
    await database(`UPDATE parties.oidc_record SET expires_at = now() - interval '1 second'`);
    expect(await refused(refresh({ issuer, refreshToken: refreshToken! }))).toMatchObject({ code: 'invalid_grant' });
    await t.settle();
    expect(await database('SELECT FROM parties.oidc_record')).toEqual([]);
  });

  it('lets a code be used once, also twice at the same moment', async () => {
    const adapter = t.app.get(IssuerStore, { strict: false }).adapter('AuthorizationCode');
    await adapter.upsert('code', { grantId: 'grant' }, 60);
    const uses = await Promise.allSettled([adapter.consume('code'), adapter.consume('code')]);
    expect(uses.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await adapter.revokeByGrantId('grant');
    expect(await adapter.find('code')).toBeUndefined();
  });
});

it('with an external issuer the embedded one does not exist', async () => {
  const other = await startApp();
  const url = await other.app.getUrl();
  for (const path of ['/oidc/jwks', '/oidc/.well-known/openid-configuration', '/oidc/interaction/x'])
    expect((await fetch(`${url}${path}`)).status).toBe(404);
  const db = new pg.Client(other.databaseUrl);
  await db.connect();
  expect((await db.query('SELECT FROM parties.person')).rowCount).toBe(0);
  await db.end();
  await other.close();
});
