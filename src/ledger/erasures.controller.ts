import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Created, ErasureView, EventId, page, PageQuery, RequestErasureBody, type Page } from '@app/sdk';
import { Idempotent, WithoutPrecondition } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { DeclineErasure } from './decline-erasure.js';
import { ErasePayload } from './erase-payload.js';
import { GetErasure } from './get-erasure.js';
import { ListErasures } from './list-erasures.js';
import { RequestErasure } from './request-erasure.js';

@ApiTags('ledger')
@Controller('v1')
export class ErasuresController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  /** Asks that the payload of an event be erased, with its salt. Another person decides. */
  @Post('events/:id/erasure')
  @Idempotent()
  @WithoutPrecondition()
  @ApiCreatedResponse({ standardSchema: Created })
  request(
    @Param('id', { schema: EventId }) id: string,
    @Body({ schema: RequestErasureBody }) body: RequestErasureBody,
  ): Promise<Created> {
    return this.commands.execute(new RequestErasure(id, body));
  }

  @Post('erasures/:id/approval')
  @HttpCode(204)
  @ApiNoContentResponse()
  approve(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new ErasePayload(id));
  }

  @Post('erasures/:id/declination')
  @HttpCode(204)
  @ApiNoContentResponse()
  decline(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DeclineErasure(id));
  }

  @Get('erasures')
  @ApiOkResponse({ standardSchema: page(ErasureView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<ErasureView>> {
    return this.queries.execute(new ListErasures(query));
  }

  @Get('erasures/:id')
  @ApiOkResponse({ standardSchema: ErasureView })
  get(@Param('id') id: string): Promise<ErasureView> {
    return this.queries.execute(new GetErasure(id));
  }
}
