import {
  ApplyForMembershipBody,
  Created,
  MembershipQuery,
  MembershipView,
  page,
  PartyReasonBody,
  type Page,
} from '@app/sdk';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ApplyForMembership } from './apply-for-membership.js';
import { DecideMembership } from './decide-membership.js';
import { GetMembership } from './get-membership.js';
import { ListMemberships } from './list-memberships.js';
import { WithdrawMembership } from './withdraw-membership.js';

@ApiTags('parties')
@Controller('v1/memberships')
export class MembershipsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @ApiCreatedResponse({ standardSchema: Created })
  apply(@Body({ schema: ApplyForMembershipBody }) body: ApplyForMembershipBody): Promise<Created> {
    return this.commands.execute(new ApplyForMembership(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(MembershipView) })
  list(@Query({ schema: MembershipQuery }) query: MembershipQuery): Promise<Page<MembershipView>> {
    return this.queries.execute(new ListMemberships(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: MembershipView })
  get(@Param('id') id: string): Promise<MembershipView> {
    return this.queries.execute(new GetMembership(id));
  }

  @Post(':id/approval')
  @HttpCode(204)
  @ApiNoContentResponse()
  approve(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DecideMembership(id, 'approve', null));
  }

  @Post(':id/rejection')
  @HttpCode(204)
  @ApiNoContentResponse()
  reject(@Param('id') id: string, @Body({ schema: PartyReasonBody }) { reason }: PartyReasonBody): Promise<void> {
    return this.commands.execute(new DecideMembership(id, 'reject', reason));
  }

  @Post(':id/suspension')
  @HttpCode(204)
  @ApiNoContentResponse()
  suspend(@Param('id') id: string, @Body({ schema: PartyReasonBody }) { reason }: PartyReasonBody): Promise<void> {
    return this.commands.execute(new DecideMembership(id, 'suspend', reason));
  }

  @Post(':id/reinstatement')
  @HttpCode(204)
  @ApiNoContentResponse()
  reinstate(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DecideMembership(id, 'reinstate', null));
  }

  @Post(':id/withdrawal')
  @HttpCode(204)
  @ApiNoContentResponse()
  withdraw(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new WithdrawMembership(id));
  }
}
