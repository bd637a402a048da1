import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Created, OpenVenueBody, page, PageQuery, VenueView, type Page } from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetVenue } from './get-venue.js';
import { ListVenues } from './list-venues.js';
import { OpenVenue } from './open-venue.js';

@ApiTags('market')
@Controller('v1/venues')
export class VenuesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  open(@Body({ schema: OpenVenueBody }) body: OpenVenueBody): Promise<Created> {
    return this.commands.execute(new OpenVenue(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(VenueView) })
  list(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<VenueView>> {
    return this.queries.execute(new ListVenues(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: VenueView })
  get(@Param('id') id: string): Promise<VenueView> {
    return this.queries.execute(new GetVenue(id));
  }
}
