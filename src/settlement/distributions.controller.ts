import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { DistributionView, EscrowView, OrderQuery, page, PayoutView, type Page } from '@app/sdk';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ApproveDistribution } from './approve-distribution.js';
import { ListDistributions } from './list-distributions.js';
import { ListEscrows } from './list-escrows.js';
import { ListPayouts } from './list-payouts.js';
import { RetryPayout } from './retry-payout.js';

/** The money of an order: held, divided, paid out. */
@ApiTags('settlement')
@Controller('v1')
export class DistributionsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Get('escrows')
  @ApiOkResponse({ standardSchema: page(EscrowView) })
  escrows(@Query({ schema: OrderQuery }) query: OrderQuery): Promise<Page<EscrowView>> {
    return this.queries.execute(new ListEscrows(query));
  }

  @Get('escrows/:id')
  @ApiOkResponse({ standardSchema: EscrowView })
  async escrow(@Param('id') id: string): Promise<EscrowView> {
    return (await this.queries.execute(new ListEscrows({ id, limit: 1 }))).items[0]!;
  }

  @Get('distributions')
  @ApiOkResponse({ standardSchema: page(DistributionView) })
  distributions(@Query({ schema: OrderQuery }) query: OrderQuery): Promise<Page<DistributionView>> {
    return this.queries.execute(new ListDistributions(query));
  }

  @Get('distributions/:id')
  @ApiOkResponse({ standardSchema: DistributionView })
  async distribution(@Param('id') id: string): Promise<DistributionView> {
    return (await this.queries.execute(new ListDistributions({ id, limit: 1 }))).items[0]!;
  }

  @Post('distributions/:id/approval')
  @HttpCode(204)
  @ApiNoContentResponse()
  approve(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new ApproveDistribution(id));
  }

  @Get('payouts')
  @ApiOkResponse({ standardSchema: page(PayoutView) })
  payouts(@Query({ schema: OrderQuery }) query: OrderQuery): Promise<Page<PayoutView>> {
    return this.queries.execute(new ListPayouts(query));
  }

  @Get('payouts/:id')
  @ApiOkResponse({ standardSchema: PayoutView })
  async payout(@Param('id') id: string): Promise<PayoutView> {
    return (await this.queries.execute(new ListPayouts({ id, limit: 1 }))).items[0]!;
  }

  @Post('payouts/:id/retry')
  @HttpCode(204)
  @ApiNoContentResponse()
  retry(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new RetryPayout(id));
  }
}
