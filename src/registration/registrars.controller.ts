import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Created, OpenRegistrarBody, page, PageQuery, RegistrarView, type Page } from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetRegistrar } from './get-registrar.js';
import { ListRegistrars } from './list-registrars.js';
import { OpenRegistrar } from './open-registrar.js';

@ApiTags('registration')
@Controller('v1/registrars')
export class RegistrarsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  open(@Body({ schema: OpenRegistrarBody }) body: OpenRegistrarBody): Promise<Created> {
    return this.commands.execute(new OpenRegistrar(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(RegistrarView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<RegistrarView>> {
    return this.queries.execute(new ListRegistrars(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: RegistrarView })
  get(@Param('id') id: string): Promise<RegistrarView> {
    return this.queries.execute(new GetRegistrar(id));
  }
}
