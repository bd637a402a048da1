import { createContext, useContext, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { Client, permissions, roles, type Action, type Language, type Role } from '@app/sdk';
import { language } from '../i18n.js';
import { beginSignIn, claimsOf, refreshTokens, signOutAddress, type Settings, type Tokens } from './oidc.js';

/** Who is signed in. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly orgId: string;
  readonly roles: readonly Role[];
}

const KEPT = 'databourse.tokens';
/** Renewed this long before its end, so that no request travels with a token that dies on the way. */
const MARGIN_MS = 30_000;

/** The sign-in of this tab. A reload keeps it (sessionStorage); another tab has its own. */
export class Session {
  private tokens: Tokens | null;
  private renewing: Promise<Tokens | null> | undefined;
  private readonly listeners = new Set<() => void>();
  me: Me | null = null;

  constructor(readonly settings: Settings) {
    const kept = sessionStorage.getItem(KEPT);
    this.tokens = null;
    this.keep(kept ? (JSON.parse(kept) as Tokens) : null);
  }

  /** The access token of the moment, renewed when it is about to end. */
  readonly token = async (): Promise<string | undefined> => {
    if (!this.tokens) return undefined;
    if (this.tokens.expiresAt - MARGIN_MS > Date.now()) return this.tokens.access;
    this.renewing ??= this.renew(this.tokens).finally(() => (this.renewing = undefined));
    return (await this.renewing)?.access;
  };

  keep(tokens: Tokens | null): void {
    this.tokens = tokens;
    if (tokens) sessionStorage.setItem(KEPT, JSON.stringify(tokens));
    else sessionStorage.removeItem(KEPT);
    this.me = tokens && this.meOf(tokens);
    for (const tell of this.listeners) tell();
  }

  signIn(): Promise<void> {
    return beginSignIn(this.settings, location.pathname, language());
  }

  async signOut(): Promise<void> {
    const address = this.tokens && (await signOutAddress(this.settings, this.tokens));
    this.keep(null);
    if (address) location.assign(address);
  }

  readonly subscribe = (tell: () => void): (() => void) => {
    this.listeners.add(tell);
    return () => this.listeners.delete(tell);
  };

  private async renew(old: Tokens): Promise<Tokens | null> {
    try {
      this.keep(await refreshTokens(this.settings, old));
    } catch (error) {
      // Offline is no reason to forget who is here.
      if (!(error instanceof TypeError)) this.keep(null);
    }
    return this.tokens;
  }

  private meOf({ access, id }: Tokens): Me {
    const { organisation, roles: rolesClaim } = this.settings.claims;
    const claims = claimsOf(access);
    const given = claims[rolesClaim];
    const name = id ? claimsOf(id)['name'] : undefined;
    return {
      id: String(claims['sub']),
      name: typeof name === 'string' ? name : String(claims['sub']),
      orgId: String(claims[organisation]),
      roles: Array.isArray(given) ? roles.filter((role) => given.includes(role)) : [],
    };
  }
}

interface Connection {
  readonly session: Session;
  readonly client: Client;
}
const Connected = createContext<Connection | null>(null);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const connection = useMemo(() => {
    const client = new Client({ origin: '', token: session.token, language: (): Language => language() });
    return { session, client };
  }, [session]);
  return <Connected value={connection}>{children}</Connected>;
}

export function useConnection(): Connection {
  const connection = useContext(Connected);
  if (!connection) throw new Error('outside SessionProvider');
  return connection;
}

/** Who is signed in, or null. */
export function useMe(): Me | null {
  const { session } = useConnection();
  return useSyncExternalStore(session.subscribe, () => session.me);
}

/** Whether any role of `me` may do that at all; the service decides the rest. */
export const can = (me: Me | null, action: Action): boolean =>
  me?.roles.some((role) => (permissions[action] as readonly Role[]).includes(role)) ?? false;
