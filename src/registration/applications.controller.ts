import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  ApplicationQuery,
  ApplicationSummary,
  ApplicationView,
  Created,
  FileApplicationBody,
  ObjectBody,
  page,
  PreCheckBody,
  PreCheckView,
  ReviseApplicationBody,
  SupplyBody,
  WithdrawApplicationBody,
  type Page,
} from '@app/sdk';
import { Idempotent, WithoutPrecondition } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { FileApplication } from './file-application.js';
import { GetApplication } from './get-application.js';
import { GetPreCheck } from './get-pre-check.js';
import { GetPreCheckOfApplication } from './get-pre-check-of-application.js';
import { JoinApplication } from './join-application.js';
import { ListApplications } from './list-applications.js';
import { ObjectToApplication } from './object-to-application.js';
import { ReviseApplication } from './revise-application.js';
import { SubmitApplication } from './submit-application.js';
import { SupplyEvidence } from './supply-evidence.js';
import { WithdrawApplication } from './withdraw-application.js';

/** What applicants and objectors do; the registrar's acts stand in ExaminationController. */
@ApiTags('registration')
@Controller('v1/applications')
export class ApplicationsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  file(@Body({ schema: FileApplicationBody }) body: FileApplicationBody): Promise<Created> {
    return this.commands.execute(new FileApplication(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(ApplicationSummary) })
  list(@Query({ schema: ApplicationQuery }) query: ApplicationQuery): Promise<Page<ApplicationSummary>> {
    return this.queries.execute(new ListApplications(query));
  }

  /** Before filing (预检): which rights, what is missing, how long it takes. Nothing is written. */
  @Post('pre-check')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: PreCheckView })
  preCheck(@Body({ schema: PreCheckBody }) body: PreCheckBody): Promise<PreCheckView> {
    return this.queries.execute(new GetPreCheck(body));
  }

  /** The same of a draft, as it stands. */
  @Get(':id/pre-check')
  @ApiOkResponse({ standardSchema: PreCheckView })
  preCheckOf(@Param('id') id: string): Promise<PreCheckView> {
    return this.queries.execute(new GetPreCheckOfApplication(id));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: ApplicationView })
  get(@Param('id') id: string): Promise<ApplicationView> {
    return this.queries.execute(new GetApplication(id));
  }

  @Put(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  revise(@Param('id') id: string, @Body({ schema: ReviseApplicationBody }) body: ReviseApplicationBody): Promise<void> {
    return this.commands.execute(new ReviseApplication(id, body));
  }

  /** A transferee or joint applicant applies too (共同申请). */
  @Post(':id/joining')
  @HttpCode(204)
  @ApiNoContentResponse()
  join(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new JoinApplication(id));
  }

  @Post(':id/submission')
  @HttpCode(204)
  @ApiNoContentResponse()
  submit(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new SubmitApplication(id, 'submit'));
  }

  @Post(':id/resubmission')
  @HttpCode(204)
  @ApiNoContentResponse()
  resubmit(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new SubmitApplication(id, 'resubmit'));
  }

  @Post(':id/supplement')
  @HttpCode(204)
  @ApiNoContentResponse()
  supply(@Param('id') id: string, @Body({ schema: SupplyBody }) body: SupplyBody): Promise<void> {
    return this.commands.execute(new SupplyEvidence(id, body));
  }

  @Post(':id/withdrawal')
  @HttpCode(204)
  @ApiNoContentResponse()
  withdraw(
    @Param('id') id: string,
    @Body({ schema: WithdrawApplicationBody }) body: WithdrawApplicationBody,
  ): Promise<void> {
    return this.commands.execute(new WithdrawApplication(id, body));
  }

  /** Who objects knows the public notice only, and so no version of the application. */
  @Post(':id/objections')
  @Idempotent()
  @WithoutPrecondition()
  @ApiCreatedResponse({ standardSchema: Created })
  object(@Param('id') id: string, @Body({ schema: ObjectBody }) body: ObjectBody): Promise<Created> {
    return this.commands.execute(new ObjectToApplication(id, body));
  }
}
