import type { QueryBus } from '@nestjs/cqrs';
import { Refusal } from '../platform/refusal.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { actingIn } from './acting-for.js';
import { changeApplication } from './application-command.js';
import type { Act } from './application.js';
import { DataResource } from './data-resource.js';
import { ListSimilarData } from './list-similar-data.js';
import { priorOf } from './prior-certificate.js';
import { submissionFacts } from './submission-facts.js';

/** Hands one application to its registrar, on the facts as they are now. */
export const handIn = (
  id: string,
  action: 'submit' | 'resubmit',
  own: Act,
  uow: UnitOfWork,
  queries: QueryBus,
): Promise<void> =>
  changeApplication(uow, id, async (application) => {
    const act = await actingIn(application, action === 'submit' ? 'SUBMIT' : 'ANSWER', own, queries, uow);
    const { applicantId, content } = application;
    const resource = await uow.get(DataResource, application.resourceId);
    const facts = await submissionFacts(queries, application, content, resource, act.now);
    const { status } = facts.applicant;
    if (status !== 'ACTIVE') throw new Refusal('parties/inactive', { id: applicantId, status });
    const prior = await priorOf(application, queries);
    // What is on the register already resembles itself.
    const asked = new ListSimilarData(application.resourceId, applicantId, id);
    const similar = prior ? [] : await queries.execute(asked);
    application.submit(action, { ...facts, prior }, similar, act);
  });
