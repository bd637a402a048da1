import type { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Post, Req, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { FileView } from '@app/sdk';
import type { FastifyRequest } from 'fastify';
import { attachment } from './attachment.js';
import { CONFIG, type Config } from './config.js';
import { mustActFor, permit } from './context.js';
import { FileStore } from './file-store.js';
import { GetFile } from './get-file.js';
import { KeepFile } from './keep-file.js';
import { fault, Refusal } from './refusal.js';
import { UnitOfWork } from './unit-of-work.js';

/** Where a body of any type, JSON too, is left as a stream. */
export const RAW_BODY_PATH = '/v1/files';

@ApiTags('platform')
@Controller('v1/files')
export class FilesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly store: FileStore,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The bytes as they are; `Content-Type` and the file name of `Content-Disposition` (RFC 6266) are kept with them. */
  @Post()
  @ApiConsumes('*/*')
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  @ApiCreatedResponse({ standardSchema: FileView })
  async upload(@Req() request: FastifyRequest): Promise<FileView> {
    permit('file.upload');
    const limit = this.config.FILE_LIMIT_BYTES;
    if (Number(request.headers['content-length'] ?? 0) > limit) throw new Refusal('too-large', { limit });
    if (!request.body) throw fault('', '请求正文为空', 'the body is empty');
    const stored = await this.store.put(request.body as Readable, { limit });
    if (stored.bytes === 0) throw fault('', '文件为空', 'the file is empty');
    const { mediaType, name } = describe(request);
    return this.commands.execute(new KeepFile(stored, mediaType, name));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: FileView })
  async get(@Param('id') id: string): Promise<FileView> {
    const actor = permit('file.read');
    const file = await this.queries.execute(new GetFile(id));
    mustActFor(actor, file.ownerId);
    return file;
  }

  @Get(':id/content')
  @ApiProduces('application/octet-stream')
  async content(@Param('id') id: string): Promise<StreamableFile> {
    return attachment(this.store, await this.get(id));
  }
}

const MEDIA_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

function describe({ headers }: FastifyRequest): { mediaType: string; name: string } {
  const mediaType = String(headers['x-media-type'] ?? '')
    .split(';', 1)[0]!
    .trim();
  const disposition = headers['content-disposition'] ?? '';
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  const plain = /filename="?([^";]+)"?/i.exec(disposition)?.[1];
  let name = plain ?? 'file';
  try {
    if (encoded !== undefined) name = decodeURIComponent(encoded);
  } catch {
    throw fault('/content-disposition', '文件名编码无效', 'the file name is not valid percent-encoded UTF-8');
  }
  // oxlint-disable-next-line no-control-regex
  const clean = Array.from(name.replace(/[\u0000-\u001f\u007f/\\]/g, '_'))
    .slice(0, 200)
    .join('');
  return { mediaType: MEDIA_TYPE.test(mediaType) ? mediaType : 'application/octet-stream', name: clean };
}
