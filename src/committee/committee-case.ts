import { Event } from '../platform/event.js';

/** The committee's opinion on an application, sealed: what it decided, why, and under which conditions. */
@Event('committee.resolution-sealed.v1')
export class CommitteeResolutionSealed {
  declare readonly caseId: string;
  declare readonly applicationId: string;
  declare readonly opinion: 'PASS' | 'PASS_WITH_CONDITIONS' | 'RETURN_FOR_SUPPLEMENT' | 'FAIL';
  declare readonly groundCode: string | null;
  declare readonly reasons: string;
  declare readonly conditions: readonly { readonly text: string; readonly dueAt: string }[];
  declare readonly resolutionHash: string;
  declare readonly at: string;
  declare readonly rulePack: string;

  constructor(facts: object) {
    Object.assign(this, facts);
  }
}
