import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import {
  ForeignCertificateEnded,
  ForeignCertificateLapsed,
  ForeignCertificateUpgraded,
} from '../recognition/foreign-certificate.js';
import { Listing } from './listing.js';

type Ended = ForeignCertificateEnded | ForeignCertificateLapsed | ForeignCertificateUpgraded;

/** 无登记不交易 (INV-20), wherever it was registered. */
@Injectable()
@Reaction({
  consumer: 'market.suspend-listings-of-ended-foreign-certificate',
  to: [ForeignCertificateEnded, ForeignCertificateLapsed, ForeignCertificateUpgraded],
})
export class SuspendListingsOfEndedForeignCertificate implements Reacts<Ended> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async on({ number }: Ended): Promise<void> {
    const listings = await this.sql.rows<{ id: string }>(
      `SELECT id FROM market.listing WHERE certificate_number = $1 AND state = 'PUBLISHED'`,
      [number],
    );
    for (const { id } of listings) {
      const listing = await this.uow.get(Listing, id);
      listing.suspend(`登记凭证 ${number} 已失效 Certificate ${number} has ended`, 'CERTIFICATE');
    }
  }
}
