import { Column, Entity } from 'typeorm';
import type { Money } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import type { DomainEvent } from '../platform/event.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';
import {
  OrderAccepted,
  OrderCancelled,
  OrderCompleted,
  OrderContracted,
  OrderDelivered,
  OrderDeliveryStarted,
  OrderDisputed,
  OrderFlagged,
  OrderFunded,
  OrderHalted,
  OrderPlaced,
  OrderRefunded,
  OrderRejected,
  OrderSettled,
  OrderSigned,
  OrderUnflagged,
  type OrderRisk,
  type OrderSignature,
} from './order-events.js';

export * from './order-events.js';

/** Domain model §8.4. Free orders, part payments and metering have no states of their own yet. */
export const orderMachine = defineMachine('order', 'CREATED', {
  sign: { from: ['CREATED'], to: 'CREATED' },
  contract: { from: ['CREATED'], to: 'CONTRACTED' },
  cancel: { from: ['CREATED', 'CONTRACTED'], to: 'CANCELLED' },
  lapse: { from: ['CREATED', 'CONTRACTED'], to: 'CANCELLED' },
  fund: { from: ['CONTRACTED'], to: 'FUNDED' },
  startDelivery: { from: ['FUNDED', 'REWORK'], to: 'DELIVERING' },
  completeDelivery: { from: ['DELIVERING'], to: 'DELIVERED' },
  accept: { from: ['DELIVERED'], to: 'ACCEPTED' },
  acceptSilently: { from: ['DELIVERED'], to: 'ACCEPTED' },
  reject: { from: ['DELIVERED'], to: 'REWORK' },
  dispute: { from: ['FUNDED', 'DELIVERING', 'DELIVERED', 'REWORK'], to: 'DISPUTED' },
  redeliver: { from: ['DISPUTED'], to: 'REWORK' },
  confirm: { from: ['DISPUTED'], to: 'ACCEPTED' },
  halt: { from: ['FUNDED', 'DELIVERING', 'DELIVERED', 'REWORK', 'DISPUTED'], to: 'HALTED' },
  refund: { from: ['HALTED'], to: 'REFUNDED' },
  settle: { from: ['ACCEPTED'], to: 'SETTLED' },
  complete: { from: ['SETTLED'], to: 'COMPLETED' },
});
export type OrderState = (typeof orderMachine.states)[number];
export type OrderAction = keyof typeof orderMachine.transitions;

/** How often a delivery may be repeated; after that it is a dispute. */
export const REWORKS_MAX = 2;

/** One buyer's purchase of one listing, with its contract. */
@Entity({ schema: 'trading', name: 'order' })
@Stream('ord')
export class Order extends Aggregate {
  @Column('text') readonly number!: string;
  @Column('text') readonly listingId!: string;
  @Column('text') readonly venueId!: string;
  @Column('text') readonly venueOperatorId!: string;
  @Column('text') readonly buyerId!: string;
  @Column('text') readonly sellerId!: string;
  @Column('text') readonly certificateNumber!: string;
  @Column('text') readonly resourceId!: string;
  @Column('bigint') readonly grossAmount!: string;
  @Column('text') readonly currency!: 'CNY';
  @Column('text', { nullable: true }) readonly schemeId!: string | null;
  @Column('text', { nullable: true }) readonly brokerMandateId!: string | null;
  @Column('text', { nullable: true }) readonly brokerId!: string | null;
  @Column('text') readonly deliveryMode!: 'FILE';
  @Column('integer') readonly acceptanceDays!: number;
  @Column('boolean') readonly silentAcceptance!: boolean;
  @Column('text') readonly contract!: string;
  @Column('text') readonly contractHash!: string;
  @Column('timestamptz') readonly placedAt!: Date;
  @Column('jsonb') readonly signatures!: OrderSignature[];
  @Column('text') readonly state!: OrderState;
  @Column('integer') readonly reworks!: number;
  @Column('text', { nullable: true }) readonly deliveryId!: string | null;
  @Column('timestamptz', { nullable: true }) readonly acceptanceDue!: Date | null;
  /** Why it was rejected, disputed, halted or cancelled, in the words of whoever did it. */
  @Column('text', { nullable: true }) readonly reason!: string | null;
  @Column('jsonb') readonly risks!: readonly OrderRisk[];

  static place(terms: OrderPlaced): Order {
    const order = new Order();
    order.apply(new OrderPlaced(terms));
    return order;
  }

  /** Adds one party's signature; the second one concludes the contract. */
  sign(signature: OrderSignature): void {
    orderMachine.next(this.state, 'sign');
    this.mustConcern(signature.organisationId);
    if (this.signatures.some(({ organisationId }) => organisationId === signature.organisationId))
      throw new Refusal('trading/already-signed');
    this.apply(new OrderSigned(this.id, this.contractHash, signature));
    if (this.signatures.length < 2) return;
    const { id, number, buyerId, sellerId, listingId, venueId, resourceId, gross, schemeId, brokerMandateId } = this;
    const parties = { orderId: id, number, buyerId, sellerId, listingId, venueId, resourceId };
    const { contractHash } = this;
    this.move('contract', new OrderContracted({ ...parties, gross, schemeId, brokerMandateId, contractHash }));
  }

  cancel(ground: OrderCancelled['ground'], reason: string): void {
    this.move(ground === 'LAPSE' ? 'lapse' : 'cancel', new OrderCancelled(this.id, ground, reason));
  }

  fund(): void {
    this.move('fund', new OrderFunded(this.id, this.buyerId, this.sellerId, this.resourceId, this.deliveryMode));
  }

