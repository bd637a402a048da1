import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Created, page, PageQuery, ProposeSchemeBody, SchemeView, SignSchemeBody, type Page } from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetOwnScheme } from './get-own-scheme.js';
import { ListSchemes } from './list-schemes.js';
import { ProposeDistributionScheme } from './propose-distribution-scheme.js';
import { SignDistributionScheme } from './sign-distribution-scheme.js';

@ApiTags('settlement')
@Controller('v1/distribution-schemes')
export class SchemesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  propose(@Body({ schema: ProposeSchemeBody }) body: ProposeSchemeBody): Promise<Created> {
    return this.commands.execute(new ProposeDistributionScheme(body));
  }

  @Post(':id/signatures')
  @HttpCode(204)
  @ApiNoContentResponse()
  sign(@Param('id') id: string, @Body({ schema: SignSchemeBody }) { jws }: SignSchemeBody): Promise<void> {
    return this.commands.execute(new SignDistributionScheme(id, jws));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(SchemeView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<SchemeView>> {
    return this.queries.execute(new ListSchemes(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: SchemeView })
  get(@Param('id') id: string): Promise<SchemeView> {
    return this.queries.execute(new GetOwnScheme(id));
  }
}
