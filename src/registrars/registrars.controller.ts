import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  ApplyAsRegistrarBody,
  Created,
  ListStaffBody,
  OpenRegistrarBody,
  page,
  PageQuery,
  RegistrarDetail,
  RegistrarReasonBody,
  RegistrarView,
  StaffMemberView,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AddStaffMember } from './add-staff-member.js';
import { ApplyAsRegistrar } from './apply-as-registrar.js';
import { EndStaffMember } from './end-staff-member.js';
import { GetRegistrarDetail } from './get-registrar-detail.js';
import { GetStaffMember } from './get-staff-member.js';
import { ListRegistrars } from './list-registrars.js';
import { ListStaffMembers } from './list-staff-members.js';
import { OpenRegistrar } from './open-registrar.js';

@ApiTags('registration')
@Controller('v1')
export class RegistrarsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  /** Enters an organisation that the national catalogue holds already. */
  @Post('registrars')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  open(@Body({ schema: OpenRegistrarBody }) body: OpenRegistrarBody): Promise<Created> {
    return this.commands.execute(new OpenRegistrar(body));
  }

  /** An organisation asks to be recommended (N1 §7–§9). */
  @Post('registrar-candidacies')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  apply(@Body({ schema: ApplyAsRegistrarBody }) body: ApplyAsRegistrarBody): Promise<Created> {
    return this.commands.execute(new ApplyAsRegistrar(body));
  }

  @Get('registrars')
  @ApiOkResponse({ standardSchema: page(RegistrarView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<RegistrarView>> {
    return this.queries.execute(new ListRegistrars(query));
  }

  /** By its own id or its organisation's. */
  @Get('registrars/:id')
  @ApiOkResponse({ standardSchema: RegistrarDetail })
  get(@Param('id') id: string): Promise<RegistrarDetail> {
    return this.queries.execute(new GetRegistrarDetail(id));
  }

  @Get('registrar-staff')
  @ApiOkResponse({ standardSchema: page(StaffMemberView) })
  staff(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<StaffMemberView>> {
    return this.queries.execute(new ListStaffMembers(query));
  }

  @Post('registrar-staff')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  addStaff(@Body({ schema: ListStaffBody }) body: ListStaffBody): Promise<Created> {
    return this.commands.execute(new AddStaffMember(body));
  }

  @Get('registrar-staff/:id')
  @ApiOkResponse({ standardSchema: StaffMemberView })
  member(@Param('id') id: string): Promise<StaffMemberView> {
    return this.queries.execute(new GetStaffMember(id));
  }

  @Post('registrar-staff/:id/end')
  @HttpCode(204)
  @ApiNoContentResponse()
  endStaff(
    @Param('id') id: string,
    @Body({ schema: RegistrarReasonBody }) { reason }: RegistrarReasonBody,
  ): Promise<void> {
    return this.commands.execute(new EndStaffMember(id, reason));
  }
}
