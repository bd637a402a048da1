import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  Created,
  DecideActBody,
  EndCertificateBody,
  LiftRemarkBody,
  NumberSeriesQuery,
  NumberSeriesView,
  page,
  PlaceRemarkBody,
  RegisterActQuery,
  RegisterActView,
  type Page,
} from '@app/sdk';
import { z } from 'zod';
import { Idempotent, WithoutPrecondition } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { DecideRegisterAct } from './decide-register-act.js';
import { GetRegisterAct } from './get-register-act.js';
import { ListNumberSeries } from './list-number-series.js';
import { ListRegisterActs } from './list-register-acts.js';
import { ProposeRegisterAct, type WantedAct } from './propose-register-act.js';
import { WithdrawRegisterAct } from './withdraw-register-act.js';

/**
 * What a registrar's staff do to certificates after the issuance. A proposal changes no certificate, except that a court's preservation
 * is in force at once; whoever decides must have read the act.
 */
@ApiTags('certificates')
@Controller('v1')
export class RegisterActsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post('certificates/:id/remarks')
  @Idempotent()
  @WithoutPrecondition()
  @ApiCreatedResponse({ standardSchema: Created })
  placeRemark(@Param('id') id: string, @Body({ schema: PlaceRemarkBody }) body: PlaceRemarkBody): Promise<Created> {
    return this.propose(id, { kind: 'PLACE_REMARK', body });
  }

  @Post('certificates/:id/remarks/:remarkId/lifting')
  @Idempotent()
  @WithoutPrecondition()
  @ApiCreatedResponse({ standardSchema: Created })
  liftRemark(
    @Param('id') id: string,
    @Param('remarkId') remarkId: string,
    @Body({ schema: LiftRemarkBody }) body: LiftRemarkBody,
  ): Promise<Created> {
    return this.propose(id, { kind: 'LIFT_REMARK', remarkId, body });
  }

  @Post('certificates/:id/cancellation')
  @Idempotent()
  @WithoutPrecondition()
  @ApiCreatedResponse({ standardSchema: Created })
  cancel(@Param('id') id: string, @Body({ schema: EndCertificateBody }) body: EndCertificateBody): Promise<Created> {
    return this.propose(id, { kind: 'CANCEL', body });
  }

  @Post('certificates/:id/revocation')
  @Idempotent()
  @WithoutPrecondition()
  @ApiCreatedResponse({ standardSchema: Created })
  revoke(@Param('id') id: string, @Body({ schema: EndCertificateBody }) body: EndCertificateBody): Promise<Created> {
    return this.propose(id, { kind: 'REVOKE', body });
  }

  @Get('certificate-numbers')
  @ApiOkResponse({ standardSchema: z.array(NumberSeriesView) })
  numbers(@Query({ schema: NumberSeriesQuery }) query: NumberSeriesQuery): Promise<readonly NumberSeriesView[]> {
    return this.queries.execute(new ListNumberSeries(query));
  }

  @Get('register-acts')
  @ApiOkResponse({ standardSchema: page(RegisterActView) })
  list(@Query({ schema: RegisterActQuery }) query: RegisterActQuery): Promise<Page<RegisterActView>> {
    return this.queries.execute(new ListRegisterActs(query));
  }

  @Get('register-acts/:id')
  @ApiOkResponse({ standardSchema: RegisterActView })
  get(@Param('id') id: string): Promise<RegisterActView> {
    return this.queries.execute(new GetRegisterAct(id));
  }

  @Post('register-acts/:id/approval')
  @HttpCode(204)
  @ApiNoContentResponse()
  approve(@Param('id') id: string, @Body({ schema: DecideActBody }) { text }: DecideActBody): Promise<void> {
    return this.commands.execute(new DecideRegisterAct(id, true, text));
  }

  @Post('register-acts/:id/rejection')
  @HttpCode(204)
  @ApiNoContentResponse()
  reject(@Param('id') id: string, @Body({ schema: DecideActBody }) { text }: DecideActBody): Promise<void> {
    return this.commands.execute(new DecideRegisterAct(id, false, text));
  }

  @Post('register-acts/:id/withdrawal')
  @HttpCode(204)
  @ApiNoContentResponse()
  withdraw(@Param('id') id: string, @Body({ schema: DecideActBody }) { text }: DecideActBody): Promise<void> {
    return this.commands.execute(new WithdrawRegisterAct(id, text));
  }

  private propose(id: string, wanted: WantedAct): Promise<Created> {
    return this.commands.execute(new ProposeRegisterAct(id, wanted));
  }
}
