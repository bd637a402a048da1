import { Reaction, type Reacts } from '../platform/relay.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { BallotBox } from './ballot-box.js';
import { CommitteeCaseResolved } from './committee-case-events.js';
import { SealResolution } from './seal-resolution.js';

/** The intent is in the ledger before the key is used, the result after. */
@Reaction({ consumer: 'seal-resolution-of-resolved-case', to: [CommitteeCaseResolved] })
export class SealResolutionOfResolvedCase implements Reacts<CommitteeCaseResolved> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly box: BallotBox,
  ) {}

  async on({ caseId, document }: CommitteeCaseResolved): Promise<void> {
    await this.uow.execute(new SealResolution(caseId, await this.box.sealResolution(document)));
  }
}
