import { Injectable } from '@nestjs/common';
import { CertificateIssued } from '../certificates/certificate.js';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { CertifyApplication } from './certify-application.js';

@Injectable()
@Reaction({ consumer: 'registration.certify-application', to: [CertificateIssued] })
export class CertifyApplicationWhenCertificateIsIssued implements Reacts<CertificateIssued> {
  constructor(private readonly uow: UnitOfWork) {}

  on(event: CertificateIssued): Promise<void> {
    return this.onAll([event]);
  }

  onAll(events: readonly CertificateIssued[]): Promise<void> {
    return this.uow.execute(new CertifyApplication(...events));
  }
}
