import { Injectable } from '@nestjs/common';
import { CertificateRestricted } from '../certificates/certificate.js';
import { Reaction, type Reacts } from '../platform/relay.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Listing } from './listing.js';

/** A court or an authority holds the right: nothing of it is on offer meanwhile. The seller resumes when it is free again. */
@Injectable()
@Reaction({ consumer: 'market.suspend-listings-of-restricted-certificate', to: [CertificateRestricted] })
export class SuspendListingsOfRestrictedCertificate implements Reacts<CertificateRestricted> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async on({ number }: CertificateRestricted): Promise<void> {
    const listings = await this.sql.rows<{ id: string }>(
      `SELECT id FROM market.listing WHERE certificate_number = $1 AND state = 'PUBLISHED'`,
      [number],
    );
    for (const { id } of listings) {
      const listing = await this.uow.get(Listing, id);
      listing.suspend(`登记凭证 ${number} 受司法保全或行政管制 Certificate ${number} is restricted`, 'CERTIFICATE');
    }
  }
}
