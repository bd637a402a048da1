import { Module } from '@nestjs/common';
import { GetVenueHandler } from './get-venue.js';
import { ListVenuesHandler } from './list-venues.js';
import { OpenVenueHandler } from './open-venue.js';
import { VenuesController } from './venues.controller.js';

@Module({
  controllers: [VenuesController],
  providers: [OpenVenueHandler, GetVenueHandler, ListVenuesHandler],
})
export class MarketModule {}
