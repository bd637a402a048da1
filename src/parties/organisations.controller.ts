import {
  AddClientBody,
  AddOrganisationKeyBody,
  Created,
  PartyReasonBody,
  OrganisationJwks,
  OrganisationView,
  page,
  PageQuery,
  RegisterOrganisationBody,
  type Page,
} from '@app/sdk';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { permit } from '../platform/context.js';
import { WithoutPrecondition } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AddClient } from './add-client.js';
import { AddOrganisationKey } from './add-organisation-key.js';
import { GetOrganisation } from './get-organisation.js';
import { ListOrganisationKeys } from './list-organisation-keys.js';
import { ListOrganisations } from './list-organisations.js';
import { RegisterOrganisation } from './register-organisation.js';
import { SuperviseOrganisation } from './supervise-organisation.js';

@ApiTags('parties')
@Controller('v1/organisations')
export class OrganisationsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @ApiCreatedResponse({ standardSchema: Created })
  register(@Body({ schema: RegisterOrganisationBody }) body: RegisterOrganisationBody): Promise<Created> {
    return this.commands.execute(new RegisterOrganisation(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(OrganisationView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<OrganisationView>> {
    return this.queries.execute(new ListOrganisations(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: OrganisationView })
  get(@Param('id') id: string): Promise<OrganisationView> {
    permit('organisation.read');
    return this.queries.execute(new GetOrganisation(id));
  }

  @Post(':id/suspension')
  @HttpCode(204)
  @ApiNoContentResponse()
  suspend(@Param('id') id: string, @Body({ schema: PartyReasonBody }) body: PartyReasonBody): Promise<void> {
    return this.commands.execute(new SuperviseOrganisation(id, 'suspend', body.reason));
  }

  @Post(':id/reinstatement')
  @HttpCode(204)
  @ApiNoContentResponse()
  reinstate(@Param('id') id: string, @Body({ schema: PartyReasonBody }) body: PartyReasonBody): Promise<void> {
    return this.commands.execute(new SuperviseOrganisation(id, 'reinstate', body.reason));
  }

  @Post(':id/keys')
  @WithoutPrecondition()
  @ApiCreatedResponse({ standardSchema: Created })
  addKey(
    @Param('id') id: string,
    @Body({ schema: AddOrganisationKeyBody }) body: AddOrganisationKeyBody,
  ): Promise<Created> {
    return this.commands.execute(new AddOrganisationKey(id, body));
  }

  @Get(':id/keys')
  @ApiOkResponse({ standardSchema: OrganisationJwks })
  keys(@Param('id') id: string): Promise<OrganisationJwks> {
    return this.queries.execute(new ListOrganisationKeys(id));
  }

  @Post(':id/clients')
  @WithoutPrecondition()
  @ApiCreatedResponse({ standardSchema: Created })
  addClient(@Param('id') id: string, @Body({ schema: AddClientBody }) body: AddClientBody): Promise<Created> {
    return this.commands.execute(new AddClient(id, body));
  }
}
