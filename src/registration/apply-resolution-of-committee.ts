import { Injectable } from '@nestjs/common';
import { CommitteeResolutionSealed } from '../committee/committee-case.js';
import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ApplyResolution } from './apply-resolution.js';

@Injectable()
@Reaction({ consumer: 'registration.apply-resolution', to: [CommitteeResolutionSealed] })
export class ApplyResolutionOfCommittee implements Reacts<CommitteeResolutionSealed> {
  constructor(private readonly uow: UnitOfWork) {}

  on(event: CommitteeResolutionSealed): Promise<void> {
    const { applicationId, caseId, opinion, groundCode, reasons, conditions, resolutionHash } = event;
    const resolution = { caseId, opinion, groundCode, reasons, conditions, resolutionHash };
    return this.uow.execute(new ApplyResolution(applicationId, resolution));
  }
}
