import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  AlgorithmQuery,
  CertificateQuery,
  CertificateVerdict,
  CertificateView,
  page,
  VerifyCertificateBody,
  type Page,
} from '@app/sdk';
import { FileStore } from '../platform/file-store.js';
import { WithoutPrecondition } from '../platform/http.js';
import { CertificateDocuments } from './certificate-document.js';
import { GetCertificate } from './get-certificate.js';
import { GetCredential } from './get-credential.js';
import { GetStatusList } from './get-status-list.js';
import { GetVerdict } from './get-verdict.js';
import { ListCertificates } from './list-certificates.js';

@ApiTags('certificates')
@Controller('v1')
export class CertificatesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly documents: CertificateDocuments,
    private readonly store: FileStore,
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

  @Post('certificates/verification')
  @HttpCode(200)
  @WithoutPrecondition()
  @ApiOkResponse({ standardSchema: CertificateVerdict })
  verify(@Body({ schema: VerifyCertificateBody }) { credential }: VerifyCertificateBody): Promise<CertificateVerdict> {
    return this.queries.execute(new GetVerdict(credential));
  }

  @Get('status-lists/revocation')
  @Header('content-type', 'application/vc+jwt')
  @Header('cache-control', 'public, max-age=60')
  @ApiProduces('application/vc+jwt')
  statusList(): Promise<string> {
    return this.queries.execute(new GetStatusList('revocation'));
  }

  /** Which certificates are restricted now. */
  @Get('status-lists/suspension')
  @Header('content-type', 'application/vc+jwt')
  @Header('cache-control', 'public, max-age=60')
  @ApiProduces('application/vc+jwt')
  suspensionList(): Promise<string> {
    return this.queries.execute(new GetStatusList('suspension'));
  }
}
