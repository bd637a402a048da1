import type { WebhookView } from '@app/sdk';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { webhookMachine } from './webhook-endpoint.js';

export type WebhookRow = Omit<WebhookView, 'actions' | 'pausedUntil' | 'failingSince'> & {
  readonly pausedUntil: Date | null;
  readonly failingSince: Date | null;
};

/** The endpoints that `$1` may see. */
export const WEBHOOK = `SELECT e.id, e.version, e.operator_id AS "operatorId", e.url, e.description,
    e.venue_id AS "venueId", e.types, e.keys, e.state, e.reason, p.position::float8 AS position,
    CASE WHEN p.paused_until > now() THEN p.paused_until END AS "pausedUntil", p.failing_since AS "failingSince"
  FROM feed.webhook_endpoint e JOIN feed.webhook_progress p ON p.endpoint_id = e.id
  WHERE $1 IN ('*', e.operator_id)`;

/** The operator to whose endpoints the caller's sight is limited; `*` for those who watch over all. */
export function webhookSight(): string {
  const { roles, orgId } = permit('feed.read');
  return roles.some((role) => role === 'regulator' || role === 'auditor') ? '*' : orgId;
}

export const toWebhookView = ({ pausedUntil, failingSince, ...row }: WebhookRow): WebhookView => ({
  ...row,
  actions: webhookMachine.actions(row.state),
  pausedUntil: pausedUntil?.toISOString() ?? null,
  failingSince: failingSince?.toISOString() ?? null,
});

/** One endpoint and how far it got. */
export class GetWebhook extends Query<WebhookView> {
  constructor(readonly webhookId: string) {
    super();
  }
}

@QueryHandler(GetWebhook)
export class GetWebhookHandler implements IQueryHandler<GetWebhook> {
  constructor(private readonly sql: Sql) {}

  async execute({ webhookId }: GetWebhook): Promise<WebhookView> {
    const row = await this.sql.row<WebhookRow>(`${WEBHOOK} AND e.id = $2`, [webhookSight(), webhookId]);
    if (!row) throw new Refusal('not-found', { kind: 'webhook', id: webhookId });
    return toWebhookView(row);
  }
}
