import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { WebhookEndpoint, type DisableReason } from './webhook-endpoint.js';

/** Nothing is sent any more, but for what is on its way. What comes meanwhile waits. */
export class DisableWebhook extends Command<void> {
  constructor(
    readonly webhookId: string,
    readonly reason: DisableReason,
  ) {
    super();
  }
}

@CommandHandler(DisableWebhook)
export class DisableWebhookHandler implements ICommandHandler<DisableWebhook> {
  constructor(private readonly uow: UnitOfWork) {}

  async execute({ webhookId, reason }: DisableWebhook): Promise<void> {
    const actor = permit('webhook.manage');
    const endpoint = await this.uow.get(WebhookEndpoint, webhookId);
    mustActFor(actor, endpoint.operatorId);
    endpoint.disable(reason);
  }
}
