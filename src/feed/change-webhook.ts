import type { ChangeWebhookBody } from '@app/sdk';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { WebhookEndpoint } from './webhook-endpoint.js';
import { mustLetSomethingThrough } from './webhook-filter.js';

/** What was sent stays sent: a wider filter counts for what comes after the endpoint's position. */
export class ChangeWebhook extends Command<void> {
  constructor(
    readonly webhookId: string,
    readonly body: ChangeWebhookBody,
  ) {
    super();
  }
}

@CommandHandler(ChangeWebhook)
export class ChangeWebhookHandler implements ICommandHandler<ChangeWebhook> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ webhookId, body }: ChangeWebhook): Promise<void> {
    const actor = permit('webhook.manage');
    const endpoint = await this.uow.get(WebhookEndpoint, webhookId);
    mustActFor(actor, endpoint.operatorId);
    await mustLetSomethingThrough(this.sql, endpoint.operatorId, body);
    endpoint.change(body);
  }
}
