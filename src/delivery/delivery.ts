import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const deliveryMachine = defineMachine('delivery', 'PREPARING', {
  prepare: { from: ['PREPARING'], to: 'READY' },
  issueLink: { from: ['READY'], to: 'READY' },
  useLink: { from: ['READY'], to: 'READY' },
  receive: { from: ['READY'], to: 'RECEIVED' },
  withdraw: { from: ['PREPARING', 'READY'], to: 'WITHDRAWN' },
});
export type DeliveryState = (typeof deliveryMachine.states)[number];
type DeliveryAction = keyof typeof deliveryMachine.transitions;

@Event('delivery.delivery-ordered.v1')
export class DeliveryOrdered {
  constructor(
    readonly deliveryId: string,
    readonly orderId: string,
    readonly buyerId: string,
    readonly sellerId: string,
    readonly resourceId: string,
  ) {}
}

/** The file lies ready, sealed for the buyer alone. */
@Event('delivery.delivery-prepared.v1')
export class DeliveryPrepared {
  constructor(
    readonly deliveryId: string,
    readonly orderId: string,
    /** SHA-256 of the file as it was registered. */
    readonly sha256: string,
    readonly cipherSha256: string,
    readonly bytes: number,
    readonly cipherBytes: number,
    /** The buyer's key, and the content key wrapped for it (RFC 7516). */
    readonly keyId: string,
    readonly jwe: string,
  ) {}
}

@Event('delivery.link-issued.v1')
export class DeliveryLinkIssued {
  constructor(
    readonly deliveryId: string,
    /** SHA-256 of the token; the token itself is kept nowhere. */
    readonly linkHash: string,
    readonly expiresAt: string,
  ) {}
}

@Event('delivery.link-used.v1')
export class DeliveryLinkUsed {
  constructor(
    readonly deliveryId: string,
    readonly orderId: string,
    readonly usedAt: string,
  ) {}
}

@Event('delivery.delivery-received.v1')
export class DeliveryReceived {
  constructor(
    readonly deliveryId: string,
    readonly orderId: string,
    readonly sha256: string,
    readonly receipt: string,
  ) {}
}

@Event('delivery.delivery-withdrawn.v1')
export class DeliveryWithdrawn {
  constructor(
    readonly deliveryId: string,
    readonly orderId: string,
  ) {}
}

/** One hand-over of a registered file to one buyer; a repeated one is a new delivery with a new key. */
@Entity({ schema: 'delivery', name: 'delivery' })
@Stream('dlv')
export class Delivery extends Aggregate {
  @Column('text') readonly orderId!: string;
  @Column('text') readonly buyerId!: string;
  @Column('text') readonly sellerId!: string;
  @Column('text') readonly resourceId!: string;
  @Column('text') readonly state!: DeliveryState;
  @Column('text', { nullable: true }) readonly sha256!: string | null;
  @Column('bigint', { nullable: true }) readonly bytes!: string | null;
  @Column('text', { nullable: true }) readonly cipherSha256!: string | null;
  @Column('bigint', { nullable: true }) readonly cipherBytes!: string | null;
  @Column('text', { nullable: true }) readonly keyId!: string | null;
  @Column('text', { nullable: true }) readonly jwe!: string | null;
  @Column('text', { nullable: true }) readonly linkHash!: string | null;
  @Column('timestamptz', { nullable: true }) readonly linkExpiresAt!: Date | null;
  @Column('timestamptz', { nullable: true }) readonly linkUsedAt!: Date | null;
  @Column('integer') readonly downloads!: number;
  @Column('text', { nullable: true }) readonly receipt!: string | null;

  static order(orderId: string, buyerId: string, sellerId: string, resourceId: string): Delivery {
    const delivery = new Delivery();
    delivery.apply(new DeliveryOrdered(newId('dlv'), orderId, buyerId, sellerId, resourceId));
    return delivery;
  }

  prepare(sealed: SealedFile): void {
    const { sha256, cipherSha256, bytes, cipherBytes, keyId, jwe } = sealed;
    const prepared = [sha256, cipherSha256, bytes, cipherBytes, keyId, jwe] as const;
    this.move('prepare', new DeliveryPrepared(this.id, this.orderId, ...prepared));
  }

  /** A new link ends the one before it. */
  issueLink(linkHash: string, expiresAt: Date): void {
    this.move('issueLink', new DeliveryLinkIssued(this.id, linkHash, expiresAt.toISOString()));
  }

  /** Exactly one caller gets past this. */
  useLink(linkHash: string, now: Date): void {
    const usable = this.linkHash === linkHash && this.linkUsedAt === null && now < this.linkExpiresAt!;
    if (!usable || this.state !== 'READY') throw new Refusal('delivery/link-gone');
    this.move('useLink', new DeliveryLinkUsed(this.id, this.orderId, now.toISOString()));
  }

  /** @param sha256 what the buyer found; @param receipt the signature over it, already verified */
  receive(sha256: string, receipt: string): void {
    deliveryMachine.next(this.state, 'receive');
    if (this.downloads === 0) throw new Refusal('delivery/not-downloaded');
    if (sha256 !== this.sha256)
      throw new Refusal('delivery/hash-differs', { registered: this.sha256, received: sha256 });
    this.apply(new DeliveryReceived(this.id, this.orderId, sha256, receipt));
  }

  can(action: DeliveryAction): boolean {
    return deliveryMachine.actions(this.state).includes(action);
  }

  withdraw(): void {
    this.move('withdraw', new DeliveryWithdrawn(this.id, this.orderId));
  }

  onDeliveryOrdered({ deliveryId, orderId, buyerId, sellerId, resourceId }: DeliveryOrdered): void {
    const file = { sha256: null, bytes: null, cipherSha256: null, cipherBytes: null, keyId: null, jwe: null };
    const link = { linkHash: null, linkExpiresAt: null, linkUsedAt: null, downloads: 0, receipt: null };
    this.become('PREPARING', { id: deliveryId, orderId, buyerId, sellerId, resourceId, ...file, ...link });
  }
  onDeliveryPrepared({ sha256, cipherSha256, bytes, cipherBytes, keyId, jwe }: DeliveryPrepared): void {
    const lengths = { bytes: String(bytes), cipherBytes: String(cipherBytes) };
    this.become('READY', { sha256, cipherSha256, ...lengths, keyId, jwe });
  }
  onDeliveryLinkIssued({ linkHash, expiresAt }: DeliveryLinkIssued): void {
    this.become('READY', { linkHash, linkExpiresAt: new Date(expiresAt), linkUsedAt: null });
  }
  onDeliveryLinkUsed({ usedAt }: DeliveryLinkUsed): void {
    this.become('READY', { linkUsedAt: new Date(usedAt), downloads: this.downloads + 1 });
  }
  onDeliveryReceived({ receipt }: DeliveryReceived): void {
    this.become('RECEIVED', { receipt });
  }
  onDeliveryWithdrawn(): void {
    this.become('WITHDRAWN');
  }

  private move(action: DeliveryAction, event: DomainEvent): void {
    deliveryMachine.next(this.state, action);
    this.apply(event);
  }

  private become(state: DeliveryState, changes: Partial<Record<keyof Delivery, unknown>> = {}): void {
    Object.assign(this, changes, { state });
  }
}

export interface SealedFile {
  readonly sha256: string;
  readonly bytes: number;
  readonly cipherSha256: string;
  readonly cipherBytes: number;
  readonly keyId: string;
  readonly jwe: string;
}
