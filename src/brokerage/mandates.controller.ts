import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  CommissionsQuery,
  CommissionView,
  Created,
  EndMandateBody,
  MandatesQuery,
  MandateView,
  OfferMandateBody,
  page,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AcceptMandate } from './accept-mandate.js';
import { DeclineMandate } from './decline-mandate.js';
import { GetOwnMandate } from './get-own-mandate.js';
import { ListCommissions } from './list-commissions.js';
import { ListMandates } from './list-mandates.js';
import { OfferMandate } from './offer-mandate.js';
import { TerminateMandate } from './terminate-mandate.js';

@ApiTags('brokerage')
@Controller('v1')
export class MandatesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post('mandates')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  offer(@Body({ schema: OfferMandateBody }) body: OfferMandateBody): Promise<Created> {
    return this.commands.execute(new OfferMandate(body));
  }

  @Post('mandates/:id/acceptance')
  @HttpCode(204)
  @ApiNoContentResponse()
  accept(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new AcceptMandate(id));
  }

  @Post('mandates/:id/declination')
  @HttpCode(204)
  @ApiNoContentResponse()
  decline(@Param('id') id: string, @Body({ schema: EndMandateBody }) { reason }: EndMandateBody): Promise<void> {
    return this.commands.execute(new DeclineMandate(id, reason));
  }

  @Post('mandates/:id/termination')
  @HttpCode(204)
  @ApiNoContentResponse()
  terminate(@Param('id') id: string, @Body({ schema: EndMandateBody }) { reason }: EndMandateBody): Promise<void> {
    return this.commands.execute(new TerminateMandate(id, reason));
  }

  @Get('mandates')
  @ApiOkResponse({ standardSchema: page(MandateView) })
  list(@Query({ schema: MandatesQuery }) query: MandatesQuery): Promise<Page<MandateView>> {
    return this.queries.execute(new ListMandates(query));
  }

  @Get('mandates/:id')
  @ApiOkResponse({ standardSchema: MandateView })
  get(@Param('id') id: string): Promise<MandateView> {
    return this.queries.execute(new GetOwnMandate(id));
  }

  @Get('commissions')
  @ApiOkResponse({ standardSchema: page(CommissionView) })
  commissions(@Query({ schema: CommissionsQuery }) query: CommissionsQuery): Promise<Page<CommissionView>> {
    return this.queries.execute(new ListCommissions(query));
  }
}
