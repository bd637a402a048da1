import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { parseTilePath } from '@app/tlog';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GetCheckpoint } from './get-checkpoint.js';
import { GetTile } from './get-tile.js';
import { LogKey } from './log-key.js';

const TEXT = 'text/plain; charset=utf-8';
const FOREVER = 'public, max-age=31536000, immutable';
const compress = promisify(gzip);

/** The log as c2sp.org/tlog-tiles wants it read: static, public, and plain text where something is wrong. */
@ApiTags('ledger')
@Controller('log')
export class LogController {
  constructor(
    private readonly queries: QueryBus,
    private readonly key: LogKey,
  ) {}

  @Get('checkpoint')
  @ApiOkResponse({ description: 'c2sp.org/tlog-checkpoint', content: { [TEXT]: { schema: { type: 'string' } } } })
  async checkpoint(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const published = await this.queries.execute(new GetCheckpoint());
    if (!published) return answer(reply, 404, 'nothing is published yet\n');
    // Whoever asks every second gets the note once.
    const etag = `"${createHash('sha256').update(published.note).digest('hex').slice(0, 32)}"`;
    reply.header('etag', etag).header('cache-control', 'no-cache');
    if (request.headers['if-none-match'] === etag) return void (await reply.status(304).send());
    await reply.type(TEXT).send(published.note);
  }

  /**
   * The public keys in note form, one in a line: two while the key is rotated, and then either one is enough. Whoever takes
   * them from here trusts on first use: compare them with another source.
   */
  @Get('key')
  @ApiOkResponse({ description: 'c2sp.org/signed-note vkeys', content: { [TEXT]: { schema: { type: 'string' } } } })
  async vkeys(@Res() reply: FastifyReply): Promise<void> {
    const lines = (await this.key.active()).map(({ vkey }) => `${vkey}\n`);
    await reply.type(TEXT).header('cache-control', 'no-cache').send(lines.join(''));
  }

  @Get('tile/*')
  @ApiOkResponse({ description: 'c2sp.org/tlog-tiles', content: { 'application/octet-stream': {} } })
  async tile(@Param('*') rest: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const tile = parseTilePath(`tile/${rest}`);
    if (!tile) return answer(reply, 400, 'not the path of a tile (c2sp.org/tlog-tiles)\n');
    const bytes = await this.queries.execute(new GetTile(tile));
    if (!bytes) return answer(reply, 404, 'the published tree has no such tile\n');
    reply.type('application/octet-stream').header('cache-control', FOREVER);
    if (tile.level !== 'entries') return void (await reply.send(bytes));
    reply.header('vary', 'accept-encoding');
    if (!acceptsGzip(request.headers['accept-encoding'])) return void (await reply.send(bytes));
    await reply.header('content-encoding', 'gzip').send(await compress(bytes));
  }
}

async function answer(reply: FastifyReply, status: number, text: string): Promise<void> {
  await reply.status(status).type(TEXT).header('cache-control', 'no-cache').send(text);
}

/** RFC 9110, section 12.5.3: named, or covered by `*`, and not with quality 0. */
function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim()));
  const chosen = codings.find(([name]) => name === 'gzip') ?? codings.find(([name]) => name === '*');
  return chosen !== undefined && !/^q=0(\.0*)?$/.test(chosen[1] ?? '');
}
