import { ParkedView, ResumeParkedBody } from '@app/sdk';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ListParked } from './list-parked.js';
import { ResumeParked } from './resume-parked.js';
import { UnitOfWork } from './unit-of-work.js';

@ApiTags('platform')
@Controller('v1/parked')
export class ParkedController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: z.array(ParkedView) })
  list(): Promise<ParkedView[]> {
    return this.queries.execute(new ListParked());
  }

  @Post('resumption')
  @HttpCode(204)
  @ApiNoContentResponse()
  resume(@Body({ schema: ResumeParkedBody }) body: ResumeParkedBody): Promise<void> {
    return this.commands.execute(new ResumeParked(body));
  }
}
