import { Injectable } from '@nestjs/common';
import { CertificateCancelled, CertificateExpired, CertificateRevoked } from '../certificates/certificate.js';
import { Reaction, type Reacts } from '../platform/relay.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { SILENT_ACCEPTANCE } from './accept-order-silently.js';
import { ORDER_LAPSE } from './lapse-order.js';
import { Order } from './order.js';

type Ended = CertificateCancelled | CertificateExpired | CertificateRevoked;

/** Without its certificate an order that is not accepted yet goes no further: unpaid it is cancelled, paid it is halted. */
@Injectable()
@Reaction({
  consumer: 'trading.stop-orders-of-ended-certificate',
  to: [CertificateCancelled, CertificateExpired, CertificateRevoked],
})
export class StopOrdersOfEndedCertificate implements Reacts<Ended> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async on({ number }: Ended): Promise<void> {
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
