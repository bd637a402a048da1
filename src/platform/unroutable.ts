import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerProblem, HEADERS_LIMIT, toProblem } from './http.js';
import { Refusal } from './refusal.js';

/** What no route ever sees is refused like everything else: unknown addresses, methods that an address does not take. */
export function refuseUnroutable(server: FastifyInstance): void {
  const routes: { methods: string[]; pattern: RegExp }[] = [];
  server.addHook('onRoute', ({ method, url }) => {
    routes.push({ methods: [method].flat(), pattern: patternOf(url) });
  });
  server.addHook('onRequest', (request, _reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0]!;
    const allowed = routes.flatMap(({ methods, pattern }) => (pattern.test(path) ? methods : []));
    if (allowed.length === 0) return done(new Refusal('no-route', { path: path.slice(0, 200) }));
    const { method } = request;
    done(new Refusal('method-not-allowed', { path: path.slice(0, 200), method, allowed: [...new Set(allowed)] }));
  });
}

const patternOf = (url: string): RegExp =>
  new RegExp(
    `^${url
      .replace(/[.+?^$(){}|[\]\\]/g, '\\$&')
      .replace(/:\w+/g, '[^/]+')
      .replaceAll('*', '.*')}$`,
  );

/** The router could not read the address. */
export function refuseAddress(error: Error & { code?: string }, request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split('?', 1)[0]!.slice(0, 200);
  const tooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  answerProblem(
    tooLong ? new Refusal('no-route', { path }) : new Refusal('malformed-request', { reason: path }),
    request,
    reply,
  );
}

/** What arrived is no HTTP, or too much of it: there is no request to answer, only a connection. */
export function refuseConnection(error: Error & { code?: string }, socket: Socket): void {
  if (error.code !== 'ECONNRESET' && socket.writable) {
    const refusal =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? new Refusal('headers-too-large', { limit: HEADERS_LIMIT })
        : new Refusal('malformed-request', { reason: error.code ?? 'HTTP' });
    const { status, ...problem } = toProblem(refusal, 'zh-CN');
    const body = JSON.stringify({ status, ...problem });
    socket.write(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}
