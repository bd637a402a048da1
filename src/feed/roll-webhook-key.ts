import type { WebhookKeyMade } from '@app/sdk';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { WEBHOOK_KEY_END } from './end-webhook-keys.js';
import { WebhookEndpoint } from './webhook-endpoint.js';
import { WebhookKeys, type NewWebhookKey } from './webhook-keys.js';

const HOUR_MS = 3_600_000;

/** The new key signs at once; the one before it signs too for the given time, so that the receiver can change over. */
export class RollWebhookKey extends Command<Omit<WebhookKeyMade, 'secret'>> {
  constructor(
    readonly webhookId: string,
    readonly overlapHours: number,
    readonly made: NewWebhookKey,
  ) {
    super();
  }
}

@CommandHandler(RollWebhookKey)
export class RollWebhookKeyHandler implements ICommandHandler<RollWebhookKey> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly keys: WebhookKeys,
  ) {}

  async execute({ webhookId, overlapHours, made }: RollWebhookKey): Promise<Omit<WebhookKeyMade, 'secret'>> {
    const actor = permit('webhook.manage');
    const endpoint = await this.uow.get(WebhookEndpoint, webhookId);
    mustActFor(actor, endpoint.operatorId);
    const now = this.clock.now();
    endpoint.roll(made.key, new Date(now.getTime() + overlapHours * HOUR_MS));
    await this.keys.keep(made);
    await this.keys.forget(endpoint.endKeys(now));
    await this.uow.schedule(WEBHOOK_KEY_END, webhookId, endpoint.nextKeyEnd);
    return { id: webhookId, keyId: made.key.id, publicKey: made.key.publicKey };
  }
}
