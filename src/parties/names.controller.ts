import { NamesOfPeople, NamesQuery } from '@app/sdk';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ListNames } from './list-names.js';

@ApiTags('parties')
@Controller('v1/names')
export class NamesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOkResponse({ standardSchema: NamesOfPeople })
  list(@Query({ schema: NamesQuery }) { of }: NamesQuery): Promise<NamesOfPeople> {
    return this.queries.execute(new ListNames(of));
  }
}
