import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { DeliveriesQuery, DeliveryLink, DeliveryView, page, ReceiptBody, type Page } from '@app/sdk';
import type { FastifyRequest } from 'fastify';
import { asSystem, currentContext } from '../platform/context.js';
import { FileStore } from '../platform/file-store.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ConfirmReceipt } from './confirm-receipt.js';
import { GetDelivery } from './get-delivery.js';
import { IssueLink } from './issue-link.js';
import { ListDeliveries } from './list-deliveries.js';
import { UseLink } from './use-link.js';

@ApiTags('delivery')
@Controller('v1')
export class DeliveriesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly files: FileStore,
  ) {}

  @Get('deliveries')
  @ApiOkResponse({ standardSchema: page(DeliveryView) })
  list(@Query({ schema: DeliveriesQuery }) query: DeliveriesQuery): Promise<Page<DeliveryView>> {
    return this.queries.execute(new ListDeliveries(query));
  }

  @Get('deliveries/:id')
  @ApiOkResponse({ standardSchema: DeliveryView })
  get(@Param('id') id: string): Promise<DeliveryView> {
    return this.queries.execute(new GetDelivery(id));
  }

  @Post('deliveries/:id/link')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOkResponse({ standardSchema: DeliveryLink })
  link(@Param('id') id: string): Promise<DeliveryLink> {
    // The answer is a secret: an Idempotency-Key must not keep it. Who asks again gets another link.
    delete currentContext().idempotency;
    return this.commands.execute(new IssueLink(id));
  }

  @Post('deliveries/:id/receipt')
  @HttpCode(204)
  @ApiNoContentResponse()
  receive(@Param('id') id: string, @Body({ schema: ReceiptBody }) { jws }: ReceiptBody): Promise<void> {
    return this.commands.execute(new ConfirmReceipt(id, jws));
  }

  /** The sealed file, once. */
  @Get('delivery-links/:token')
  @Header('cache-control', 'no-store')
  @ApiProduces('application/octet-stream')
  async download(@Param('token') token: string, @Req() { method }: FastifyRequest): Promise<StreamableFile> {
    // Who previews a link must not spend it.
    if (method !== 'GET') throw new Refusal('delivery/link-gone');
    const { cipherSha256, cipherBytes } = await asSystem(() => this.commands.execute(new UseLink(token)));
    return new StreamableFile(await this.files.open(cipherSha256), {
      type: 'application/octet-stream',
      length: cipherBytes,
      disposition: `attachment; filename="${cipherSha256}.dbe"`,
    });
  }
}
