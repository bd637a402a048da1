import type { AddWebhookBody, WebhookKeyMade } from '@app/sdk';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { fault, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { FeedReader } from './feed-reader.js';
import { WebhookEndpoint } from './webhook-endpoint.js';
import { mustLetSomethingThrough } from './webhook-filter.js';
import { WebhookKeys, type NewWebhookKey } from './webhook-keys.js';

const ENDPOINTS_MAX = 20;

/** Answers without the secret: answers are stored for repetitions. */
export class AddWebhook extends Command<Omit<WebhookKeyMade, 'secret'>> {
  constructor(
    readonly body: AddWebhookBody,
    readonly made: NewWebhookKey,
  ) {
    super();
  }
}

@CommandHandler(AddWebhook)
export class AddWebhookHandler implements ICommandHandler<AddWebhook> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly feed: FeedReader,
    private readonly keys: WebhookKeys,
  ) {}

  async execute({ body, made }: AddWebhook): Promise<Omit<WebhookKeyMade, 'secret'>> {
    const { orgId } = permit('webhook.manage');
    const { url, description, venueId, types, after: wanted } = body;
    await this.mustHaveRoom(orgId);
    await mustLetSomethingThrough(this.sql, orgId, body);
    const size = await this.feed.size(orgId);
    const after = wanted ?? size;
    if (after > size) throw fault('/after', `推送只到 ${size}`, `the feed only has ${size} events`);
    const { key } = made;
    const { id } = this.uow.add(WebhookEndpoint.add(orgId, { url, description, venueId, types }, after, key));
    await this.keys.keep(made);
    await this.sql.rows('INSERT INTO feed.webhook_progress (endpoint_id, position) VALUES ($1, $2)', [id, after]);
    return { id, keyId: key.id, publicKey: key.publicKey };
  }

  private async mustHaveRoom(operatorId: string): Promise<void> {
    const row = await this.sql.row<{ n: number }>(
      `SELECT count(*)::int AS n FROM feed.webhook_endpoint WHERE operator_id = $1 AND state <> 'RETIRED'`,
      [operatorId],
    );
    if (row!.n >= ENDPOINTS_MAX) throw new Refusal('webhook/too-many', { limit: ENDPOINTS_MAX });
  }
}
