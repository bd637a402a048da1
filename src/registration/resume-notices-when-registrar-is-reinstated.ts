import { Injectable } from '@nestjs/common';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { RegistrarReinstated } from '../registrars/registrar-events.js';
import { ResumeNotices } from './resume-notices.js';

@Injectable()
@Reaction({ consumer: 'registration.resume-notices', to: [RegistrarReinstated] })
export class ResumeNoticesWhenRegistrarIsReinstated implements Reacts<RegistrarReinstated> {
  constructor(private readonly uow: UnitOfWork) {}

  on({ registrarId }: RegistrarReinstated): Promise<void> {
    return this.uow.execute(new ResumeNotices(registrarId));
  }
}
