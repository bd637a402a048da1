import type { Language } from './problems.js';

/** A refusal of the service: the members of its problem+json (RFC 9457). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super([`${status} ${code}`, body['detail'], JSON.stringify(body['errors'])].filter(Boolean).join(' '));
  }
}

export interface ClientOptions {
  /** For example `https://exchange.example`. */
  readonly origin: string;
  /** The access token of the moment, or undefined for what is public. */
  readonly token?: () => Promise<string | undefined>;
  readonly language?: () => Language;
  readonly fetch?: typeof fetch;
}

interface Read<T> {
  readonly body: T;
  readonly etag: string | null;
}

/** A client that keeps the rules of the interface: token, language, Idempotency-Key, If-Match with the ETag that it read. */
export class Client {
  constructor(private readonly options: ClientOptions) {}

  async get<T>(path: string): Promise<T> {
    return (await this.read<T>(path)).body;
  }

  async read<T>(path: string): Promise<Read<T>> {
    const answer = await this.send(path, {});
    return { body: (await answer.json()) as T, etag: answer.headers.get('etag') };
  }

  /** Creates something. A repetition with the same `key` has no second effect and gives the first answer. */
  post<T>(path: string, body: unknown, key: string = crypto.randomUUID()): Promise<T> {
    return this.change<T>(path, body, { 'idempotency-key': key });
  }

  /** Acts on `/v1/things/:id` (or `/v1/committee/cases/:id`, …): posts to its sub-resource with the ETag of what it reads there now, or of what you read. */
  async act<T>(path: string, body: unknown, key: string = crypto.randomUUID(), etag?: string | null): Promise<T> {
    const target = /^.*?\/[a-z]+_[0-9a-f]{32}/.exec(path)?.[0] ?? path.split('/').slice(0, 4).join('/');
    const seen = etag ?? (await this.read(target)).etag ?? '';
    return this.change<T>(path, body, { 'idempotency-key': key, 'if-match': seen });
  }

  /** Uploads a file of any type as it is. */
  async upload<T>(path: string, content: BodyInit, mediaType: string, name: string): Promise<T> {
    const answer = await this.send(path, {
      method: 'POST',
      body: content,
      headers: {
        'content-type': mediaType,
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
      },
      duplex: 'half',
    } as RequestInit);
    return (await answer.json()) as T;
  }

  /** The bare answer, for what is not JSON. Refusals throw `ApiProblem`. */
  async send(path: string, init: RequestInit): Promise<Response> {
    const token = await this.options.token?.();
    const headers = new Headers(init.headers);
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (this.options.language) headers.set('accept-language', this.options.language());
    const url = path.startsWith('http') ? path : `${this.options.origin}${path}`;
    const answer = await (this.options.fetch ?? fetch)(url, { ...init, headers });
    if (answer.ok) return answer;
    const body = (await answer.json().catch(() => ({}))) as Record<string, unknown>;
    const code = typeof body['code'] === 'string' ? body['code'] : answer.statusText;
    throw new ApiProblem(answer.status, code, body);
  }

  private async change<T>(path: string, body: unknown, headers: Record<string, string>): Promise<T> {
    const answer = await this.send(path, {
      method: 'POST',
      body: JSON.stringify(body ?? {}),
      headers: { 'content-type': 'application/json', ...headers },
    });
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
}
