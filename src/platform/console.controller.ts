import { readdir, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { extname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from './config.js';
import { Refusal } from './refusal.js';

const compress = promisify(gzip);

/** Beside the compiled service, or in dist/ when the service runs from its sources. */
const BUILT = ['../../console', '../../dist/console'].map((path) => resolve(import.meta.dirname, path));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzipped: Buffer;
  /** Its name changes with its content. */
  readonly hashed: boolean;
}

/**
 * The web console. Its files are read once, so what is served is what was built: no path of a request ever reaches the disk.
 * Every address below /console that is no file is a page of the application.
 */
@ApiExcludeController()
@Controller()
export class ConsoleController {
  private assets: Promise<ReadonlyMap<string, Asset>> | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  async entrance(@Res() reply: FastifyReply): Promise<void> {
    if ((await this.built()).has('index.html')) return void (await reply.redirect('/console/', 302));
    const [type, policy] = [TYPES['.html']!, "default-src 'none'; frame-ancestors 'none'"];
    await reply.type(type).header('content-security-policy', policy).send(WITHOUT_CONSOLE);
  }

  /** What the application must know before anyone signed in. */
  @Get('console/settings.json')
  settings(): object {
    const { PUBLIC_URL, OIDC_ISSUER, OIDC_ORG_CLAIM: organisation, OIDC_ROLES_CLAIM: roles } = this.config;
    const issuer = OIDC_ISSUER ?? `${PUBLIC_URL}/oidc`;
    return { origin: PUBLIC_URL ?? null, issuer, clientId: 'databourse-console', claims: { organisation, roles } };
  }

  @Get('console')
  async start(@Res() reply: FastifyReply): Promise<void> {
    await reply.redirect('/console/', 302);
  }

  /** Where the issuer sends the browser after a sign-in. */
  @Get('callback')
  callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.file('index.html', request, reply);
  }

  @Get('console/*')
  async file(@Param('*') path: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const assets = await this.built();
    const asset = assets.get(path) ?? (extname(path) === '' ? assets.get('index.html') : undefined);
    if (!asset) throw new Refusal('no-route', { path: `/console/${path}` });
    reply.type(asset.type).header('vary', 'accept-encoding').header('content-security-policy', this.policy);
    reply.header('cache-control', asset.hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (!/\bgzip\b/.test(String(request.headers['accept-encoding']))) return void (await reply.send(asset.plain));
    await reply.header('content-encoding', 'gzip').send(asset.gzipped);
  }

  /** Scripts of our own only. Styles inline, because the component library writes its style sheet while it runs. */
  private get policy(): string {
    const elsewhere = this.config.OIDC_ISSUER ? ` ${new URL(this.config.OIDC_ISSUER).origin}` : '';
    return [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src 'self'${elsewhere}`,
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; ');
  }

  private built(): Promise<ReadonlyMap<string, Asset>> {
    return (this.assets ??= readAssets());
  }
}

async function readAssets(): Promise<ReadonlyMap<string, Asset>> {
  const root = BUILT.find((path) => existsSync(join(path, 'index.html')));
  if (!root) return new Map();
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && TYPES[extname(entry.name)] !== undefined);
  return new Map(
    await Promise.all(
      files.map(async ({ parentPath, name }): Promise<[string, Asset]> => {
        const path = relative(root, join(parentPath, name)).split(sep).join('/');
        const plain = await readFile(join(parentPath, name));
        const gzipped = await compress(plain);
        return [path, { type: TYPES[extname(name)]!, plain, gzipped, hashed: path.startsWith('assets/') }];
      }),
    ),
  );
}

const WITHOUT_CONSOLE = `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>databourse</title>
<h1>databourse</h1><p>服务正在运行;网页控制台未构建(npm run build)。 The service runs; the console has not been built.</p>
<ul><li><a href="/docs">接口文档 API</a></li><li><a href="/certificates">登记凭证查询 Certificates</a></li>
<li><a href="/log/checkpoint">账本检查点 Checkpoint</a></li></ul></html>`;
