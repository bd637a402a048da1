import { Inject } from '@nestjs/common';
import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GetCertificate } from '../certificates/get-certificate.js';
import { CONFIG, type Config } from '../platform/config.js';
import { orNull, Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';

export interface OrderHold {
  readonly certificateNumber: string;
  /** Nothing of it may be paid out now. */
  readonly held: boolean;
}

/** Whether the money of an order has to wait, by the certificate as it is at this moment and not when the news of it arrives. */
export class GetOrderHold extends Query<OrderHold> {
  constructor(readonly orderId: string) {
    super();
  }
}

@QueryHandler(GetOrderHold)
export class GetOrderHoldHandler implements IQueryHandler<GetOrderHold> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async execute({ orderId }: GetOrderHold): Promise<OrderHold> {
    const order = await this.sql.row<{ number: string }>(
      'SELECT certificate_number AS number FROM trading.order WHERE id = $1',
      [orderId],
    );
    if (!order) throw new Refusal('not-found', { kind: 'order', id: orderId });
    const { number: certificateNumber } = order;
    if (this.config.RESTRICTED_ORDERS === 'continue') return { certificateNumber, held: false };
    const certificate = await orNull(this.queries.execute(new GetCertificate(certificateNumber)));
    return { certificateNumber, held: certificate?.status === 'RESTRICTED' };
  }
}
