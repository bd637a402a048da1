import { hkdfSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FileKeyStore } from '@app/signing';
import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Provider, type InteractionResults } from 'oidc-provider';
import { CONFIG, type Config } from '../platform/config.js';
import { keyPassphrase } from '../platform/key-passphrase.js';
import { Refusal } from '../platform/refusal.js';
import { Identities } from './identities.js';
import { issuerSettings, returnOrigins } from './issuer-settings.js';
import { IssuerStore } from './issuer-store.js';

type Exchange = readonly [request: IncomingMessage, response: ServerResponse];

/** The OpenID issuer inside the service, below `/oidc`. With OIDC_ISSUER, people sign in elsewhere and it does not exist. */
@Injectable()
export class Issuer implements OnModuleInit {
  private readonly log = new Logger(Issuer.name);
  private mounted: Provider | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly keys: FileKeyStore,
    private readonly host: HttpAdapterHost,
    private readonly store: IssuerStore,
    private readonly identities: Identities,
  ) {}

  get publicUrl(): string {
    return this.config.PUBLIC_URL ?? `http://${this.config.HOST}:${this.config.PORT}`;
  }

  /** Origins to which a sign-in may lead back. */
  get returnOrigins(): string[] {
    return returnOrigins({ config: this.config, publicUrl: this.publicUrl });
  }

  /** The sign-in under way in this browser. */
  interaction(...exchange: Exchange) {
    return this.provider.interactionDetails(...exchange);
  }

  /** Keeps the outcome of a sign-in. @returns where the browser goes on */
  finish([request, response]: Exchange, result: InteractionResults): Promise<string> {
    return this.provider.interactionResult(request, response, result, { mergeWithLastSubmission: false });
  }

  async onModuleInit(): Promise<void> {
    if (this.config.OIDC_ISSUER) return;
    const passphrase = await keyPassphrase(this.config);
    const signingKey = await (await this.keys.active('oidc', 'ES256')).privateJwk();
    // Derived, so that it is the same after a restart and in every instance.
    const cookieKey = Buffer.from(hkdfSync('sha256', passphrase, '', 'databourse issuer cookies', 32)).toString(
      'base64url',
    );
    const { config, publicUrl, store, identities } = this;
    const settings = issuerSettings({ config, publicUrl, signingKey, cookieKey, store, identities });
    this.mounted = new Provider(`${publicUrl}/oidc`, settings);
    this.mounted.proxy = true;
    this.mounted.on('server_error', (_ctx, error) => this.log.error({ error }, 'the issuer failed'));
    this.mount(this.mounted);
  }

  private get provider(): Provider {
    if (!this.mounted) throw new Refusal('no-route', { path: '/oidc' });
    return this.mounted;
  }

  /** In a scope of its own, where Fastify leaves bodies to the library. */
  private mount(provider: Provider): void {
    const handle = provider.callback();
    const { pathname, host, protocol } = new URL(provider.issuer);
    const server = this.host.httpAdapter.getInstance<FastifyInstance>();
    void server.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
      scope.all('/oidc/*', (request, reply) => {
        reply.hijack();
        const raw = request.raw as IncomingMessage & { originalUrl?: string };
        const path = raw.url!.slice('/oidc'.length);
        raw.url = path;
        raw.originalUrl = `${pathname}${path}`;
        // Every URL that the issuer writes follows from PUBLIC_URL, whatever a caller or proxy says.
        Object.assign(raw.headers, { host, 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) });
        reply.raw.setHeader('x-content-type-options', 'nosniff').setHeader('referrer-policy', 'no-referrer');
        void handle(raw, reply.raw);
      });
      done();
    });
  }
}
