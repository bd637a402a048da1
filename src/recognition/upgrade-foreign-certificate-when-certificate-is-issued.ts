import { Injectable } from '@nestjs/common';
import { CertificateIssued } from '../certificates/certificate.js';
import { Clock } from '../platform/clock.js';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ForeignCertificate } from './foreign-certificate.js';
import { FOREIGN_EXPIRY } from './lapse-foreign-certificate.js';

/** Both say the same of the same data; whose rights pass on later, the register here alone knows (INV-07). */
@Injectable()
@Reaction({ consumer: 'recognition.upgrade-foreign-certificate-when-certificate-is-issued', to: [CertificateIssued] })
export class UpgradeForeignCertificateWhenCertificateIsIssued implements Reacts<CertificateIssued> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  async on({ certificateId, number, upgradedFrom }: CertificateIssued): Promise<void> {
    if (upgradedFrom === undefined) return;
    const foreign = await this.uow.get(ForeignCertificate, upgradedFrom);
    // What ended before stays as it ended.
    if (foreign.state !== 'RECORDED') return;
    foreign.upgrade(certificateId, number, this.clock.now());
    await this.uow.schedule(FOREIGN_EXPIRY, foreign.id, null);
  }
}
