import {
  AddPersonBody,
  Created,
  page,
  PageQuery,
  PartyReasonBody,
  PersonView,
  SetPasswordBody,
  type Page,
} from '@app/sdk';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AddPerson } from './add-person.js';
import { DeactivatePerson } from './deactivate-person.js';
import { GetPerson } from './get-person.js';
import { ListPeople } from './list-people.js';
import { hashPassword } from './password.js';
import { SetPassword } from './set-password.js';

@ApiTags('parties')
@Controller('v1/people')
export class PeopleController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @ApiCreatedResponse({ standardSchema: Created })
  async add(@Body({ schema: AddPersonBody }) { password, ...facts }: AddPersonBody): Promise<Created> {
    permit('person.add'); // Before the costly hash: nobody else may make this service work so hard.
    return this.commands.execute(new AddPerson(facts, await hashPassword(password)));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(PersonView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<PersonView>> {
    return this.queries.execute(new ListPeople(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: PersonView })
  get(@Param('id') id: string): Promise<PersonView> {
    return this.queries.execute(new GetPerson(id));
  }

  @Post(':id/password')
  @HttpCode(204)
  @ApiNoContentResponse()
  async setPassword(
    @Param('id') id: string,
    @Body({ schema: SetPasswordBody }) { password }: SetPasswordBody,
  ): Promise<void> {
    permit('person.add');
    return this.commands.execute(new SetPassword(id, await hashPassword(password), true));
  }

  @Post(':id/deactivation')
  @HttpCode(204)
  @ApiNoContentResponse()
  deactivate(@Param('id') id: string, @Body({ schema: PartyReasonBody }) body: PartyReasonBody): Promise<void> {
    return this.commands.execute(new DeactivatePerson(id, body.reason));
  }
}
