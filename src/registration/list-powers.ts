import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { AuthorityAct } from '@app/sdk';
import { Sql } from '../platform/sql.js';
import type { ApplicationAction } from './application-machine.js';
import type { ApplicationRecord } from './application-record.js';
import { coApplicantsOf } from './joint-applicants.js';
import { FITS_APPLICATION, inForceAt } from './sight.js';

export interface Power {
  readonly principalId: string;
  readonly acts: readonly AuthorityAct[];
}

/** What an organisation may do as an agent in an application, at this moment. */
export class ListPowers extends Query<readonly Power[]> {
  constructor(
    readonly agentId: string,
    readonly applicationId: string,
    readonly now: Date,
  ) {
    super();
  }
}

@QueryHandler(ListPowers)
export class ListPowersHandler implements IQueryHandler<ListPowers> {
  constructor(private readonly sql: Sql) {}

  execute({ agentId, applicationId, now }: ListPowers): Promise<readonly Power[]> {
    return this.sql.rows<Power>(
      `SELECT u.principal_id AS "principalId", u.acts FROM registration.authority u
       JOIN registration.application a ON ${FITS_APPLICATION}
       WHERE a.id = $1 AND u.agent_id = $2 AND ${inForceAt('$3')} ORDER BY u.id`,
      [applicationId, agentId, now],
    );
  }
}

const OF_APPLICANT: Partial<Record<AuthorityAct, readonly ApplicationAction[]>> = {
  REVISE: ['revise'],
  SUBMIT: ['submit'],
  ANSWER: ['correct', 'resubmit', 'supply'],
  WITHDRAW: ['withdraw'],
};

/** The same in the words of the application's machine. */
export const actionsOfAgent = (
  application: Pick<ApplicationRecord, 'applicantId' | 'counterpartyId' | 'joined' | 'joint'>,
  powers: readonly Power[],
): ApplicationAction[] =>
  powers.flatMap(({ principalId, acts }) => {
    if (principalId === application.applicantId) return acts.flatMap((act) => OF_APPLICANT[act] ?? []);
    const own = coApplicantsOf(application).find(({ organisationId }) => organisationId === principalId);
    if (own?.joined) return acts.includes('WITHDRAW') ? ['withdraw'] : [];
    return acts.includes('JOIN') ? ['join', 'rejoin'] : [];
  });
