import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ApplicationReferred } from '../registration/application-events.js';
import { OpenCase } from './open-case.js';

@Reaction({ consumer: 'open-case-of-referred-application', to: [ApplicationReferred] })
export class OpenCaseOfReferredApplication implements Reacts<ApplicationReferred> {
  constructor(private readonly uow: UnitOfWork) {}

  on(referral: ApplicationReferred): Promise<void> {
    return this.uow.execute(new OpenCase(referral));
  }
}
