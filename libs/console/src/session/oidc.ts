/** Authorization code with PKCE (RFC 7636, RFC 9700) for a browser; tokens live in this tab only. */

export interface Settings {
  /** How the outside reaches the service; a sign-in must start there, because it comes back there. */
  readonly origin: string | null;
  readonly issuer: string;
  readonly clientId: string;
  readonly claims: { readonly organisation: string; readonly roles: string };
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string | null;
  readonly id: string | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

interface Metadata {
  readonly issuer: string;
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly end_session_endpoint?: string;
}

interface Attempt {
  readonly state: string;
  readonly verifier: string;
  readonly returnTo: string;
}

const ATTEMPT = 'databourse.sign-in';

export class SignInFailed extends Error {}

export async function readSettings(): Promise<Settings> {
  const answer = await fetch('/console/settings.json');
  if (!answer.ok) throw new SignInFailed(`settings: ${answer.status}`);
  return (await answer.json()) as Settings;
}

const discover = async ({ issuer }: Settings): Promise<Metadata> =>
  (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Metadata;

const callback = (): string => `${location.origin}/callback`;

/** Leaves this page for the issuer's. */
export async function beginSignIn(settings: Settings, returnTo: string, language: string): Promise<void> {
  if (settings.origin && settings.origin !== location.origin) {
    location.assign(`${settings.origin}/console/`);
    return;
  }
  const attempt: Attempt = { state: randomText(), verifier: randomText(), returnTo };
  sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(attempt.verifier));
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: callback(),
    scope: 'openid',
    state: attempt.state,
    code_challenge: base64url(new Uint8Array(digest)),
    code_challenge_method: 'S256',
    ui_locales: language,
  });
  const { authorization_endpoint } = await discover(settings);
  location.assign(`${authorization_endpoint}?${query.toString()}`);
}

/** Takes the code off the address of the callback. @returns the tokens and the page to go on with; null for a cancelled sign-in */
export async function finishSignIn(settings: Settings): Promise<{ tokens: Tokens; returnTo: string } | null> {
  const answer = new URLSearchParams(location.search);
  const kept = sessionStorage.getItem(ATTEMPT);
  sessionStorage.removeItem(ATTEMPT);
  if (answer.get('error') === 'access_denied') return null;
  if (!kept || answer.has('error')) throw new SignInFailed(answer.get('error_description') ?? 'no sign-in under way');
  const { state, verifier, returnTo } = JSON.parse(kept) as Attempt;
  const metadata = await discover(settings);
  const iss = answer.get('iss');
  // RFC 9207: a code of another issuer must not be sent to this one.
  if (answer.get('state') !== state || (iss !== null && iss !== metadata.issuer))
    throw new SignInFailed('not the answer to this sign-in');
  const tokens = await ask(metadata, settings, {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: callback(),
    code_verifier: verifier,
  });
  return { tokens, returnTo };
}

/** The refresh token is used up by this. */
export async function refreshTokens(settings: Settings, old: Tokens): Promise<Tokens> {
  if (!old.refresh) throw new SignInFailed('the sign-in is over');
  const fresh = await ask(await discover(settings), settings, {
    grant_type: 'refresh_token',
    refresh_token: old.refresh,
  });
  return { ...fresh, refresh: fresh.refresh ?? old.refresh, id: fresh.id ?? old.id };
}

/** Where the browser goes to end the session at the issuer, or null when it has no such page. */
export async function signOutAddress(settings: Settings, { id }: Tokens): Promise<string | null> {
  const { end_session_endpoint } = await discover(settings);
  if (!end_session_endpoint) return null;
  const query = new URLSearchParams({ client_id: settings.clientId, post_logout_redirect_uri: `${location.origin}/` });
  if (id) query.set('id_token_hint', id);
  return `${end_session_endpoint}?${query.toString()}`;
}

async function ask(
  { token_endpoint }: Metadata,
  { clientId }: Settings,
  what: Record<string, string>,
): Promise<Tokens> {
  const answer = await fetch(token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ ...what, client_id: clientId }),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  if (!answer.ok) throw new SignInFailed(String(body['error_description'] ?? body['error']));
  return {
    access: String(body['access_token']),
    refresh: typeof body['refresh_token'] === 'string' ? body['refresh_token'] : null,
    id: typeof body['id_token'] === 'string' ? body['id_token'] : null,
    expiresAt: Date.now() + Number(body['expires_in']) * 1000,
  };
}

/** What a token says, unchecked: for showing only. The service checks every token it gets. */
export function claimsOf(token: string): Record<string, unknown> {
  const part = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(part), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
}

const randomText = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
