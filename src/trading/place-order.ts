import { Command, CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { shanghaiDate } from '@app/calendar';
import type { ListingView, PlacedOrder, PlaceOrderBody } from '@app/sdk';
import { canonicalJson, sha256Hex } from '@app/signing';
import { GetMandate } from '../brokerage/get-mandate.js';
import { GetReliedCertificate } from '../recognition/get-relied-certificate.js';
import { GetListing } from '../market/get-listing.js';
import { GetVenue } from '../market/get-venue.js';
import { GetAdmission } from '../parties/get-admission.js';
import { GetOrganisation } from '../parties/get-organisation.js';
import { ListOrganisationKeys } from '../parties/list-organisation-keys.js';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { newId } from '../platform/id.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { GetResource } from '../registration/get-resource.js';
import type { ContractDocument } from './contract.js';
import { lapseAt, ORDER_LAPSE } from './lapse-order.js';
import { failedOrderGates } from './order-gates.js';
import { Order, REWORKS_MAX } from './order.js';

/** Takes a listing as it is: price, licence and terms become the contract that both will sign. */
export class PlaceOrder extends Command<PlacedOrder> {
  constructor(readonly body: PlaceOrderBody) {
    super();
  }
}

/** Kinds of which only use can tell the quality. */
const USE_JUDGED = new Set<ListingView['productType']>(['MODEL', 'APPLICATION', 'SERVICE']);

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ body: { listingId, brokerMandateId } }: PlaceOrder): Promise<PlacedOrder> {
    const { orgId: buyerId } = permit('order.place');
    const now = this.clock.now();
    const listing = await this.queries.execute(new GetListing(listingId));
    const [venue, mandate] = await Promise.all([
      this.queries.execute(new GetVenue(listing.venueId)),
      brokerMandateId === null ? undefined : this.mandate(brokerMandateId),
    ]);
    await this.mustPass(listing, buyerId, venue.operatorId, mandate);
    const agreed = mandate ?? (await this.brokerOf(listing, now));
    const orderId = newId('ord');
    const [number, broker, provider, recipient, terms] = await Promise.all([
      this.nextNumber(now),
      agreed && this.party(agreed.brokerId),
      this.party(listing.sellerId),
      this.party(buyerId),
      this.terms(listing),
    ]);
    const head = { orderId, number, placedAt: now.toISOString() };
    const parties = { provider, recipient, broker };
    const contract = canonicalJson({
      ...head,
      form: 'data-provision-contract',
      formVersion: 1,
      venue: { id: venue.id, name: venue.name },
      ...parties,
      ...terms,
    } satisfies ContractDocument);
    const contractHash = sha256Hex(contract);
    const order = Order.place({
      ...head,
      listingId,
      venueId: venue.id,
      venueOperatorId: venue.operatorId,
      buyerId,
      sellerId: listing.sellerId,
      certificateNumber: listing.certificateNumber,
      resourceId: listing.resourceId!,
      gross: listing.price,
      schemeId: listing.schemeId,
      brokerMandateId: agreed?.id ?? null,
      brokerId: agreed?.brokerId ?? null,
      deliveryMode: 'FILE',
      acceptanceDays: listing.acceptanceDays,
      silentAcceptance: !USE_JUDGED.has(listing.productType),
      contract,
      contractHash,
    });
    this.uow.add(order);
    await this.uow.schedule(ORDER_LAPSE, orderId, lapseAt(now));
    return { id: orderId, number, contractHash };
  }

  private async mustPass(
    listing: ListingView,
    buyerId: string,
    venueOperatorId: string,
    mandate: Awaited<ReturnType<PlaceOrderHandler['mandate']>> | undefined,
  ): Promise<void> {
    const { sellerId, venueId, certificateNumber } = listing;
    const [certificate, { keys }, buyer, seller, licencesSold] = await Promise.all([
      orNull(this.queries.execute(new GetReliedCertificate(certificateNumber))),
      this.queries.execute(new ListOrganisationKeys(buyerId, 'enc')),
      this.queries.execute(new GetAdmission(buyerId, venueId)),
      this.queries.execute(new GetAdmission(sellerId, venueId)),
      this.licencesSold(listing),
    ]);
    const failed = failedOrderGates({
      now: this.clock.now(),
      buyerId,
      buyerRoles: buyer.roles,
      buyerCanDecrypt: keys.length > 0,
      sellerRoles: seller.roles,
      venueOperatorId,
      listing,
      licencesSold,
      certificate,
      mandate,
    });
    if (failed.length > 0) throw new Refusal('trading/gates-failed', { gates: failed.map(({ gate }) => gate) }, failed);
  }

  private mandate(id: string) {
    return orNull(this.queries.execute(new GetMandate(id)));
  }

  /** The seller's broker, while the mandate lasts. */
  private async brokerOf({ brokerMandateId }: ListingView, now: Date) {
    const mandate = brokerMandateId === null ? null : await this.mandate(brokerMandateId);
    return mandate?.state === 'ACTIVE' && now <= new Date(mandate.validTo) ? mandate : null;
  }

  /** Not read where nothing is limited: the rows of a popular listing would make all its orders wait for each other. */
  private async licencesSold({ id, licence }: ListingView): Promise<number> {
    if (!licence.exclusive && licence.maxLicences === null) return 0;
    const row = await this.sql.row<{ sold: number }>(
      `SELECT count(*)::int AS sold FROM trading.order
       WHERE listing_id = $1 AND state NOT IN ('CANCELLED', 'HALTED', 'REFUNDED')`,
      [id],
    );
    return row!.sold;
  }

  private async nextNumber(now: Date): Promise<string> {
    const row = await this.sql.row<{ n: string }>(`SELECT nextval('trading.order_number') AS n`);
    return `ORD-${shanghaiDate(now).slice(0, 4)}-${row!.n.padStart(8, '0')}`;
  }

  private async party(organisationId: string) {
    const { id, name, uscc } = await this.queries.execute(new GetOrganisation(organisationId));
    return { id, name, uscc };
  }

  private async terms(listing: ListingView) {
    const resource = await this.queries.execute(new GetResource(listing.resourceId!));
    return {
      subject: {
        listingId: listing.id,
        title: listing.title,
        productType: listing.productType,
        resourceId: resource.id,
        resourceName: resource.name,
        sha256: resource.sha256,
        certificateNumber: listing.certificateNumber,
      },
      licence: listing.licence,
      price: listing.price,
      distributionSchemeId: listing.schemeId,
      delivery: { mode: 'FILE' as const },
      acceptance: {
        workingDays: listing.acceptanceDays,
        silentAcceptance: !USE_JUDGED.has(listing.productType),
        repeatedDeliveries: REWORKS_MAX,
      },
    };
  }
}
