import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Created, DeclareResourceBody, page, PageQuery, ResourceSummary, ResourceView, type Page } from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { DeclareResource } from './declare-resource.js';
import { GetQualityReport } from './get-quality-report.js';
import { GetResourceView } from './get-resource-view.js';
import { ListResources } from './list-resources.js';

@ApiTags('registration')
@Controller('v1/resources')
export class ResourcesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  /** The file is measured first, before any transaction: this may take up to a minute. */
  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  async declare(@Body({ schema: DeclareResourceBody }) body: DeclareResourceBody): Promise<Created> {
    const { report, fingerprint } = await this.queries.execute(new GetQualityReport(body.fileId));
    return this.commands.execute(new DeclareResource(body, report, fingerprint));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(ResourceSummary) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<ResourceSummary>> {
    return this.queries.execute(new ListResources(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: ResourceView })
  get(@Param('id') id: string): Promise<ResourceView> {
    return this.queries.execute(new GetResourceView(id));
  }
}
