import type { LoggerService } from '@nestjs/common';
import { pino, stdSerializers, type Logger } from 'pino';
import { currentContext } from './context.js';
import { Refusal } from './refusal.js';
import { saidByDatabase } from './serializable.js';

/** Never in a log, wherever they stand: secrets and what identifies a person. */
const HIDDEN = ['password', 'authorization', 'cookie', 'token', 'secret', 'passphrase', 'displayName', 'login', 'jwk'];

/** Structured logs, one JSON object a line, with the trace id of the request. Nest and every context log through it. */
export class JsonLogger implements LoggerService {
  private readonly pino: Logger;

  constructor(level: string) {
    this.pino = pino({
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: HIDDEN.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[hidden]' },
      serializers: { error: errorOf },
      mixin: () => {
        const { traceId, actor } = currentContext();
        return { ...(traceId && { traceId }), ...(actor && { actor: actor.id }) };
      },
    });
  }

  log = this.at('info');
  warn = this.at('warn');
  error = this.at('error');
  fatal = this.at('fatal');
  debug = this.at('debug');
  verbose = this.at('trace');

  /** Nest calls `(message, …, context)`; our own code `({facts}, text)` through Nest's Logger, which appends the context. */
  private at(level: 'info' | 'warn' | 'error' | 'fatal' | 'debug' | 'trace') {
    return (message: unknown, ...more: unknown[]): void => {
      const context = more.at(-1);
      if (message instanceof Error) this.pino[level]({ context, error: message }, message.message);
      else if (typeof message === 'object') this.pino[level]({ context, ...message }, textOf(more[0]));
      else this.pino[level]({ context, ...(more.length > 1 && { detail: more[0] }) }, textOf(message));
    };
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? ''));

/** A refusal is an answer, not a fault: its code is enough. A database error must not bring its parameters along. */
function errorOf(error: unknown): unknown {
  if (error instanceof Refusal) return { type: 'Refusal', code: error.code };
  if (!(error instanceof Error)) return String(error);
  const { type, message, stack } = stdSerializers.err(error);
  const { code, constraint, table } = saidByDatabase(error) ?? {};
  return { type, message, stack, code, constraint, table };
}
