import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DeliveriesQuery, DeliveryView, Page } from '@app/sdk';
import { permit } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { deliveryMachine } from './delivery.js';

export type DeliveryRow = Omit<DeliveryView, 'actions' | 'linkExpiresAt' | 'linkUsedAt'> & {
  readonly linkExpiresAt: Date | null;
  readonly linkUsedAt: Date | null;
};

/** The deliveries that `$1` may see; only the buyer gets the wrapped key. */
export const DELIVERY = `SELECT id, version, order_id AS "orderId", buyer_id AS "buyerId", seller_id AS "sellerId",
    resource_id AS "resourceId", state, sha256, bytes::float8 AS bytes, cipher_sha256 AS "cipherSha256",
    cipher_bytes::float8 AS "cipherBytes", key_id AS "keyId", CASE WHEN buyer_id = $1 THEN jwe END AS jwe, downloads,
    link_expires_at AS "linkExpiresAt", link_used_at AS "linkUsedAt"
  FROM delivery.delivery WHERE ($1 = '*' OR $1 IN (buyer_id, seller_id))`;

/** The organisation to which the caller's sight is limited; `*` for those who watch over all. */
export function sight(): string {
  const { roles, orgId } = permit('delivery.read');
  return roles.some((role) => role === 'regulator' || role === 'auditor') ? '*' : orgId;
}

export const toDeliveryView = ({ linkExpiresAt, linkUsedAt, ...row }: DeliveryRow): DeliveryView => ({
  ...row,
  actions: deliveryMachine.actions(row.state),
  linkExpiresAt: linkExpiresAt?.toISOString() ?? null,
  linkUsedAt: linkUsedAt?.toISOString() ?? null,
});

export class ListDeliveries extends Query<Page<DeliveryView>> {
  constructor(readonly query: DeliveriesQuery) {
    super();
  }
}

@QueryHandler(ListDeliveries)
export class ListDeliveriesHandler implements IQueryHandler<ListDeliveries> {
  constructor(private readonly sql: Sql) {}

  async execute({ query: { limit, cursor, orderId } }: ListDeliveries): Promise<Page<DeliveryView>> {
    const [before] = decodeCursor(cursor, 'dlv_') ?? [];
    const rows = await this.sql.rows<DeliveryRow>(
      `${DELIVERY} AND ($2::text IS NULL OR id < $2) AND ($3::text IS NULL OR order_id = $3) ORDER BY id DESC LIMIT $4`,
      [sight(), before ?? null, orderId ?? null, limit + 1],
    );
    return toPage(rows.map(toDeliveryView), limit, ({ id }) => [id]);
  }
}
