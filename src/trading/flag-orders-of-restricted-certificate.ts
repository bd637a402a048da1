import { Inject, Injectable } from '@nestjs/common';
import { CertificateReleased, CertificateRestricted } from '../certificates/certificate.js';
import { CONFIG, type Config } from '../platform/config.js';
import { Reaction, type Reacts } from '../platform/relay.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { SILENT_ACCEPTANCE } from './accept-order-silently.js';
import { ORDER_LAPSE } from './lapse-order.js';
import { Order } from './order.js';

/**
 * Everybody in a running order sees that its certificate is restricted. By policy (RESTRICTED_ORDERS) it goes on, or stops: what is not
 * accepted is cancelled or halted, and what is accepted is not paid out until the certificate is free again.
 */
@Injectable()
@Reaction({
  consumer: 'trading.flag-orders-of-restricted-certificate',
  to: [CertificateRestricted, CertificateReleased],
})
export class FlagOrdersOfRestrictedCertificate implements Reacts<CertificateRestricted | CertificateReleased> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async on(event: CertificateRestricted | CertificateReleased): Promise<void> {
    const rows = await this.sql.rows<{ id: string }>('SELECT id FROM trading.order WHERE certificate_number = $1', [
      event.number,
    ]);
    for (const { id } of rows) {
      const order = await this.uow.get(Order, id);
      if (event instanceof CertificateReleased) order.unflag('CERTIFICATE_RESTRICTED', event.at);
      else await this.flag(order, event);
    }
  }

  private async flag(order: Order, { number, at }: CertificateRestricted): Promise<void> {
    const stops = this.config.RESTRICTED_ORDERS === 'halt';
    order.flag('CERTIFICATE_RESTRICTED', stops, at);
    if (!stops) return;
    if (order.can('cancel')) order.cancel('CERTIFICATE', number);
    else if (order.can('halt')) order.halt('CERTIFICATE', number);
    else return;
    for (const deadline of [ORDER_LAPSE, SILENT_ACCEPTANCE]) await this.uow.schedule(deadline, order.id, null);
  }
}
