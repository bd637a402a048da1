import type { Page, PageQuery, WebhookView } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { toWebhookView, WEBHOOK, webhookSight, type WebhookRow } from './get-webhook.js';

/** The operator's own endpoints, all for watchers; the newest first. */
export class ListWebhooks extends Query<Page<WebhookView>> {
  constructor(readonly query: PageQuery) {
    super();
  }
}

@QueryHandler(ListWebhooks)
export class ListWebhooksHandler implements IQueryHandler<ListWebhooks> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor } }: ListWebhooks): Promise<Page<WebhookView>> {
    const [before = null] = decodeCursor(cursor, 'whe_') ?? [];
    const rows = await this.sql.rows<WebhookRow>(
      `${WEBHOOK} AND ($2::text IS NULL OR e.id < $2) ORDER BY e.id DESC LIMIT $3`,
      [webhookSight(), before, limit + 1],
    );
    return toPage(rows.map(toWebhookView), limit, ({ id }) => [id]);
  }
}
