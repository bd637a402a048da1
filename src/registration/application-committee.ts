import { mustActFor } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { ApplicationClocks, type Act } from './application-clocks.js';
import * as events from './application-events.js';
import { applicationMachine, type ApplicationAction } from './application-machine.js';
import * as committee from './committee-rules.js';

/** An application before the compliance committee. */
export abstract class ApplicationCommittee extends ApplicationClocks {
  /** Also without a trigger: the reviewer wants an opinion. */
  refer(text: string, facts: committee.RiskFacts, act: Act): void {
    this.mustBeReviewer('refer', act);
    if (this.pack.committeePolicy.mode === 'NEVER') throw new Refusal('registration/no-committee');
    const found = this.committeeTriggers(facts);
    const triggers = found.length > 0 ? found : ['REVIEWER'];
    const { applicantId, registrarId, resourceId } = this;
    const dueAt = committee.opinionDue(this.pack, act.now, this.reviewDue!);
    const told = { applicantId, registrarId, resourceId, triggers, text, dueAt };
    this.step('refer', events.ApplicationReferred, act, told);
  }

  /** The committee's opinion takes effect. */
  resolve(resolution: events.Resolution, act: Act): void {
    const { opinion, reasons: text, groundCode } = resolution;
    const told = { groundCode, text, resolution };
    if (opinion === 'FAIL') this.step('refuseByCommittee', events.ApplicationRefusedByCommittee, act, told);
    else if (opinion === 'RETURN_FOR_SUPPLEMENT') {
      const asked = committee.requestOf(resolution, act.now);
      this.step('returnByCommittee', events.ApplicationReturnedByCommittee, act, { ...told, ...asked });
    } else this.step('admitByCommittee', events.ApplicationAdmittedByCommittee, act, told);
  }

  /** Why the committee has to be heard (§3.8). */
  committeeTriggers(facts: committee.RiskFacts): string[] {
    const partlyUpheld = this.decisions.some(({ action }) => action === 'upholdObjectionPartly');
    return committee.committeeTriggers(this.pack, facts, this.content, partlyUpheld);
  }

  protected mustBeReviewer(action: ApplicationAction, { actor }: Act): void {
    mustActFor(actor, this.registrarId);
    applicationMachine.next(this.state, action);
    const { reviewerId } = this;
    if (actor.id !== reviewerId) throw new Refusal('registration/not-the-reviewer', { reviewerId });
  }
}
