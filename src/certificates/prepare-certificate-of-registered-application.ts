import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ApplicationRegistered } from '../registration/application-events.js';
import { PrepareCertificate } from './prepare-certificate.js';

/** A registered application gets its certificate (N1 §26). */
@Injectable()
@Reaction({ consumer: 'certificates.prepare-certificate-of-registered-application', to: [ApplicationRegistered] })
export class PrepareCertificateOfRegisteredApplication implements Reacts<ApplicationRegistered> {
  constructor(private readonly uow: UnitOfWork) {}

  on(event: ApplicationRegistered): Promise<void> {
    return this.onAll([event]);
  }

  async onAll(events: readonly ApplicationRegistered[]): Promise<void> {
    await this.uow.execute(new PrepareCertificate(...events));
  }
}
