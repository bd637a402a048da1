import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CheckpointView, ConsistencyQuery, ConsistencyView, page, PageQuery, type Page } from '@app/sdk';
import { GetConsistency } from './get-consistency.js';
import { ListCheckpoints } from './list-checkpoints.js';

@ApiTags('ledger')
@Controller('v1/log')
export class CheckpointsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('checkpoints')
  @ApiOkResponse({ standardSchema: page(CheckpointView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<CheckpointView>> {
    return this.queries.execute(new ListCheckpoints(query));
  }

  @Get('consistency')
  @ApiOkResponse({ standardSchema: ConsistencyView })
  consistency(@Query({ schema: ConsistencyQuery }) { from, to }: ConsistencyQuery): Promise<ConsistencyView> {
    return this.queries.execute(new GetConsistency(from, to));
  }
}
