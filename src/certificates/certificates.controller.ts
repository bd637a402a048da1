import { Readable } from 'node:stream';
import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  StreamableFile,
} from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  AlgorithmQuery,
  CertificateBundleView,
  CertificateQuery,
  CertificateVerdict,
  CertificateView,
  page,
  StatusListQuery,
  VerifyCertificateBody,
  VerifyDocumentBody,
  type Page,
} from '@app/sdk';
import type { CertificateBundle, StatusPurpose } from '@app/signing';
import type { FastifyRequest } from 'fastify';
import { FileStore } from '../platform/file-store.js';
import { WithoutPrecondition } from '../platform/http.js';
import { fault, Refusal } from '../platform/refusal.js';
import { CertificateDocuments } from './certificate-document.js';
import { EarlierOrigins } from './earlier-origins.js';
import { GetBundle } from './get-bundle.js';
import { GetCertificate } from './get-certificate.js';
import { GetCredential } from './get-credential.js';
import { GetSdJwt } from './get-sd-jwt.js';
import { GetDocumentVerdict } from './get-document-verdict.js';
import { GetStatusList } from './get-status-list.js';
import { GetVerdict } from './get-verdict.js';
import { ListCertificates } from './list-certificates.js';

const DOCUMENT_LIMIT = 8_388_608;

@ApiTags('certificates')
@Controller('v1')
export class CertificatesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly documents: CertificateDocuments,
    private readonly store: FileStore,
    private readonly earlier: EarlierOrigins,
  ) {}

  @Get('certificates')
  @ApiOkResponse({ standardSchema: page(CertificateView) })
  list(@Query({ schema: CertificateQuery }) query: CertificateQuery): Promise<Page<CertificateView>> {
    return this.queries.execute(new ListCertificates(query));
  }

  /** One entry of the public register, by number or id. */
  @Get('certificates/:id')
  @ApiOkResponse({ standardSchema: CertificateView })
  get(@Param('id') id: string): Promise<CertificateView> {
    return this.queries.execute(new GetCertificate(id));
  }

  /** The signed credential (VC-JOSE-COSE). */
  @Get('certificates/:number/credential')
  @Header('content-type', 'application/vc+jwt')
  @ApiProduces('application/vc+jwt')
  credential(
    @Param('number') number: string,
    @Query({ schema: AlgorithmQuery }) { alg }: AlgorithmQuery,
  ): Promise<string> {
    return this.queries.execute(new GetCredential(number, alg));
  }

  /** The sealed document (PAdES). */
  @Get('certificates/:number/pdf')
  @ApiProduces('application/pdf')
  async pdf(@Param('number') number: string): Promise<StreamableFile> {
    const sha256 = await this.documents.of(await this.get(number));
    const disposition = `inline; filename="${encodeURIComponent(number)}.pdf"`;
    return new StreamableFile(await this.store.open(sha256), { type: 'application/pdf', disposition });
  }

  /** The certificate as SD-JWT (RFC 9901): its holder can hide any part and sign what is shown. */
  @Get('certificates/:number/sd-jwt')
  @Header('content-type', 'application/vc+sd-jwt')
  @Header('cache-control', 'no-store')
  @ApiProduces('application/vc+sd-jwt')
  sdJwt(@Param('number') number: string): Promise<string> {
    return this.queries.execute(new GetSdJwt(number));
  }

  /** Everything that is needed to check the certificate offline: `npm run audit -- certificate FILE`. */
  @Get('certificates/:number/bundle')
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ standardSchema: CertificateBundleView })
  bundle(@Param('number') number: string): Promise<CertificateBundle> {
    return this.queries.execute(new GetBundle(number));
  }

  /** A file as it is: the PDF, a credential, a presentation or a bundle, of up to 8 MiB, as any type but JSON. */
  @Post('certificates/verification/document')
  @HttpCode(200)
  @WithoutPrecondition()
  @ApiConsumes('application/pdf', 'application/octet-stream')
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  @ApiOkResponse({ standardSchema: CertificateVerdict })
  async verifyDocument(@Req() request: FastifyRequest): Promise<CertificateVerdict> {
    return this.queries.execute(new GetVerdict(await bodyOf(request)));
  }

  @Post('certificates/verification')
  @HttpCode(200)
  @WithoutPrecondition()
  @ApiOkResponse({ standardSchema: CertificateVerdict })
  verify(
    @Body({ schema: VerifyCertificateBody }) { credential, binding, asOf }: VerifyCertificateBody,
  ): Promise<CertificateVerdict> {
    return this.queries.execute(new GetVerdict(credential, binding, asOf === undefined ? undefined : new Date(asOf)));
  }

  /** By the hash alone: the document stays with whoever holds it. */
  @Post('certificates/hash-verification')
  @HttpCode(200)
  @WithoutPrecondition()
  @ApiOkResponse({ standardSchema: CertificateVerdict })
  verifyHash(
    @Body({ schema: VerifyDocumentBody }) { number, sha256 }: VerifyDocumentBody,
  ): Promise<CertificateVerdict> {
    return this.queries.execute(new GetDocumentVerdict(number, sha256));
  }

  /** Which certificates are cancelled, revoked or superseded: now, or with `asOf` at an earlier time. */
  @Get('status-lists/revocation')
  @Header('content-type', 'application/vc+jwt')
  @Header('cache-control', 'public, max-age=60')
  @ApiProduces('application/vc+jwt')
  statusList(@Query({ schema: StatusListQuery }) query: StatusListQuery, @Headers('host') host?: string) {
    return this.listOf('revocation', query, host);
  }

  /** Which certificates are restricted: now, or with `asOf` at an earlier time. */
  @Get('status-lists/suspension')
  @Header('content-type', 'application/vc+jwt')
  @Header('cache-control', 'public, max-age=60')
  @ApiProduces('application/vc+jwt')
  suspensionList(@Query({ schema: StatusListQuery }) query: StatusListQuery, @Headers('host') host?: string) {
    return this.listOf('suspension', query, host);
  }

  private async listOf(purpose: StatusPurpose, { asOf }: StatusListQuery, host?: string): Promise<string> {
    const at = asOf === undefined ? undefined : new Date(asOf);
    return this.queries.execute(new GetStatusList(purpose, at, await this.earlier.at(host)));
  }
}

async function bodyOf({ body, headers }: FastifyRequest): Promise<Buffer> {
  if (typeof body === 'string') return Buffer.from(body);
  if (!(body instanceof Readable)) throw fault('', '请求正文应为文件', 'the body must be a file');
  const tooLarge = () => new Refusal('too-large', { limit: DOCUMENT_LIMIT });
  if (Number(headers['content-length'] ?? 0) > DOCUMENT_LIMIT) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if ((length += chunk.length) > DOCUMENT_LIMIT) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
