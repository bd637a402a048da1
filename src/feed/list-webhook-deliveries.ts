import type { Page, WebhookDeliveriesQuery, WebhookDeliveryView } from '@app/sdk';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { GetWebhook } from './get-webhook.js';

type Row = Omit<WebhookDeliveryView, 'nextAttemptAt' | 'changedAt' | 'last'> & {
  readonly tryAt: Date;
  readonly changedAt: Date;
  readonly at: Date | null;
  readonly status: number | null;
  readonly error: string | null;
  readonly durationMs: number;
  readonly excerpt: string;
};

/** The messages of one endpoint with their last attempt, the newest first; `state: FAILED` is the list of failed ones. */
export class ListWebhookDeliveries extends Query<Page<WebhookDeliveryView>> {
  constructor(
    readonly webhookId: string,
    readonly query: WebhookDeliveriesQuery,
  ) {
    super();
  }
}

@QueryHandler(ListWebhookDeliveries)
export class ListWebhookDeliveriesHandler implements IQueryHandler<ListWebhookDeliveries> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ webhookId, query }: ListWebhookDeliveries): Promise<Page<WebhookDeliveryView>> {
    await this.queries.execute(new GetWebhook(webhookId));
    const { limit, cursor, state } = query;
    const [before = null] = decodeCursor(cursor, 'count') ?? [];
    const rows = await this.sql.rows<Row>(
      `SELECT d.position::float8 AS position, d.event_id AS "eventId", d.state, d.attempts, d.try_at AS "tryAt",
         d.changed_at AS "changedAt", a.at, a.status, a.error, a.duration_ms AS "durationMs", a.excerpt
       FROM feed.webhook_delivery d LEFT JOIN LATERAL (SELECT * FROM feed.webhook_attempt t
         WHERE t.endpoint_id = d.endpoint_id AND t.position = d.position ORDER BY t.id DESC LIMIT 1) a ON true
       WHERE d.endpoint_id = $1 AND ($2::bigint IS NULL OR d.position < $2) AND ($3::text IS NULL OR d.state = $3)
       ORDER BY d.position DESC LIMIT $4`,
      [webhookId, before, state ?? null, limit + 1],
    );
    return toPage(rows.map(toView), limit, ({ position }) => [position]);
  }
}

const toView = ({ tryAt, changedAt, at, status, error, durationMs, excerpt, ...row }: Row): WebhookDeliveryView => ({
  ...row,
  nextAttemptAt: row.state === 'PENDING' ? tryAt.toISOString() : null,
  changedAt: changedAt.toISOString(),
  last: at && { at: at.toISOString(), status, error, durationMs, excerpt },
});
