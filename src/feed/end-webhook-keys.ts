import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { OnDeadline } from '../platform/deadline-worker.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { WebhookEndpoint } from './webhook-endpoint.js';
import { WebhookKeys } from './webhook-keys.js';

export const WEBHOOK_KEY_END = 'feed.webhook-key-end';

/** The overlap of a key roll is over: the old key signs no more, and its secret half is destroyed. */
@OnDeadline(WEBHOOK_KEY_END)
export class EndWebhookKeys extends Command<void> {
  constructor(readonly webhookId: string) {
    super();
  }
}

@CommandHandler(EndWebhookKeys)
export class EndWebhookKeysHandler implements ICommandHandler<EndWebhookKeys> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
    private readonly keys: WebhookKeys,
  ) {}

  async execute({ webhookId }: EndWebhookKeys): Promise<void> {
    permit('webhook.manage');
    const endpoint = await this.uow.get(WebhookEndpoint, webhookId);
    await this.keys.forget(endpoint.endKeys(this.clock.now()));
    await this.uow.schedule(WEBHOOK_KEY_END, webhookId, endpoint.nextKeyEnd);
  }
}
