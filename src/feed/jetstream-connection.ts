import { readFile } from 'node:fs/promises';
import { connect, credsAuthenticator, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node';
import type { Config } from '../platform/config.js';

const DEFAULT_PORT = 4222;

/**
 * What the client wants to know of NATS_URL. One `tls://` asks for TLS on every server of the cluster; a name without a
 * password is a token. The client does not connect again by itself: whoever does must first ask the stream what it holds.
 */
export function connectionOptions(urls: readonly string[], credentials?: Uint8Array): NodeConnectionOptions {
  const servers = urls.map((url) => new URL(url));
  const login = servers.find(({ username }) => username !== '');
  const user = decodeURIComponent(login?.username ?? '');
  const pass = decodeURIComponent(login?.password ?? '');
  return {
    name: 'databourse feed',
    servers: servers.map(({ hostname, port }) => `${hostname}:${port || DEFAULT_PORT}`),
    reconnect: false,
    timeout: 10_000,
    pingInterval: 20_000,
    ...(servers.some(({ protocol }) => protocol === 'tls:') && { tls: {} }),
    ...(login && (login.password ? { user, pass } : { token: user })),
    ...(credentials && { authenticator: credsAuthenticator(credentials) }),
  };
}

/** @throws what keeps it from connecting; the credentials are read again each time, so that they can be changed */
export async function connectJetStream(config: Config): Promise<NatsConnection> {
  const credentials = config.NATS_CREDENTIALS === undefined ? undefined : await readFile(config.NATS_CREDENTIALS);
  return connect(connectionOptions(config.NATS_URL ?? [], credentials));
}
