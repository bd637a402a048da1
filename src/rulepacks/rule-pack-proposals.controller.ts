import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  Created,
  page,
  ProposeRulePackBody,
  RulePackOpinionBody,
  RulePackProposalsQuery,
  RulePackProposalSummary,
  RulePackProposalView,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ApproveRulePack } from './approve-rule-pack.js';
import { GetRulePackProposal } from './get-rule-pack-proposal.js';
import { ListRulePackProposals } from './list-rule-pack-proposals.js';
import { ProposeRulePack } from './propose-rule-pack.js';
import { PublishRulePack } from './publish-rule-pack.js';
import { RejectRulePack } from './reject-rule-pack.js';
import { WithdrawRulePack } from './withdraw-rule-pack.js';

/** How a new version of a regime comes into force. */
@ApiTags('rule packs')
@Controller('v1/rule-pack-proposals')
export class RulePackProposalsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  propose(@Body({ schema: ProposeRulePackBody }) body: ProposeRulePackBody): Promise<Created> {
    return this.commands.execute(new ProposeRulePack(body));
  }

  @Post(':id/approval')
  @HttpCode(204)
  @ApiNoContentResponse()
  approve(
    @Param('id') id: string,
    @Body({ schema: RulePackOpinionBody }) { text }: RulePackOpinionBody,
  ): Promise<void> {
    return this.commands.execute(new ApproveRulePack(id, text));
  }

  @Post(':id/rejection')
  @HttpCode(204)
  @ApiNoContentResponse()
  reject(@Param('id') id: string, @Body({ schema: RulePackOpinionBody }) { text }: RulePackOpinionBody): Promise<void> {
    return this.commands.execute(new RejectRulePack(id, text));
  }

  @Post(':id/publication')
  @HttpCode(204)
  @ApiNoContentResponse()
  publish(
    @Param('id') id: string,
    @Body({ schema: RulePackOpinionBody }) { text }: RulePackOpinionBody,
  ): Promise<void> {
    return this.commands.execute(new PublishRulePack(id, text));
  }

  @Post(':id/withdrawal')
  @HttpCode(204)
  @ApiNoContentResponse()
  withdraw(
    @Param('id') id: string,
    @Body({ schema: RulePackOpinionBody }) { text }: RulePackOpinionBody,
  ): Promise<void> {
    return this.commands.execute(new WithdrawRulePack(id, text));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(RulePackProposalSummary) })
  list(
    @Query({ schema: RulePackProposalsQuery }) query: RulePackProposalsQuery,
  ): Promise<Page<RulePackProposalSummary>> {
    return this.queries.execute(new ListRulePackProposals(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: RulePackProposalView })
  get(@Param('id') id: string): Promise<RulePackProposalView> {
    return this.queries.execute(new GetRulePackProposal(id));
  }
}
