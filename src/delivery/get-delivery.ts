import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DeliveryView } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { DELIVERY, sight, toDeliveryView, type DeliveryRow } from './list-deliveries.js';

export class GetDelivery extends Query<DeliveryView> {
  constructor(readonly deliveryId: string) {
    super();
  }
}

@QueryHandler(GetDelivery)
export class GetDeliveryHandler implements IQueryHandler<GetDelivery> {
  constructor(private readonly sql: Sql) {}

  async execute({ deliveryId }: GetDelivery): Promise<DeliveryView> {
    const row = await this.sql.row<DeliveryRow>(`${DELIVERY} AND id = $2`, [sight(), deliveryId]);
    if (!row) throw new Refusal('not-found', { kind: 'delivery', id: deliveryId });
    return toDeliveryView(row);
  }
}
