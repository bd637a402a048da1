import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import rateLimit from '@fastify/rate-limit';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Config } from './config.js';
import { inContext, type Context } from './context.js';
import { RAW_BODY_PATH } from './files.controller.js';
import { BODY_LIMIT, languageOf } from './http.js';
import { JsonLogger } from './logging.js';
import { metrics } from './metrics.js';
import { Refusal } from './refusal.js';
import { continueTrace } from './tracing.js';
import { refuseAddress, refuseConnection, refuseUnroutable } from './unroutable.js';
import { isNestedDeeper } from './validation.js';

/** The HTTP application over `module`, ready to listen. JSON bodies up to 1 MiB; any other type is left as a stream. */
export async function createApplication(module: DynamicModule, config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT,
    trustProxy: config.TRUST_PROXY?.split(',').map((address) => address.trim()) ?? false,
    genReqId: (request: IncomingMessage) => traceIdOf(request.headers['traceparent']),
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseConnection,
    // A request whose headers or body never end must not hold a connection for ever.
    requestTimeout: 600_000,
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: new JsonLogger(config.LOG_LEVEL),
    abortOnError: false,
  });
  const server = app.getHttpAdapter().getInstance();
  if (config.RATE_LIMIT > 0)
    await server.register(rateLimit, {
      max: config.RATE_LIMIT,
      timeWindow: 60_000,
      enableDraftSpec: true,
      // The log is static and made to be read whole.
      allowList: (request) => request.url.startsWith('/log/'),
      errorResponseBuilder: (_request, { ttl }) =>
        new Refusal('too-many-requests', { retryAfter: Math.ceil(ttl / 1000) }),
    });
  refuseUnroutable(server);
  server.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  server.addHook('onRequest', (request, _reply, done) => {
    if (request.url.split('?', 1)[0] === RAW_BODY_PATH) {
      request.headers['x-media-type'] = request.headers['content-type'];
      request.headers['content-type'] = 'application/octet-stream';
    }
    done();
  });
  server.addHook('preValidation', (request, _reply, done) =>
    continueTrace(request.headers, () => inContext(contextOf(request), () => done(tooDeep(request.body)))),
  );
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    // Whose answer ends only now would keep the connection, and with it the server, for the whole keep-alive time.
    if (closing) setImmediate(() => server.server.closeIdleConnections());
    const { method, routeOptions } = request;
    const labels = { method, route: routeOptions.url ?? 'none', status: reply.statusCode };
    metrics.requests.observe(labels, reply.elapsedTime / 1000);
    done();
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    reply.header('traceparent', `00-${String(request.id)}-${randomBytes(8).toString('hex')}-01`);
    if (config.DEMO) reply.header('demonstration', 'true');
    done(null, payload);
  });
  return app;
}

/** Nothing of ours is deeper, and what is much deeper overflows the stack of whoever walks it. */
const DEPTH_LIMIT = 32;
const tooDeep = (body: unknown): Refusal | undefined =>
  isNestedDeeper(body, DEPTH_LIMIT)
    ? new Refusal('malformed-body', { reason: `nested more than ${DEPTH_LIMIT} levels deep` })
    : undefined;

const contextOf = (request: FastifyRequest): Context => ({
  actor: undefined,
  language: languageOf(request.headers['accept-language']),
  traceId: String(request.id),
});

/** The caller's trace id (W3C Trace Context) or a new one: 32 hexadecimal digits. */
const traceIdOf = (traceparent: string | string[] | undefined): string =>
  /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(String(traceparent))?.[1] ??
  randomBytes(16).toString('hex');
