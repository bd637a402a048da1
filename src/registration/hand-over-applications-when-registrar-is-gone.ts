import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { RegistrarExited, RegistrarTakenOver } from '../registrars/registrar-events.js';
import { HandOverApplications } from './hand-over-applications.js';

@Injectable()
@Reaction({ consumer: 'registration.hand-over-applications', to: [RegistrarExited, RegistrarTakenOver] })
export class HandOverApplicationsWhenRegistrarIsGone implements Reacts<RegistrarExited | RegistrarTakenOver> {
  constructor(private readonly uow: UnitOfWork) {}

  on({ organisationId, successorId }: RegistrarExited | RegistrarTakenOver): Promise<void> {
    return this.uow.execute(new HandOverApplications(organisationId, successorId));
  }
}
