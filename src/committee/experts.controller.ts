import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  AppointExpertBody,
  CommitteeReasonBody,
  Created,
  DeclareInterestsBody,
  ExpertQuery,
  ExpertView,
  page,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AppointExpert } from './appoint-expert.js';
import { DeclareInterests } from './declare-interests.js';
import { GetExpert } from './get-expert.js';
import { ListExperts } from './list-experts.js';
import { ReinstateExpert } from './reinstate-expert.js';
import { RetireExpert } from './retire-expert.js';
import { SuspendExpert } from './suspend-expert.js';

@ApiTags('committee')
@Controller('v1/committee/experts')
export class ExpertsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  appoint(@Body({ schema: AppointExpertBody }) body: AppointExpertBody): Promise<Created> {
    return this.commands.execute(new AppointExpert(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(ExpertView) })
  list(@Query({ schema: ExpertQuery }) query: ExpertQuery): Promise<Page<ExpertView>> {
    return this.queries.execute(new ListExperts(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: ExpertView })
  get(@Param('id') id: string): Promise<ExpertView> {
    return this.queries.execute(new GetExpert(id));
  }

  @Post(':id/interests')
  @HttpCode(204)
  @ApiNoContentResponse()
  declare(@Param('id') id: string, @Body({ schema: DeclareInterestsBody }) body: DeclareInterestsBody): Promise<void> {
    return this.commands.execute(new DeclareInterests(id, body));
  }

  @Post(':id/suspension')
  @HttpCode(204)
  @ApiNoContentResponse()
  suspend(@Param('id') id: string, @Body({ schema: CommitteeReasonBody }) body: CommitteeReasonBody): Promise<void> {
    return this.commands.execute(new SuspendExpert(id, body.reason));
  }

  @Post(':id/reinstatement')
  @HttpCode(204)
  @ApiNoContentResponse()
  reinstate(@Param('id') id: string, @Body({ schema: CommitteeReasonBody }) body: CommitteeReasonBody): Promise<void> {
    return this.commands.execute(new ReinstateExpert(id, body.reason));
  }

  @Post(':id/retirement')
  @HttpCode(204)
  @ApiNoContentResponse()
  retire(@Param('id') id: string, @Body({ schema: CommitteeReasonBody }) body: CommitteeReasonBody): Promise<void> {
    return this.commands.execute(new RetireExpert(id, body.reason));
  }
}
