import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  Created,
  DecideRecordRequestBody,
  page,
  RecordRequestQuery,
  RecordRequestView,
  RequestRecordBody,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { DecideRecordRequest } from './decide-record-request.js';
import { GetRecordRequest } from './get-record-request.js';
import { ListRecordRequests } from './list-record-requests.js';
import { RequestRecord } from './request-record.js';
import { WithdrawRecordRequest } from './withdraw-record-request.js';

@ApiTags('registration')
@Controller('v1')
export class RecordRequestsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post('certificates/:number/record-requests')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  request(
    @Param('number') number: string,
    @Body({ schema: RequestRecordBody }) body: RequestRecordBody,
  ): Promise<Created> {
    return this.commands.execute(new RequestRecord(number, body));
  }

  @Get('record-requests')
  @ApiOkResponse({ standardSchema: page(RecordRequestView) })
  list(@Query({ schema: RecordRequestQuery }) query: RecordRequestQuery): Promise<Page<RecordRequestView>> {
    return this.queries.execute(new ListRecordRequests(query));
  }

  @Get('record-requests/:id')
  @ApiOkResponse({ standardSchema: RecordRequestView })
  get(@Param('id') id: string): Promise<RecordRequestView> {
    return this.queries.execute(new GetRecordRequest(id));
  }

  @Post('record-requests/:id/consent')
  @HttpCode(204)
  @ApiNoContentResponse()
  consent(
    @Param('id') id: string,
    @Body({ schema: DecideRecordRequestBody }) { text }: DecideRecordRequestBody,
  ): Promise<void> {
    return this.commands.execute(new DecideRecordRequest(id, 'consent', text));
  }

  @Post('record-requests/:id/declination')
  @HttpCode(204)
  @ApiNoContentResponse()
  decline(
    @Param('id') id: string,
    @Body({ schema: DecideRecordRequestBody }) { text }: DecideRecordRequestBody,
  ): Promise<void> {
    return this.commands.execute(new DecideRecordRequest(id, 'decline', text));
  }

  @Post('record-requests/:id/grant')
  @HttpCode(204)
  @ApiNoContentResponse()
  grant(
    @Param('id') id: string,
    @Body({ schema: DecideRecordRequestBody }) { text }: DecideRecordRequestBody,
  ): Promise<void> {
    return this.commands.execute(new DecideRecordRequest(id, 'grant', text));
  }

  @Post('record-requests/:id/refusal')
  @HttpCode(204)
  @ApiNoContentResponse()
  refuse(
    @Param('id') id: string,
    @Body({ schema: DecideRecordRequestBody }) { text }: DecideRecordRequestBody,
  ): Promise<void> {
    return this.commands.execute(new DecideRecordRequest(id, 'refuse', text));
  }

  @Post('record-requests/:id/withdrawal')
  @HttpCode(204)
  @ApiNoContentResponse()
  withdraw(
    @Param('id') id: string,
    @Body({ schema: DecideRecordRequestBody }) { text }: DecideRecordRequestBody,
  ): Promise<void> {
    return this.commands.execute(new WithdrawRecordRequest(id, text));
  }
}