  startDelivery(deliveryId: string): void {
    this.move('startDelivery', new OrderDeliveryStarted(this.id, deliveryId));
  }

  completeDelivery(sha256: string, acceptanceDue: Date | null): void {
    this.move(
      'completeDelivery',
      new OrderDelivered(this.id, this.deliveryId!, sha256, acceptanceDue?.toISOString() ?? null),
    );
  }

  accept(by: OrderAccepted['by']): void {
    const action = ({ BUYER: 'accept', SILENCE: 'acceptSilently', DISPUTE: 'confirm' } as const)[by];
    this.move(action, new OrderAccepted(this.id, by));
  }

  /** Asks for the delivery to be repeated; the third rejection is a dispute. */
  reject(reason: string, now: Date): void {
    orderMachine.next(this.state, 'reject');
    if (this.acceptanceDue !== null && this.acceptanceDue < now)
      throw new Refusal('trading/inspection-over', { due: this.acceptanceDue.toISOString() });
    if (this.reworks < REWORKS_MAX) this.apply(this.rejection(reason));
    else this.dispute(reason);
  }

  dispute(reason: string): void {
    this.move('dispute', new OrderDisputed(this.id, reason));
  }

  /** The decision of a dispute. */
  resolve(outcome: 'REDELIVER' | 'ACCEPT' | 'REFUND', reason: string): void {
    if (outcome === 'ACCEPT') return this.accept('DISPUTE');
    if (outcome === 'REFUND') return this.halt('DISPUTE', reason);
    this.move('redeliver', this.rejection(reason));
  }

  halt(ground: OrderHalted['ground'], reason: string): void {
    this.move('halt', new OrderHalted(this.id, ground, reason));
  }

  /** Once for each ground, and only while something is still to come. */
  flag(ground: OrderRisk['ground'], stops: boolean, at: string): void {
    if (!this.isRunning || this.risks.some((risk) => risk.ground === ground)) return;
    this.apply(new OrderFlagged(this.id, { ground, stops, at }));
  }

  unflag(ground: OrderRisk['ground'], at: string): void {
    if (this.risks.some((risk) => risk.ground === ground)) this.apply(new OrderUnflagged(this.id, ground, at));
  }

  refund(): void {
    this.move('refund', new OrderRefunded(this.id));
  }

  settle(): void {
    this.move('settle', new OrderSettled(this.id));
  }

  complete(): void {
    this.move('complete', new OrderCompleted(this.id));
  }

  /** Buyer and seller act on an order; others only see it. */
  mustConcern(organisationId: string): void {
    if (![this.buyerId, this.sellerId].includes(organisationId)) throw new Refusal('not-your-organisation');
  }

  can(action: OrderAction): boolean {
    return orderMachine.actions(this.state).includes(action);
  }

  private get isRunning(): boolean {
    return this.state !== 'HALTED' && orderMachine.actions(this.state).length > 0;
  }

  get gross(): Money {
    return { amount: this.grossAmount, currency: this.currency };
  }

  private rejection(reason: string): OrderRejected {
    return new OrderRejected(this.id, this.buyerId, this.sellerId, this.resourceId, this.deliveryMode, reason);
  }

  onOrderPlaced({ orderId, gross, placedAt, ...terms }: OrderPlaced): void {
    const money = { grossAmount: gross.amount, currency: gross.currency };
    const start = { signatures: [], reworks: 0, deliveryId: null, acceptanceDue: null, reason: null, risks: [] };
    this.become(orderMachine.initial, { id: orderId, ...terms, ...money, ...start, placedAt: new Date(placedAt) });
  }
  onOrderSigned({ signature }: OrderSigned): void {
    this.become(this.state, { signatures: [...this.signatures, signature] });
  }
  onOrderContracted(): void {
    this.become('CONTRACTED');
  }
  onOrderFunded(): void {
    this.become('FUNDED');
  }
  onOrderDeliveryStarted({ deliveryId }: OrderDeliveryStarted): void {
    this.become('DELIVERING', { deliveryId });
  }
  onOrderDelivered({ acceptanceDue }: OrderDelivered): void {
    this.become('DELIVERED', { acceptanceDue: acceptanceDue === null ? null : new Date(acceptanceDue) });
  }
  onOrderAccepted(): void {
    this.become('ACCEPTED', { acceptanceDue: null });
  }
  onOrderRejected({ reason }: OrderRejected): void {
    this.become('REWORK', { reason, reworks: this.reworks + 1, acceptanceDue: null });
  }
  onOrderDisputed({ reason }: OrderDisputed): void {
    this.become('DISPUTED', { reason, acceptanceDue: null });
  }
  onOrderHalted({ reason }: OrderHalted): void {
    this.become('HALTED', { reason, acceptanceDue: null });
  }
  onOrderCancelled({ reason }: OrderCancelled): void {
    this.become('CANCELLED', { reason });
  }
  onOrderFlagged({ risk }: OrderFlagged): void {
    this.become(this.state, { risks: [...this.risks, risk] });
  }
  onOrderUnflagged({ ground }: OrderUnflagged): void {
    this.become(this.state, { risks: this.risks.filter((risk) => risk.ground !== ground) });
  }
  onOrderRefunded(): void {
    this.become('REFUNDED');
  }
  onOrderSettled(): void {
    this.become('SETTLED');
  }
  onOrderCompleted(): void {
    this.become('COMPLETED');
  }

  private move(action: OrderAction, event: DomainEvent): void {
    orderMachine.next(this.state, action);
    this.apply(event);
  }

  private become(state: OrderState, changes: Partial<Record<keyof Order, unknown>> = {}): void {
    Object.assign(this, changes, { state });
  }
}
