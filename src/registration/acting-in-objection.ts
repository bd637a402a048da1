import type { QueryBus } from '@nestjs/cqrs';
import type { AuthorityAct, CertificateView } from '@app/sdk';
import { GetOrganisation } from '../parties/get-organisation.js';
import { orNull, Refusal } from '../platform/refusal.js';
import type { Sql } from '../platform/sql.js';
import type { UnitOfWork } from '../platform/unit-of-work.js';
import { actingFor } from './acting-for.js';
import { conflict } from './application-agents.js';
import type { Act } from './application-clocks.js';
import { objectionActs, type Objection, type ObjectionAction } from './objection.js';

/** By which act of an authority an agent speaks for a party: pursuing an objection, or answering one to a registration of the principal's. */
export const SPEAKS = { objector: 'OBJECT', registrant: 'ANSWER_OBJECTION' } as const satisfies Record<
  string,
  AuthorityAct
>;

/** For whom somebody does this in an objection: a party by itself, or its agent, who stays with the side that it spoke for. */
export async function actingInObjection(
  { objectorId, registrantId, resourceId, agents }: Objection,
  action: ObjectionAction,
  by: Act,
  queries: QueryBus,
  uow: UnitOfWork,
): Promise<Act> {
  const all = [
    { side: 'objector', id: objectorId },
    { side: 'registrant', id: registrantId },
  ] as const;
  const sides = all.filter(({ side }) => (objectionActs[side] as readonly ObjectionAction[]).includes(action));
  const own = sides.filter(({ id }) => id === by.actor.orgId);
  const spokenFor = sides.filter(({ id }) =>
    agents.some(({ agentId, principalId }) => agentId === by.actor.orgId && principalId === id),
  );
  const [chosen] = [own, spokenFor, sides].filter((some) => some.length > 0);
  const refusals: Refusal[] = [];
  for (const { side, id } of chosen!) {
    // What an authority is limited to is data of the principal; an authority that is limited covers none that is unknown.
    const need = { act: SPEAKS[side], type: null, resourceId: side === 'registrant' ? (resourceId ?? '') : null };
    const act = await actingFor([id], need, by, queries, uow).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(error);
    });
    if (act) return act;
  }
  throw refusals.find(({ code }) => code === 'registration/no-authority') ?? refusals[0]!;
}

/** Who holds the certificate, or acted for those who registered it, objects to it for nobody. */
export async function mustBeFreeToObject(
  { applicationId, subject }: CertificateView,
  speakers: readonly string[],
  queries: QueryBus,
  sql: Sql,
): Promise<void> {
  const holders = (subject['holders'] ?? []) as { uscc: string }[];
  for (const id of holders.length > 0 ? new Set(speakers) : []) {
    const organisation = await orNull(queries.execute(new GetOrganisation(id)));
    if (holders.some(({ uscc }) => uscc === organisation?.uscc)) throw new Refusal('registration/own-certificate');
  }
  const acted = await sql.row<{ agentId: string }>(
    `SELECT x->>'agentId' AS "agentId" FROM registration.application, jsonb_array_elements(agents) x
     WHERE id = $1 AND x->>'agentId' = ANY ($2) LIMIT 1`,
    [applicationId, speakers],
  );
  if (acted) throw conflict(acted.agentId, '已代理该登记的申请', 'acted as an agent in that registration');
}
