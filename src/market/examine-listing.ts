import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DraftListingBody } from '@app/sdk';
import { GetMandate } from '../brokerage/get-mandate.js';
import { GetAdmission } from '../parties/get-admission.js';
import { Clock } from '../platform/clock.js';
import { orNull } from '../platform/refusal.js';
import { GetReliedCertificate } from '../recognition/get-relied-certificate.js';
import { GetResource } from '../registration/get-resource.js';
import { GetScheme } from '../settlement/get-scheme.js';
import { GetVenue } from './get-venue.js';
import { failedGates, type FailedGate } from './listing-gates.js';

export interface Examination {
  readonly failed: readonly FailedGate[];
  readonly resourceId: string | null;
  /** When the certificate ends. */
  readonly validTo: Date | null;
}

type Offer = DraftListingBody & { readonly sellerId: string };

/** Asks every context for the facts of this moment, in the transaction under way, and holds an offer against them. */
export class ExamineListing extends Query<Examination> {
  constructor(readonly offer: Offer) {
    super();
  }
}

@QueryHandler(ExamineListing)
export class ExamineListingHandler implements IQueryHandler<ExamineListing> {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
  ) {}

  async execute({ offer }: ExamineListing): Promise<Examination> {
    const { sellerId, venueId, certificateNumber, schemeId, brokerMandateId } = offer;
    const certificate = await orNull(this.queries.execute(new GetReliedCertificate(certificateNumber)));
    const resource = certificate && (await orNull(this.queries.execute(new GetResource(certificate.resourceId))));
    const failed = failedGates(offer, {
      now: this.clock.now(),
      sellerId,
      venueOperatorId: (await this.queries.execute(new GetVenue(venueId))).operatorId,
      sellerRoles: (await this.queries.execute(new GetAdmission(sellerId, venueId))).roles,
      certificate,
      resource,
      scheme: schemeId === null ? null : await orNull(this.queries.execute(new GetScheme(schemeId))),
      mandate: brokerMandateId === null ? null : await orNull(this.queries.execute(new GetMandate(brokerMandateId))),
    });
    const validTo = certificate && new Date(certificate.validTo);
    return { failed, resourceId: certificate?.resourceId ?? null, validTo };
  }
}
