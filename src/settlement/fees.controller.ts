import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Created, FeeSchedulesQuery, FeeScheduleView, page, ProposeFeeScheduleBody, type Page } from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetFeeSchedule } from './get-fee-schedule.js';
import { ListFeeSchedules } from './list-fee-schedules.js';
import { ProposeFeeSchedule } from './propose-fee-schedule.js';
import { PublishFeeSchedule } from './publish-fee-schedule.js';

@ApiTags('settlement')
@Controller('v1/fee-schedules')
export class FeesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  propose(@Body({ schema: ProposeFeeScheduleBody }) body: ProposeFeeScheduleBody): Promise<Created> {
    return this.commands.execute(new ProposeFeeSchedule(body));
  }

  @Post(':id/publication')
  @HttpCode(204)
  @ApiNoContentResponse()
  publish(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new PublishFeeSchedule(id));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(FeeScheduleView) })
  list(@Query({ schema: FeeSchedulesQuery }) query: FeeSchedulesQuery): Promise<Page<FeeScheduleView>> {
    return this.queries.execute(new ListFeeSchedules(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: FeeScheduleView })
  get(@Param('id') id: string): Promise<FeeScheduleView> {
    return this.queries.execute(new GetFeeSchedule(id));
  }
}
