import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import {
  ObjectionAccepted,
  ObjectionDismissed,
  ObjectionExecuted,
  ObjectionWithdrawn,
} from '../registration/objection-events.js';
import { Certificate } from './certificate.js';
import { EXPIRY } from './expire-certificate.js';
import { REMARK_ENDS } from './lift-expired-remarks.js';

type News = ObjectionAccepted | ObjectionExecuted | ObjectionDismissed | ObjectionWithdrawn;

/** Everybody sees that an objection is open; what it comes to in the end may end the certificate (N1 §29, §37(3)). */
@Injectable()
@Reaction({
  consumer: 'certificates.flag-certificate-of-objection',
  to: [ObjectionAccepted, ObjectionExecuted, ObjectionDismissed, ObjectionWithdrawn],
})
export class FlagCertificateOfObjection implements Reacts<News> {
  constructor(private readonly uow: UnitOfWork) {}

  async on(event: News): Promise<void> {
    const certificate = await this.uow.get(Certificate, event.certificateId);
    const at = new Date(event.at);
    if (event instanceof ObjectionAccepted) return certificate.openObjection(event.objectionId, at);
    if (event instanceof ObjectionExecuted && event.groundCode !== null && certificate.isLasting) {
      certificate.cancelByRegistrar(event.groundCode, event.text, at);
      for (const deadline of [EXPIRY, REMARK_ENDS]) await this.uow.schedule(deadline, certificate.id, null);
    }
    certificate.closeObjection(event.objectionId, at);
  }
}
