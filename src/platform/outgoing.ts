import { lookup, Resolver } from 'node:dns/promises';
import {
  Agent as HttpAgent,
  request as requestHttp,
  type ClientRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from './config.js';

/** Why an address that somebody gave us is not called. */
export type OutgoingFault = 'not-a-url' | 'not-https' | 'with-credentials' | 'port' | 'unknown-host' | 'not-public';

export class OutgoingRefused extends Error {
  constructor(readonly fault: OutgoingFault) {
    super(fault);
  }
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The beginning of the body as text. */
  readonly excerpt: string;
}

interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** For everything, from the look-up of the name to the end of the answer. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

const BODY_READ_MAX = 4096;
const BODY_READ_MS = 1000;
const EXCERPT_MAX = 1000;

/** Not globally reachable, by IANA's registry of special-purpose addresses (RFC 6890), and where clouds serve metadata. */
const CLOSED_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
/** Within global unicast: protocol assignments (Teredo too), documentation, 6to4. */
const CLOSED_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const closed = new BlockList();
for (const [net, prefix] of CLOSED_V4) closed.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of CLOSED_V6) closed.addSubnet(net, prefix, 'ipv6');
/** Nothing outside is public: mapped IPv4, NAT64, loopback, unique local, link-local and multicast are all elsewhere. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');

/** Whether `address`, in its numeric form, is a host of the public internet; no for whatever is not an address. */
export function isPublic(address: string): boolean {
  if (isIPv4(address)) return !closed.check(address, 'ipv4');
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return globalUnicast.check(address, 'ipv6') && !closed.check(address, 'ipv6');
}

/**
 * Calls to addresses that others gave us. They must not lead into our own network (server-side request forgery): the URL is
 * checked, then every address that its name resolves to, and the socket connects to the very addresses that were checked, so a
 * name that changes its answer gains nothing. Redirects are not followed, proxies of the environment not used.
 */
@Injectable()
export class Outgoing implements OnApplicationShutdown {
  /** The addresses of a name; c-ares with a limit, because the system's resolver blocks a thread that files need too. */
  resolve: (name: string) => Promise<string[]>;
  private readonly allowPrivate: boolean;
  private readonly agents = {
    'http:': new HttpAgent({ keepAlive: true, maxFreeSockets: 1, timeout: 30_000 }),
    'https:': new HttpsAgent({ keepAlive: true, maxFreeSockets: 1, timeout: 30_000 }),
  };

  constructor(@Inject(CONFIG) { WEBHOOK_ALLOW_PRIVATE }: Pick<Config, 'WEBHOOK_ALLOW_PRIVATE'>) {
    this.allowPrivate = WEBHOOK_ALLOW_PRIVATE;
    this.resolve = this.allowPrivate ? resolveLocally : resolvePublicly;
  }

  /** @throws OutgoingRefused when `text` must not be called, as far as is known now; every call checks again */
  async check(text: string): Promise<void> {
    const host = hostOf(this.parse(text));
    if (isIP(host) === 0) await this.addresses(host);
  }

  /** @throws OutgoingRefused, or what Node says of a connection without an answer; never for a status */
  post(text: string, post: Post): Promise<OutgoingAnswer> {
    return this.fresh(text, post, readAnswer);
  }

