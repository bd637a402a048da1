import { REPLAY_MAX, type ReplayWebhookBody, type WebhookReplayed } from '@app/sdk';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { fault } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { FeedReader } from './feed-reader.js';
import { WebhookEndpoint } from './webhook-endpoint.js';
import { filterOf } from './webhook-filter.js';

/** Sends again what an endpoint was, or should have been, sent; with the attempts of a new message. */
export class ReplayWebhook extends Command<WebhookReplayed> {
  constructor(
    readonly webhookId: string,
    readonly range: ReplayWebhookBody,
  ) {
    super();
  }
}

@CommandHandler(ReplayWebhook)
export class ReplayWebhookHandler implements ICommandHandler<ReplayWebhook> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly feed: FeedReader,
  ) {}

  async execute({ webhookId, range: { first, last } }: ReplayWebhook): Promise<WebhookReplayed> {
    const actor = permit('webhook.manage');
    const endpoint = await this.uow.get(WebhookEndpoint, webhookId);
    mustActFor(actor, endpoint.operatorId);
    endpoint.mustLive('replay');
    await this.mustBeSent(webhookId, first, last);
    const items = await this.feed.read(endpoint.operatorId, first - 1, last - first + 1, filterOf(endpoint));
    const wanted = items.filter(({ position }) => position <= last);
    await this.sql.rows(
      `INSERT INTO feed.webhook_delivery (endpoint_id, position, event_id, state, attempts, try_at)
       SELECT $1, n.position, n.event_id, 'PENDING', 0, now() FROM unnest($2::bigint[], $3::uuid[]) AS n (position, event_id)
       ON CONFLICT (endpoint_id, position) DO UPDATE
       SET state = 'PENDING', attempts = 0, try_at = now(), pending_since = now(), changed_at = now()`,
      [webhookId, wanted.map(({ position }) => position), wanted.map(({ event }) => event.id)],
    );
    return { id: webhookId, messages: wanted.length };
  }

  private async mustBeSent(webhookId: string, first: number, last: number): Promise<void> {
    if (last < first) throw fault('/last', '不得小于 first', 'must not be before first');
    if (last - first >= REPLAY_MAX)
      throw fault('/last', `一次至多 ${REPLAY_MAX} 个位置`, `at most ${REPLAY_MAX} positions at once`);
    const progress = await this.sql.row<{ position: string }>(
      'SELECT position FROM feed.webhook_progress WHERE endpoint_id = $1',
      [webhookId],
    );
    const position = Number(progress!.position);
    if (last > position)
      throw fault('/last', `只推送到 ${position},其后自会推送`, `sent up to ${position}; what follows comes by itself`);
  }
}
