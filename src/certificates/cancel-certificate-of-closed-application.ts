import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ApplicationClosed } from '../registration/application-events.js';
import { Certificate, certificateMachine } from './certificate.js';
import { EXPIRY } from './expire-certificate.js';

/** A cancellation that its holder asked for is on the register: the certificate ends (N1 §37). */
@Injectable()
@Reaction({ consumer: 'certificates.cancel-certificate-of-closed-application', to: [ApplicationClosed] })
export class CancelCertificateOfClosedApplication implements Reacts<ApplicationClosed> {
  constructor(private readonly uow: UnitOfWork) {}

  async on({ certificateId, groundCode, text, at }: ApplicationClosed): Promise<void> {
    const certificate = await this.uow.get(Certificate, certificateId);
    // What ended by itself in between stays as it ended.
    if (!certificateMachine.actions(certificate.status).includes('cancel')) return;
    certificate.cancel(groundCode!, text!, new Date(at));
    await this.uow.schedule(EXPIRY, certificateId, null);
  }
}