  /**
   * The whole answer as bytes, for a protocol whose answers are data.
   * @throws as `post` does, and when the answer is longer than `limit`
   */
  exchange(text: string, post: Post, limit: number): Promise<{ status: number; body: Buffer }> {
    return this.fresh(text, post, async (answer) => {
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        if ((length += chunk.length) > limit) throw Object.assign(new Error('too long'), { code: 'too-long' });
      }
      return { status: answer.statusCode!, body: Buffer.concat(chunks) };
    });
  }

  onApplicationShutdown(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private fresh<T>(text: string, post: Post, read: (answer: IncomingMessage) => Promise<T>): Promise<T> {
    return this.once(text, post, read).catch((error: unknown) => {
      // A kept connection may be closed just when we write on it: that says nothing about the receiver.
      if (!(error instanceof StaleConnection)) throw error;
      return this.once(text, post, read);
    });
  }

  private async once<T>(
    text: string,
    { headers, body, timeoutMs, signal }: Post,
    read: (answer: IncomingMessage) => Promise<T>,
  ): Promise<T> {
    const url = this.parse(text);
    const limit = new AbortController();
    const stop = (): void => limit.abort();
    const late = setTimeout(stop, timeoutMs);
    signal?.addEventListener('abort', stop);
    const options: RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
      agent: this.agents[url.protocol as keyof typeof this.agents],
      lookup: this.lookup,
      signal: limit.signal,
    };
    try {
      const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
      request.end(body);
      return await read(await answerTo(request));
    } finally {
      clearTimeout(late);
      signal?.removeEventListener('abort', stop);
    }
  }

  private parse(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url?.hostname) throw new OutgoingRefused('not-a-url');
    if (url.protocol !== 'https:' && !(this.allowPrivate && url.protocol === 'http:'))
      throw new OutgoingRefused('not-https');
    if (url.username !== '' || url.password !== '') throw new OutgoingRefused('with-credentials');
    if (this.allowPrivate) return url;
    // What listens below 1024 speaks other protocols than ours. (No port in the URL: 443.)
    const port = Number(url.port || 443);
    if (port !== 443 && port < 1024) throw new OutgoingRefused('port');
    // The socket does not look numbers up. The parser has brought every notation of them (0x7f.1, 2130706433, 0177.0.0.1,
    // even in full-width digits) into the usual one.
    const host = hostOf(url);
    if (isIP(host) !== 0 && !isPublic(host)) throw new OutgoingRefused('not-public');
    return url;
  }

  private async addresses(name: string): Promise<string[]> {
    const addresses = await this.resolve(name);
    if (addresses.length === 0) throw new OutgoingRefused('unknown-host');
    if (!this.allowPrivate && !addresses.every(isPublic)) throw new OutgoingRefused('not-public');
    return addresses;
  }

  /** Of the socket itself: it connects to nothing but what this answers. */
  private readonly lookup: LookupFunction = (name, { all }, done) => {
    callbackify((host: string) => this.addresses(host))(name, (error, addresses) => {
      if (error) return done(error, '');
      const found = addresses.map((address) => ({ address, family: isIP(address) }));
      return all ? done(null, found) : done(null, found[0]!.address, found[0]!.family);
    });
  };
}

/** Why there was no answer, in a word that may be shown: our own, `timeout`, or the code of Node or OpenSSL. */
export function whyNoAnswer(error: unknown): string {
  if (error instanceof OutgoingRefused) return error.fault;
  const { name, code } = error as { name?: string; code?: unknown };
  if (name === 'AbortError') return 'timeout';
  return typeof code === 'string' ? code : 'unknown';
}

const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

class StaleConnection extends Error {}

const answerTo = (request: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request.on('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(error.code ?? '');
      reject(stale ? new StaleConnection() : error);
    });
  });

/** The status counts, whatever becomes of the body. */
async function readAnswer(answer: IncomingMessage): Promise<OutgoingAnswer> {
  const chunks: Buffer[] = [];
  const late = setTimeout(() => answer.destroy(), BODY_READ_MS);
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>)
      if (chunks.push(chunk) && Buffer.concat(chunks).length >= BODY_READ_MAX) break;
  } catch {
    // It broke off, or took too long.
  } finally {
    clearTimeout(late);
  }
  const body = Buffer.concat(chunks).subarray(0, BODY_READ_MAX);
  return {
    status: answer.statusCode!,
    retryAfter: answer.headers['retry-after'],
    excerpt: body
      .toString('utf8')
      .replace(/\p{Cc}+/gu, ' ')
      .slice(0, EXCERPT_MAX),
  };
}

const noneFound = (): string[] => [];
const resolveLocally = (name: string): Promise<string[]> =>
  lookup(name, { all: true }).then((found) => found.map(({ address }) => address), noneFound);

async function resolvePublicly(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  const found = await Promise.all([resolver.resolve4(name).catch(noneFound), resolver.resolve6(name).catch(noneFound)]);
  return found.flat();
}
