import type { Money } from '@app/sdk';
import { Event } from '../platform/event.js';

export interface OrderSignature {
  readonly organisationId: string;
  readonly keyId: string;
  readonly jws: string;
  readonly signedAt: string;
}

/** What the parties agree on; fixed when the order is placed. */
@Event('trading.order-placed.v1')
export class OrderPlaced {
  readonly orderId!: string;
  readonly number!: string;
  readonly listingId!: string;
  readonly venueId!: string;
  readonly venueOperatorId!: string;
  readonly buyerId!: string;
  readonly sellerId!: string;
  readonly certificateNumber!: string;
  readonly resourceId!: string;
  readonly gross!: Money;
  readonly schemeId!: string | null;
  readonly brokerMandateId!: string | null;
  readonly brokerId!: string | null;
  readonly deliveryMode!: 'FILE';
  readonly acceptanceDays!: number;
  /** Silence is no acceptance of what only use can judge (数据提供合同 §7: 非经使用无法判断则使用不视为合格). */
  readonly silentAcceptance!: boolean;
  /** Canonical JSON (RFC 8785): the very text whose UTF-8 bytes are hashed. */
  readonly contract!: string;
  readonly contractHash!: string;
  readonly placedAt!: string;

  constructor(terms: OrderPlaced) {
    Object.assign(this, terms);
  }
}

@Event('trading.order-signed.v1')
export class OrderSigned {
  constructor(
    readonly orderId: string,
    readonly contractHash: string,
    readonly signature: OrderSignature,
  ) {}
}

@Event('trading.order-contracted.v1')
export class OrderContracted {
  readonly orderId!: string;
  readonly number!: string;
  readonly buyerId!: string;
  readonly sellerId!: string;
  readonly listingId!: string;
  readonly venueId!: string;
  readonly resourceId!: string;
  readonly gross!: Money;
  readonly schemeId!: string | null;
  readonly brokerMandateId!: string | null;
  readonly contractHash!: string;

  constructor(facts: OrderContracted) {
    Object.assign(this, facts);
  }
}

@Event('trading.order-funded.v1')
export class OrderFunded {
  constructor(
    readonly orderId: string,
    readonly buyerId: string,
    readonly sellerId: string,
    readonly resourceId: string,
    readonly deliveryMode: 'FILE',
  ) {}
}

@Event('trading.order-delivery-started.v1')
export class OrderDeliveryStarted {
  constructor(
    readonly orderId: string,
    readonly deliveryId: string,
  ) {}
}

@Event('trading.order-delivered.v1')
export class OrderDelivered {
  constructor(
    readonly orderId: string,
    readonly deliveryId: string,
    readonly sha256: string,
    /** The end of the inspection period; null when silence does not accept. */
    readonly acceptanceDue: string | null,
  ) {}
}

@Event('trading.order-accepted.v1')
export class OrderAccepted {
  constructor(
    readonly orderId: string,
    readonly by: 'BUYER' | 'SILENCE' | 'DISPUTE',
  ) {}
}

/** The delivery must be repeated. */
@Event('trading.order-rejected.v1')
export class OrderRejected {
  constructor(
    readonly orderId: string,
    readonly buyerId: string,
    readonly sellerId: string,
    readonly resourceId: string,
    readonly deliveryMode: 'FILE',
    readonly reason: string,
  ) {}
}

@Event('trading.order-disputed.v1')
export class OrderDisputed {
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {}
}

/** Stopped for good after it was paid; the money in escrow belongs to the buyer again. */
@Event('trading.order-halted.v1')
export class OrderHalted {
  constructor(
    readonly orderId: string,
    readonly ground: 'CERTIFICATE' | 'DISPUTE',
    readonly reason: string,
  ) {}
}

/** What its parties should know of the ground it stands on. */
export interface OrderRisk {
  readonly ground: 'CERTIFICATE_RESTRICTED';
  /** By the policy of that moment: nothing is paid out meanwhile. */
  readonly stops: boolean;
  readonly at: string;
}

@Event('trading.order-flagged.v1')
export class OrderFlagged {
  constructor(
    readonly orderId: string,
    readonly risk: OrderRisk,
  ) {}
}

@Event('trading.order-unflagged.v1')
export class OrderUnflagged {
  constructor(
    readonly orderId: string,
    readonly ground: OrderRisk['ground'],
    readonly at: string,
  ) {}
}

@Event('trading.order-refunded.v1')
export class OrderRefunded {
  constructor(readonly orderId: string) {}
}

@Event('trading.order-cancelled.v1')
export class OrderCancelled {
  constructor(
    readonly orderId: string,
    readonly ground: 'BUYER' | 'SELLER' | 'LAPSE' | 'CERTIFICATE',
    readonly reason: string,
  ) {}
}

@Event('trading.order-settled.v1')
export class OrderSettled {
  constructor(readonly orderId: string) {}
}

@Event('trading.order-completed.v1')
export class OrderCompleted {
  constructor(readonly orderId: string) {}
}
