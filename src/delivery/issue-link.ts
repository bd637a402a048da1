import { randomBytes } from 'node:crypto';
import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { DeliveryLink } from '@app/sdk';
import { sha256Hex } from '@app/signing';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Delivery } from './delivery.js';

const LIFE_MS = 15 * 60_000;

/** A link that gives the sealed file once. Who has it needs nothing else, but without the buyer's key learns nothing. */
export class IssueLink extends Command<DeliveryLink> {
  constructor(readonly deliveryId: string) {
    super();
  }
}

@CommandHandler(IssueLink)
export class IssueLinkHandler implements ICommandHandler<IssueLink> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async execute({ deliveryId }: IssueLink): Promise<DeliveryLink> {
    const actor = permit('delivery.receive');
    const delivery = await this.uow.get(Delivery, deliveryId);
    mustActFor(actor, delivery.buyerId);
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.clock.now().getTime() + LIFE_MS);
    delivery.issueLink(sha256Hex(token), expiresAt);
    return { url: `${this.config.PUBLIC_URL ?? ''}/v1/delivery-links/${token}`, expiresAt: expiresAt.toISOString() };
  }
}
