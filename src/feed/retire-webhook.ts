import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { WEBHOOK_KEY_END } from './end-webhook-keys.js';
import { WebhookEndpoint } from './webhook-endpoint.js';
import { WebhookKeys } from './webhook-keys.js';

/** For good: its keys are destroyed, what was still to be sent counts as failed. */
export class RetireWebhook extends Command<void> {
  constructor(readonly webhookId: string) {
    super();
  }
}

@CommandHandler(RetireWebhook)
export class RetireWebhookHandler implements ICommandHandler<RetireWebhook> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly keys: WebhookKeys,
  ) {}

  async execute({ webhookId }: RetireWebhook): Promise<void> {
    const actor = permit('webhook.manage');
    const endpoint = await this.uow.get(WebhookEndpoint, webhookId);
    mustActFor(actor, endpoint.operatorId);
    await this.keys.forget(endpoint.keys.map(({ id }) => id));
    endpoint.retire();
    await this.uow.schedule(WEBHOOK_KEY_END, webhookId, null);
    await this.sql.rows(
      `UPDATE feed.webhook_delivery SET state = 'FAILED', changed_at = now() WHERE endpoint_id = $1 AND state = 'PENDING'`,
      [webhookId],
    );
  }
}
