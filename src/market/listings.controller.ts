import { Body, Controller, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  Created,
  DraftListingBody,
  ListingsQuery,
  ListingView,
  OptionalReasonBody,
  page,
  ReasonBody,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ApproveListing } from './approve-listing.js';
import { DelistListing } from './delist-listing.js';
import { DraftListing } from './draft-listing.js';
import { GetListing } from './get-listing.js';
import { ListListings } from './list-listings.js';
import { RejectListing } from './reject-listing.js';
import { RepointListing } from './repoint-listing.js';
import { ResumeListing } from './resume-listing.js';
import { ReviseListing } from './revise-listing.js';
import { SubmitListing } from './submit-listing.js';
import { SuspendListing } from './suspend-listing.js';

@ApiTags('market')
@Controller('v1/listings')
export class ListingsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  draft(@Body({ schema: DraftListingBody }) body: DraftListingBody): Promise<Created> {
    return this.commands.execute(new DraftListing(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(ListingView) })
  list(@Query({ schema: ListingsQuery }) query: ListingsQuery): Promise<Page<ListingView>> {
    return this.queries.execute(new ListListings(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: ListingView })
  get(@Param('id') id: string): Promise<ListingView> {
    return this.queries.execute(new GetListing(id));
  }

  @Put(':id')
  @HttpCode(204)
  @ApiNoContentResponse()
  revise(@Param('id') id: string, @Body({ schema: DraftListingBody }) body: DraftListingBody): Promise<void> {
    return this.commands.execute(new ReviseListing(id, body));
  }

  @Post(':id/submission')
  @HttpCode(204)
  @ApiNoContentResponse()
  submit(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new SubmitListing(id));
  }

  @Post(':id/approval')
  @HttpCode(204)
  @ApiNoContentResponse()
  approve(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new ApproveListing(id));
  }

  @Post(':id/rejection')
  @HttpCode(204)
  @ApiNoContentResponse()
  reject(@Param('id') id: string, @Body({ schema: ReasonBody }) { reason }: ReasonBody): Promise<void> {
    return this.commands.execute(new RejectListing(id, reason));
  }

  @Post(':id/suspension')
  @HttpCode(204)
  @ApiNoContentResponse()
  suspend(@Param('id') id: string, @Body({ schema: ReasonBody }) { reason }: ReasonBody): Promise<void> {
    return this.commands.execute(new SuspendListing(id, reason));
  }

  /** Lets it rely on the certificate that superseded its own. */
  @Post(':id/repointing')
  @HttpCode(204)
  @ApiNoContentResponse()
  repoint(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new RepointListing(id));
  }

  @Post(':id/resumption')
  @HttpCode(204)
  @ApiNoContentResponse()
  resume(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new ResumeListing(id));
  }

  @Post(':id/delisting')
  @HttpCode(204)
  @ApiNoContentResponse()
  delist(@Param('id') id: string, @Body({ schema: OptionalReasonBody }) { reason }: OptionalReasonBody): Promise<void> {
    return this.commands.execute(new DelistListing(id, reason));
  }
}
