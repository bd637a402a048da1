import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ForeignCertificateEnded, ForeignCertificateLapsed } from '../recognition/foreign-certificate.js';
import { SILENT_ACCEPTANCE } from './accept-order-silently.js';
import { ORDER_LAPSE } from './lapse-order.js';
import { Order } from './order.js';

/** As with a certificate of our own: unpaid an order is cancelled, paid it is halted. */
@Injectable()
@Reaction({
  consumer: 'trading.stop-orders-of-ended-foreign-certificate',
  to: [ForeignCertificateEnded, ForeignCertificateLapsed],
})
export class StopOrdersOfEndedForeignCertificate implements Reacts<ForeignCertificateEnded | ForeignCertificateLapsed> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async on({ number }: ForeignCertificateEnded | ForeignCertificateLapsed): Promise<void> {
    const rows = await this.sql.rows<{ id: string }>('SELECT id FROM trading.order WHERE certificate_number = $1', [
      number,
    ]);
    for (const { id } of rows) {
      const order = await this.uow.get(Order, id);
      if (order.can('cancel')) order.cancel('CERTIFICATE', number);
      else if (order.can('halt')) order.halt('CERTIFICATE', number);
      else continue;
      for (const deadline of [ORDER_LAPSE, SILENT_ACCEPTANCE]) await this.uow.schedule(deadline, id, null);
    }
  }
}
