import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { WebhookEndpoint } from './webhook-endpoint.js';

/** It goes on where it stopped: nothing is left out. */
export class EnableWebhook extends Command<void> {
  constructor(readonly webhookId: string) {
    super();
  }
}

@CommandHandler(EnableWebhook)
export class EnableWebhookHandler implements ICommandHandler<EnableWebhook> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ webhookId }: EnableWebhook): Promise<void> {
    const actor = permit('webhook.manage');
    const endpoint = await this.uow.get(WebhookEndpoint, webhookId);
    mustActFor(actor, endpoint.operatorId);
    endpoint.enable();
    await this.sql.rows(
      `UPDATE feed.webhook_progress SET paused_until = '-infinity', pauses = 0, failing_since = NULL WHERE endpoint_id = $1`,
      [webhookId],
    );
  }
}
