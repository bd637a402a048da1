import { createHmac } from 'node:crypto';
import { maxHeaderSize } from 'node:http';
import { Readable } from 'node:stream';
import {
  Catch,
  HttpException,
  Inject,
  Injectable,
  Logger,
  SetMetadata,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RulePackError } from '@app/rulepacks';
import { problems, type Language, type ProblemCode } from '@app/sdk';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { CONFIG, type Config } from './config.js';
import { keyPassphrase } from './key-passphrase.js';
import { currentContext } from './context.js';
import { isPassing } from './is-passing.js';
import { Refusal } from './refusal.js';

/** Bytes of a body that is read whole, and of all headers together (Node's own limit). */
export const BODY_LIMIT = 1_048_576;
export const HEADERS_LIMIT = maxHeaderSize;

const IDEMPOTENT = 'idempotent';
const FREE = 'no-precondition';

/** The route creates something: it needs an Idempotency-Key and has its effect once. Any other change may carry one. */
export const Idempotent = () => SetMetadata(IDEMPOTENT, true);

/** The route acts on `/:id` but changes nothing that the caller must have read first. */
export const WithoutPrecondition = () => SetMetadata(FREE, true);

/** What the route demands of the request's headers: If-Match on changes (RFC 9110, RFC 6585), Idempotency-Key on creations. */
@Injectable()
export class PreconditionGuard implements CanActivate {
  private passphrase: Promise<string> | undefined;

  constructor(
    private readonly reflector: Reflector,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<FastifyRequest<{ Params: { id?: string } }>>();
    const context = currentContext();
    const handler = execution.getHandler();
    const changes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    const id = request.params.id;
    if (changes && id !== undefined && !this.reflector.get<boolean>(FREE, handler)) {
      const ifMatch = /^"(\d{1,9})"$/.exec(request.headers['if-match'] ?? '');
      if (!ifMatch) throw new Refusal('precondition-required');
      context.target = { id, ifMatch: Number(ifMatch[1]) };
    }
    const key = request.headers['idempotency-key'];
    if (changes && !(request.body instanceof Readable) && (key || this.reflector.get<boolean>(IDEMPOTENT, handler))) {
      if (typeof key !== 'string' || !/^[\x21-\x7e]{8,255}$/.test(key)) throw new Refusal('idempotency-key-required');
      // Keyed: a body may hold a password, which nobody shall guess from a copy of the database.
      this.passphrase ??= keyPassphrase(this.config);
      const requestHash = createHmac('sha256', await this.passphrase)
        .update(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
        .digest('hex');
      context.idempotency = { key, requestHash };
    }
    return true;
  }
}

/** Headers that follow from the answer: ETag from its `version`, Location from its `id`, Idempotent-Replayed. */
@Injectable()
export class AnswerHeaders implements NestInterceptor {
  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = execution.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      tap((body: unknown) => {
        if (typeof body === 'object' && body !== null) {
          if (request.method === 'GET' && 'version' in body) reply.header('etag', `"${String(body.version)}"`);
          if (request.method === 'POST' && 'id' in body && reply.statusCode === 201 && !reply.hasHeader('location'))
            reply.header('location', `${request.url.split('?', 1)[0]}/${String(body.id)}`);
        }
        if (currentContext().idempotency?.replayed) reply.header('idempotent-replayed', 'true');
      }),
    );
  }
}

/** `Accept-Language` → one of the languages of the interface; Chinese unless English is preferred. */
export function languageOf(header: string | undefined): Language {
  const ranges = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((value) => value !== undefined);
      return { tag, q: q === undefined ? 1 : Number(q) };
    })
    .filter(({ tag, q }) => q > 0 && /^(zh|en)\b/.test(tag))
    .toSorted((a, b) => b.q - a.q);
  return ranges[0]?.tag.startsWith('en') ? 'en' : 'zh-CN';
}

/** The only place where an error becomes HTTP (RFC 9457). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const passing = isPassing(error);
    const refusal = passing ? new Refusal('unavailable') : asRefusal(error, request.url.split('?', 1)[0]!);
    if (passing) this.log.error({ error, traceId: request.id }, 'not available');
    if (!refusal) this.log.error({ error, traceId: request.id, url: request.url.split('?', 1)[0] }, 'a bug');
    if (currentContext().idempotency?.replayed) reply.header('idempotent-replayed', 'true');
    answerProblem(refusal, request, reply);
  }
}

/** @param refusal undefined for a bug */
export function answerProblem(refusal: Refusal | undefined, request: FastifyRequest, reply: FastifyReply): void {
  const body = refusal ? toProblem(refusal, languageOf(request.headers['accept-language'])) : BUG;
  if (body.status === 401) reply.header('www-authenticate', 'Bearer');
  if (Array.isArray(refusal?.facts['allowed'])) reply.header('allow', refusal.facts['allowed'].join(', '));
  const retryAfter = refusal?.facts['retryAfter'];
  if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
  else if (body.status === 503) reply.header('retry-after', '1');
  void reply
    .status(body.status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...body, instance: request.url.split('?', 1)[0], traceId: request.id }));
}

const BUG = {
  type: 'about:blank',
  status: 500,
  title: '内部错误 Internal error',
  detail: '未完成任何更改;请凭 traceId 联系运营方。 Nothing was changed; tell the operator the traceId.',
};

/** Errors of the framework that are the caller's, in our own terms; undefined for a bug. */
function asRefusal(error: unknown, path: string): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof RulePackError && error.code === 'not-published')
    return new Refusal('not-published', { what: error.message });
  const { code, statusCode, message = '' } = error as { code?: string; statusCode?: number; message?: string };
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Refusal('unsupported-media-type');
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (status === 404) return new Refusal('no-route', { path });
  if (status === 415) return new Refusal('unsupported-media-type');
  if (status === 413) return new Refusal('too-large', { limit: BODY_LIMIT });
  if (status !== undefined && status >= 400 && status < 500) return new Refusal('malformed-body', { reason: message });
  return undefined;
}

export function toProblem({ code, facts, faults }: Refusal, language: Language) {
  const { status, title, detail } = problems[code as ProblemCode];
  const fill = (template: string) => template.replace(/\{(\w+)\}/g, (_, name: string) => show(facts[name]));
  const pick = (both: { zh: string; en: string }) => (language === 'en' ? both.en : both.zh);
  return {
    ...facts,
    type: `/problems/${code}`,
    status,
    title: pick(title),
    detail: fill(pick(detail)),
    code,
    // Both languages stand in every answer, so that a log or a forwarded error can be read by either reader.
    reasons: { 'zh-CN': `${title.zh}:${fill(detail.zh)}`, en: `${title.en}: ${fill(detail.en)}` },
    ...(faults.length > 0 && {
      errors: faults.map(({ pointer, zh, en }) => ({
        pointer,
        detail: language === 'en' ? en : zh,
        reasons: { 'zh-CN': zh, en },
      })),
    }),
  };
}

const show = (value: unknown): string => {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
};
