import { Module } from '@nestjs/common';
import { ApproveListingHandler } from './approve-listing.js';
import { DelistListingHandler } from './delist-listing.js';
import { DraftListingHandler } from './draft-listing.js';
import { ExamineListingHandler } from './examine-listing.js';
import { ExpireListingHandler } from './expire-listing.js';
import { GetListingHandler } from './get-listing.js';
import { GetVenueHandler } from './get-venue.js';
import { ListListingsHandler } from './list-listings.js';
import { ListOperatedVenuesHandler } from './list-operated-venues.js';
import { ListVenuesHandler } from './list-venues.js';
import { ListingsController } from './listings.controller.js';
import { OpenVenueHandler } from './open-venue.js';
import { RejectListingHandler } from './reject-listing.js';
import { RepointListingHandler } from './repoint-listing.js';
import { ResumeListingHandler } from './resume-listing.js';
import { ReviseListingHandler } from './revise-listing.js';
import { SubmitListingHandler } from './submit-listing.js';
import { SuspendListingHandler } from './suspend-listing.js';
import { SuspendListingsOfEndedCertificate } from './suspend-listings-of-ended-certificate.js';
import { SuspendListingsOfEndedForeignCertificate } from './suspend-listings-of-ended-foreign-certificate.js';
import { SuspendListingsOfRestrictedCertificate } from './suspend-listings-of-restricted-certificate.js';
import { VenuesController } from './venues.controller.js';

@Module({
  controllers: [VenuesController, ListingsController],
  providers: [
    OpenVenueHandler,
    GetVenueHandler,
    ListVenuesHandler,
    ListOperatedVenuesHandler,
    DraftListingHandler,
    ReviseListingHandler,
    SubmitListingHandler,
    ExamineListingHandler,
    ApproveListingHandler,
    RejectListingHandler,
    SuspendListingHandler,
    RepointListingHandler,
    ResumeListingHandler,
    DelistListingHandler,
    ExpireListingHandler,
    GetListingHandler,
    ListListingsHandler,
    SuspendListingsOfEndedCertificate,
    SuspendListingsOfEndedForeignCertificate,
    SuspendListingsOfRestrictedCertificate,
  ],
})
export class MarketModule {}
