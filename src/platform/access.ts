import type { AddressInfo } from 'node:net';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { roles, type Role } from '@app/sdk';
import type { FastifyRequest } from 'fastify';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { CONFIG, type Config } from './config.js';
import { currentContext, type Actor } from './context.js';
import { Refusal } from './refusal.js';

/** Nobody but the platform itself is `system`, whatever a token says. */
const grantable: readonly string[] = roles.filter((role) => role !== 'system');

/**
 * Turns a bearer token into the request's actor. Tokens come from the embedded issuer or, with OIDC_ISSUER, from an
 * external one; here they are only checked: signature, issuer, audience, life (RFC 9068). A request without one is
 * anonymous; what that may do, the commands and queries decide.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private keys: Promise<JWTVerifyGetKey> | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly host: HttpAdapterHost,
  ) {}

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const request = execution.switchToHttp().getRequest<FastifyRequest>();
    const { authorization } = request.headers;
    if (authorization !== undefined) currentContext().actor = await this.actorOf(authorization);
    return true;
  }

  private async actorOf(authorization: string): Promise<Actor> {
    const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
    if (!token) throw new Refusal('invalid-token', { reason: 'not a bearer token' });
    try {
      this.keys ??= this.issuerKeys();
      const { payload } = await jwtVerify(token, await this.keys, {
        issuer: this.issuer,
        audience: this.config.OIDC_AUDIENCE ?? `${this.config.PUBLIC_URL}/v1`,
        algorithms: ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: 5,
      });
      return this.toActor(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new Refusal('invalid-token', { reason: error.code });
      this.keys = undefined;
      throw error;
    }
  }

  private toActor(claims: JWTPayload): Actor {
    const orgId = claims[this.config.OIDC_ORG_CLAIM];
    const granted = claims[this.config.OIDC_ROLES_CLAIM];
    if (typeof orgId !== 'string' || !Array.isArray(granted))
      throw new Refusal('invalid-token', { reason: 'no organisation or roles' });
    return {
      id: claims.sub!,
      orgId,
      roles: granted.filter((role): role is Role => grantable.includes(role as string)),
    };
  }

  private get issuer(): string {
    return this.config.OIDC_ISSUER ?? `${this.config.PUBLIC_URL}/oidc`;
  }

  private async issuerKeys(): Promise<JWTVerifyGetKey> {
    // The embedded issuer is asked on the loopback: PUBLIC_URL may be a proxy that this machine cannot reach.
    if (!this.config.OIDC_ISSUER) return createRemoteJWKSet(new URL(`${this.ownOrigin()}/oidc/jwks`));
    const answer = await fetch(`${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
      signal: AbortSignal.timeout(5000),
    });
    const { jwks_uri } = (await answer.json()) as { jwks_uri: string };
    return createRemoteJWKSet(new URL(jwks_uri));
  }

  private ownOrigin(): string {
    const { address, port, family } = this.host.httpAdapter.getHttpServer().address() as AddressInfo;
    const local =
      address === '::' || address === '0.0.0.0' ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
    return `http://${local}:${port}`;
  }
}
