import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  Created,
  EndForeignCertificateBody,
  ForeignCertificateQuery,
  ForeignCertificateView,
  page,
  ProposeTrustedIssuerBody,
  RecognitionReasonBody,
  RefuseRelianceBody,
  SubmitForeignCertificateBody,
  TrustedIssuerView,
  VerifyForeignCertificateBody,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { DecideForeignCertificate } from './decide-foreign-certificate.js';
import { DecideTrustedIssuer } from './decide-trusted-issuer.js';
import { EndForeignCertificate } from './end-foreign-certificate.js';
import { GetForeignCertificate } from './get-foreign-certificate.js';
import { GetTrustedIssuer } from './get-trusted-issuer.js';
import { ListForeignCertificates } from './list-foreign-certificates.js';
import { ListTrustedIssuers } from './list-trusted-issuers.js';
import { ProposeTrustedIssuer } from './propose-trusted-issuer.js';
import { RefuseReliance } from './refuse-reliance.js';
import { SubmitForeignCertificate } from './submit-foreign-certificate.js';
import { VerifyForeignCertificate } from './verify-foreign-certificate.js';

/** Certificates that other bodies issued, and whose signatures are believed. */
@ApiTags('recognition')
@Controller('v1')
export class RecognitionController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post('foreign-certificates')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  submit(@Body({ schema: SubmitForeignCertificateBody }) body: SubmitForeignCertificateBody): Promise<Created> {
    return this.commands.execute(new SubmitForeignCertificate(body));
  }

  @Get('foreign-certificates')
  @ApiOkResponse({ standardSchema: page(ForeignCertificateView) })
  list(
    @Query({ schema: ForeignCertificateQuery }) query: ForeignCertificateQuery,
  ): Promise<Page<ForeignCertificateView>> {
    return this.queries.execute(new ListForeignCertificates(query));
  }

  @Get('foreign-certificates/:id')
  @ApiOkResponse({ standardSchema: ForeignCertificateView })
  get(@Param('id') id: string): Promise<ForeignCertificateView> {
    return this.queries.execute(new GetForeignCertificate(id));
  }

  @Post('foreign-certificates/:id/verification')
  @HttpCode(204)
  @ApiNoContentResponse()
  verify(
    @Param('id') id: string,
    @Body({ schema: VerifyForeignCertificateBody }) body: VerifyForeignCertificateBody,
  ): Promise<void> {
    return this.commands.execute(new VerifyForeignCertificate(id, body));
  }

  @Post('foreign-certificates/:id/recording')
  @HttpCode(204)
  @ApiNoContentResponse()
  record(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DecideForeignCertificate(id, 'record', ''));
  }

  @Post('foreign-certificates/:id/rejection')
  @HttpCode(204)
  @ApiNoContentResponse()
  reject(
    @Param('id') id: string,
    @Body({ schema: RecognitionReasonBody }) { reason }: RecognitionReasonBody,
  ): Promise<void> {
    return this.commands.execute(new DecideForeignCertificate(id, 'reject', reason));
  }

  @Post('foreign-certificates/:id/termination')
  @HttpCode(204)
  @ApiNoContentResponse()
  end(
    @Param('id') id: string,
    @Body({ schema: EndForeignCertificateBody }) { reason, fileId }: EndForeignCertificateBody,
  ): Promise<void> {
    return this.commands.execute(new EndForeignCertificate(id, reason, fileId));
  }

  /** A venue states the just cause for which it does not rely on it (INV-26). */
  @Post('foreign-certificates/:id/reliance-refusals')
  @HttpCode(204)
  @ApiNoContentResponse()
  refuse(@Param('id') id: string, @Body({ schema: RefuseRelianceBody }) body: RefuseRelianceBody): Promise<void> {
    return this.commands.execute(new RefuseReliance(id, body));
  }

  @Post('trusted-issuers')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  propose(@Body({ schema: ProposeTrustedIssuerBody }) body: ProposeTrustedIssuerBody): Promise<Created> {
    return this.commands.execute(new ProposeTrustedIssuer(body));
  }

  @Get('trusted-issuers')
  @ApiOkResponse({ standardSchema: page(TrustedIssuerView) })
  async issuers(): Promise<Page<TrustedIssuerView>> {
    return { items: await this.queries.execute(new ListTrustedIssuers(null)), nextCursor: null };
  }

  @Get('trusted-issuers/:id')
  @ApiOkResponse({ standardSchema: TrustedIssuerView })
  issuer(@Param('id') id: string): Promise<TrustedIssuerView> {
    return this.queries.execute(new GetTrustedIssuer(id));
  }

  @Post('trusted-issuers/:id/confirmation')
  @HttpCode(204)
  @ApiNoContentResponse()
  confirm(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DecideTrustedIssuer(id, 'confirm'));
  }

  @Post('trusted-issuers/:id/declination')
  @HttpCode(204)
  @ApiNoContentResponse()
  decline(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DecideTrustedIssuer(id, 'decline'));
  }

  @Post('trusted-issuers/:id/withdrawal')
  @HttpCode(204)
  @ApiNoContentResponse()
  withdraw(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DecideTrustedIssuer(id, 'withdraw'));
  }
}
