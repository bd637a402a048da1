import { Body, Controller, Get, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CertificateKeys, Created, RotateCertificateKeyBody } from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ListCertificateKeys } from './list-certificate-keys.js';
import { OrderKeyRotation } from './order-key-rotation.js';

@ApiTags('certificates')
@Controller('v1/certificate-keys')
export class CertificateKeysController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: CertificateKeys })
  list(): Promise<CertificateKeys> {
    return this.queries.execute(new ListCertificateKeys());
  }

  /** A new key signs as soon as the order is in the ledger; what earlier ones signed stays valid. */
  @Post('rotations')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  rotate(@Body({ schema: RotateCertificateKeyBody }) body: RotateCertificateKeyBody): Promise<Created> {
    return this.commands.execute(new OrderKeyRotation(body));
  }
}
