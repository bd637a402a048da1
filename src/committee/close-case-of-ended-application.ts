import { eventType } from '../platform/event.js';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import {
  ApplicationRefused,
  ApplicationRefusedByCommittee,
  ApplicationTerminated,
  ApplicationWithdrawn,
} from '../registration/application-events.js';
import { CloseCase } from './close-case.js';

type Ended = ApplicationWithdrawn | ApplicationTerminated | ApplicationRefused | ApplicationRefusedByCommittee;

@Reaction({
  consumer: 'close-case-of-ended-application',
  to: [ApplicationWithdrawn, ApplicationTerminated, ApplicationRefused, ApplicationRefusedByCommittee],
})
export class CloseCaseOfEndedApplication implements Reacts<Ended> {
  constructor(private readonly uow: UnitOfWork) {}

  on(ended: Ended): Promise<void> {
    return this.uow.execute(new CloseCase(ended.applicationId, eventType(ended)));
  }
}
