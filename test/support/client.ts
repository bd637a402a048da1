import { randomUUID } from 'node:crypto';
import type { Role } from '@app/sdk';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request, { type Response } from 'supertest';
import type { Issuer } from './issuer.js';

export interface Who {
  readonly sub: string;
  readonly org: string;
  readonly roles: readonly Role[];
}

/** What a well-behaved client does: token, Idempotency-Key on POSTs, If-Match with the ETag that it read; told to try again, it does. */
export interface Client {
  get(path: string): Promise<Response>;
  post(path: string, body?: object, headers?: Record<string, string>): Promise<Response>;
  /** Reads `/v1/things/:id`, then posts to its sub-resource with that ETag. */
  act(path: string, body?: object): Promise<Response>;
}

export function clients(app: NestFastifyApplication, issuer: Issuer): (who: Who) => Client {
  return ({ sub, org, roles }) => {
    const http = request(app.getHttpServer());
    const bearer = async () => ({ authorization: `Bearer ${await issuer.token(sub, org, roles)}` });
    const get = async (path: string) => http.get(path).set(await bearer());
    const post = async (path: string, body: object = {}, headers: Record<string, string> = {}) => {
      const key = randomUUID();
      for (;;) {
        const answer = await http
          .post(path)
          .set(await bearer())
          .set('idempotency-key', key)
          .set(headers)
          .send(body);
        if (answer.body?.code !== 'busy') return answer;
      }
    };
    return {
      get,
      post,
      act: async (path, body) => {
        const { headers } = await get(
          /^.*?\/[a-z]+_[0-9a-f]{32}/.exec(path)?.[0] ?? path.split('/').slice(0, 4).join('/'),
        );
        return post(path, body, { 'if-match': String(headers['etag']) });
      },
    };
  };
}
