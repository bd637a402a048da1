import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { page, PageQuery, PublicNotice, type Page } from '@app/sdk';
import { ListPublicNotices } from './list-public-notices.js';

/** What everybody may read before there is a certificate: the notices. */
@ApiTags('registration')
@Controller('v1')
export class PublicRegisterController {
  constructor(private readonly queries: QueryBus) {}

  @Get('public-notices')
  @ApiOkResponse({ standardSchema: page(PublicNotice) })
  notices(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<PublicNotice>> {
    return this.queries.execute(new ListPublicNotices(query));
  }
}
