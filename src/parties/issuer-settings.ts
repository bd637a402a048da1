import type { Language } from '@app/sdk';
import type { JWK } from 'jose';
import { errors, interactionPolicy, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Config } from '../platform/config.js';
import { languageOf } from '../platform/http.js';
import type { Identities, Identity } from './identities.js';
import { issuerText, messagePage, pageHeaders, signOutPage } from './issuer-pages.js';
import type { IssuerStore } from './issuer-store.js';

const HOUR_S = 3600;
const ACCESS_TOKEN_S = 600;

/** A person works a day on one sign-in. */
const SESSION_S = 12 * HOUR_S;

export interface IssuerParts {
  readonly config: Config;
  readonly publicUrl: string;
  readonly signingKey: JWK;
  readonly cookieKey: string;
  readonly store: IssuerStore;
  readonly identities: Identities;
}

/** Everything that the issuer is told: RFC 9700 where there is a choice. */
export function issuerSettings(parts: IssuerParts): Configuration {
  const { config, signingKey, cookieKey, store, identities } = parts;
  const claimsOf = ({ orgId, roles }: Identity) => ({
    [config.OIDC_ORG_CLAIM]: orgId,
    [config.OIDC_ROLES_CLAIM]: roles,
  });
  return {
    adapter: (model) => store.adapter(model),
    clients: applications(parts),
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    clientAuthMethods: ['none', 'private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519'],
      idTokenSigningAlgValues: ['ES256'],
    },
    responseTypes: ['code'],
    pkce: { required: () => true },
    jwks: { keys: [signingKey as never] },
    cookies: {
      keys: [cookieKey],
      names: { session: 'databourse_session', interaction: 'databourse_sign_in', resume: 'databourse_resume' },
      short: { path: '/', httpOnly: true, sameSite: 'lax', signed: true },
      long: { path: '/', httpOnly: true, sameSite: 'lax', signed: true },
    },
    ttl: {
      AccessToken: ACCESS_TOKEN_S,
      ClientCredentials: ACCESS_TOKEN_S,
      IdToken: ACCESS_TOKEN_S,
      AuthorizationCode: 60,
      Interaction: 900,
      // A refresh token ends with the grant, however often it is rotated.
      RefreshToken: SESSION_S,
      Grant: SESSION_S,
      Session: SESSION_S,
    },
    scopes: ['openid'],
    claims: { openid: ['sub', 'name', config.OIDC_ORG_CLAIM, config.OIDC_ROLES_CLAIM] },
    conformIdTokenClaims: false,
    findAccount: async (_ctx, id) => {
      const person = await identities.person(id);
      return person && { accountId: id, claims: () => ({ sub: id, name: person.name, ...claimsOf(person) }) };
    },
    extraTokenClaims: async (_ctx, token) => {
      const who = 'accountId' in token ? identities.person(token.accountId) : identities.client(token.clientId!);
      const identity = await who;
      if (!identity) throw new errors.InvalidGrant('no longer allowed to sign in');
      return claimsOf(identity);
    },
    issueRefreshToken: (_ctx, client) => Promise.resolve(client.grantTypeAllowed('refresh_token')),
    loadExistingGrant: ownGrant,
    interactions: {
      policy: interactionPolicy.base(),
      url: (ctx, { uid }) => `${new URL(ctx.oidc.issuer).pathname}/interaction/${uid}`,
    },
    features: features(parts),
    renderError: (ctx, { error, error_description }) => {
      const language = languageOf(ctx.get('accept-language'));
      show(parts, ctx, messagePage(language, 'failed', `${error_description ?? ''} (${error})`));
    },
  };
}

/** The applications of the platform itself; machine clients of organisations stand in the database. */
function applications({ config, publicUrl }: IssuerParts): NonNullable<Configuration['clients']> {
  const own = {
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code' as const],
    token_endpoint_auth_method: 'none' as const,
  };
  const consoles = [`${publicUrl}/callback`, ...config.CONSOLE_REDIRECT_URIS];
  return [
    {
      ...own,
      client_id: 'databourse-console',
      client_name: 'databourse',
      redirect_uris: consoles,
      post_logout_redirect_uris: [
        `${publicUrl}/`,
        ...config.CONSOLE_REDIRECT_URIS.map((uri) => `${new URL(uri).origin}/`),
      ],
    },
    // RFC 8252, section 7.3: on the loopback any port will do.
    {
      ...own,
      client_id: 'databourse-cli',
      client_name: 'databourse CLI',
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
    },
  ];
}

function features({ config, publicUrl, ...rest }: IssuerParts): NonNullable<Configuration['features']> {
  const parts = { config, publicUrl, ...rest };
  const api = `${publicUrl}/v1`;
  return {
    devInteractions: { enabled: false },
    // The API takes bearer tokens; a token bound to a key would be taken without that key.
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    userinfo: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => api,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => {
        if (resource !== api && resource !== config.OIDC_AUDIENCE) throw new errors.InvalidTarget();
        const audience = config.OIDC_AUDIENCE;
        return {
          scope: '',
          audience,
          accessTokenFormat: 'jwt',
          accessTokenTTL: ACCESS_TOKEN_S,
          jwt: { sign: { alg: 'ES256' } },
        };
      },
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => show(parts, ctx, signOutPage(pageLanguage(ctx), form)),
      postLogoutSuccessSource: (ctx) => {
        const language = pageLanguage(ctx);
        show(parts, ctx, messagePage(language, 'signOut', issuerText(language, 'signedOut')));
      },
    },
  };
}

/** The platform's own applications act for whoever signed in there; nobody is asked to consent to using the platform. */
async function ownGrant(ctx: KoaContextWithOIDC) {
  const { oidc } = ctx;
  const { clientId } = oidc.client!;
  const { accountId } = oidc.session!;
  const known = oidc.session!.grantIdFor(clientId);
  const grant = known ? await oidc.provider.Grant.find(known) : undefined;
  if (grant || !accountId) return grant;
  const fresh = new oidc.provider.Grant({ clientId, accountId });
  fresh.addOIDCScope('openid');
  await fresh.save();
  return fresh;
}

/** Where a form of these pages may lead: the issuer itself, the console, a program on the person's machine. */
export const returnOrigins = ({ config, publicUrl }: Pick<IssuerParts, 'config' | 'publicUrl'>): string[] => [
  ...new Set([publicUrl, ...config.CONSOLE_REDIRECT_URIS].map((uri) => new URL(uri).origin)),
  'http://127.0.0.1:*',
];

const pageLanguage = (ctx: KoaContextWithOIDC): Language => languageOf(ctx.get('accept-language'));

function show(parts: IssuerParts, ctx: KoaContextWithOIDC, html: string): void {
  ctx.body = html;
  ctx.set(pageHeaders(returnOrigins(parts)));
}
