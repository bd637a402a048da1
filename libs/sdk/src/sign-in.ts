import { calculateJwkThumbprint, importJWK, SignJWT, type JWK } from 'jose';

/** Signing in from a program, over `fetch` alone. */

export interface Tokens {
  readonly accessToken: string;
  /** Null for machine clients: they ask anew. */
  readonly refreshToken: string | null;
  readonly expiresAt: Date;
}

/** The issuer said no: a wrong password (403), a one-time password without a new one (409), too many attempts (429, with the seconds to wait), an OAuth error (400). */
export class SignInRefused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly retryAfter: number | null = null,
  ) {
    super(`${status} ${code}`);
  }
}

interface Metadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
}

export interface PersonSignIn {
  /** For example `https://exchange.example/oidc`. */
  readonly issuer: string;
  readonly login: string;
  readonly password: string;
  /** For the one after a one-time password: at least 12 characters. */
  readonly newPassword?: string;
  /** The API for which the token is; the issuer's own when missing. */
  readonly resource?: string;
  readonly clientId?: string;
  /** One that the issuer knows for the client; nothing listens there, the code is read off the redirect. */
  readonly redirectUri?: string;
}

/** The authorization code flow with PKCE (RFC 6749, RFC 7636), with the person's form filled in by this program. */
export async function signIn({
  issuer,
  login,
  password,
  newPassword,
  resource,
  clientId = 'databourse-cli',
  redirectUri = 'http://127.0.0.1/callback',
}: PersonSignIn): Promise<Tokens> {
  const metadata = await discover(issuer);
  const browser = new Browser(redirectUri);
  const verifier = randomText();
  const state = randomText();
  const request = new URL(metadata.authorization_endpoint);
  const challenge = base64url(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
  request.search = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid',
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(resource && { resource }),
  }).toString();
  const form = await browser.open(request);
  const filled = new URLSearchParams({ login, password, ...(newPassword !== undefined && { newPassword }) });
  const answer = form.returned ?? (await browser.open(form.url, filled)).returned;
  if (!answer) throw new SignInRefused(400, 'no_redirect');
  const { code, error, iss, state: echoed } = Object.fromEntries(answer.searchParams);
  if (!code) throw new SignInRefused(400, error ?? 'no_code');
  // RFC 9207: a code of another issuer must not be sent to this one.
  if (echoed !== state || iss !== metadata.issuer) throw new SignInRefused(400, 'not_this_request');
  return token(metadata, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  });
}

export interface Refresh {
  readonly issuer: string;
  readonly refreshToken: string;
  readonly clientId?: string;
}

/** New tokens for the refresh token, which ends with this. */
export async function refresh({ issuer, refreshToken, clientId = 'databourse-cli' }: Refresh): Promise<Tokens> {
  const metadata = await discover(issuer);
  return token(metadata, { grant_type: 'refresh_token', client_id: clientId, refresh_token: refreshToken });
}

export interface MachineSignIn {
  readonly issuer: string;
  /** `cli_…` */
  readonly clientId: string;
  /** EC P-256 or Ed25519, one whose public half was registered for the client. */
  readonly privateJwk: JWK;
  readonly resource?: string;
}

/** Client credentials with `private_key_jwt` (RFC 7523, section 2.2). */
export async function clientCredentials({ issuer, clientId, privateJwk, resource }: MachineSignIn): Promise<Tokens> {
  const metadata = await discover(issuer);
  const alg = privateJwk.crv === 'Ed25519' ? 'EdDSA' : 'ES256';
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg, kid: await calculateJwkThumbprint(privateJwk) })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(metadata.issuer)
    .setJti(randomText())
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(await importJWK(privateJwk, alg));
  return token(metadata, {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...(resource && { resource }),
  });
}

const reasons: Readonly<Record<number, string>> = { 403: 'wrong_login_or_password', 409: 'new_password_needed' };

/** Follows redirects by hand, with cookies, until a page or the redirect URI. */
class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(private readonly redirectUri: string) {}

  async open(url: URL, form?: URLSearchParams): Promise<{ url: URL; returned?: URL }> {
    let body = form;
    for (let at = url, hops = 0; hops < 10; hops += 1) {
      const answer = await fetch(at, {
        redirect: 'manual',
        headers: { cookie: [...this.cookies].map((pair) => pair.join('=')).join('; '), accept: 'text/html' },
        ...(body && { method: 'POST', body }),
      });
      this.keep(answer);
      await answer.body?.cancel();
      const location = answer.headers.get('location');
      if (!location && !answer.ok) throw refusal(answer, reasons[answer.status] ?? 'refused');
      if (!location) return { url: at };
      at = new URL(location, at);
      if (at.href.startsWith(`${this.redirectUri}?`)) return { url: at, returned: at };
      body = undefined;
    }
    throw new SignInRefused(400, 'too_many_redirects');
  }

  private keep(answer: Response): void {
    for (const cookie of answer.headers.getSetCookie()) {
      const [name, value] = cookie.split(';', 1)[0]!.split('=', 2) as [string, string];
      if (/;\s*expires=Thu, 01 Jan 1970/i.test(cookie)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

async function discover(issuer: string): Promise<Metadata> {
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
  if (!answer.ok) throw refusal(answer, 'no_issuer');
  const metadata = (await answer.json()) as Metadata;
  if (metadata.issuer !== issuer) throw new SignInRefused(400, 'other_issuer');
  return metadata;
}

async function token({ token_endpoint }: Metadata, parameters: Record<string, string>): Promise<Tokens> {
  const answer = await fetch(token_endpoint, { method: 'POST', body: new URLSearchParams(parameters) });
  const body = (await answer.json()) as {
    access_token: string;
    refresh_token?: string;
    expires_in: number;
    error?: string;
  };
  if (!answer.ok) throw refusal(answer, body.error ?? 'refused');
  const expiresAt = new Date(Date.now() + body.expires_in * 1000);
  return { accessToken: body.access_token, refreshToken: body.refresh_token ?? null, expiresAt };
}

function refusal({ status, headers }: Response, code: string): SignInRefused {
  const seconds = headers.get('retry-after');
  return new SignInRefused(status, code, seconds === null ? null : Number(seconds));
}

const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)).buffer);

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
