import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { typeNames } from '@app/rulepacks';
import { authorityActNames, type Agency, type ApplicationType, type AuthorityAct } from '@app/sdk';
import { Refusal, type Fault } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { openManager } from '../platform/unit-of-work.js';
import type { Authority } from './authority.js';
import { mustBeFitAgent } from './fit-agent.js';
import { inForceAt } from './sight.js';

/** What somebody is about to do; `type` null: it concerns no application of the principal. */
export interface Need {
  readonly act: AuthorityAct;
  readonly type: ApplicationType | null;
  /** Null: of no data that is declared. */
  readonly resourceId: string | null;
}

/**
 * The authority by which an agent may act for one of these principals now, the first of them that gave one.
 * @throws Refusal registration/no-authority with the reason for each authority that there is, else not-your-organisation
 */
export class GetAgency extends Query<Agency> {
  constructor(
    readonly agentId: string,
    readonly principalIds: readonly string[],
    readonly need: Need,
    readonly now: Date,
  ) {
    super();
  }
}

type Row = Pick<
  Authority,
  'id' | 'principalId' | 'acts' | 'types' | 'resourceIds' | 'validFrom' | 'validTo' | 'state' | 'letter'
>;

@QueryHandler(GetAgency)
export class GetAgencyHandler implements IQueryHandler<GetAgency> {
  constructor(
    private readonly sql: Sql,
    private readonly queries: QueryBus,
  ) {}

  async execute({ agentId, principalIds, need, now }: GetAgency): Promise<Agency> {
    const { act, type, resourceId } = need;
    // Held until the commit: what ends it waits for the act, or the act begins anew and finds it ended.
    const hold = openManager() ? 'FOR SHARE' : '';
    const found = await this.sql.row<Row>(
      `SELECT u.id, u.principal_id AS "principalId", u.letter FROM registration.authority u
       WHERE u.agent_id = $1 AND u.principal_id = ANY ($2) AND u.acts @> to_jsonb($3::text) AND ${inForceAt('$4')}
         AND ($5::text IS NULL OR u.types @> to_jsonb($5::text))
         AND ($6::text IS NULL OR u.resource_ids IS NULL OR u.resource_ids @> to_jsonb($6::text))
       ORDER BY array_position($2, u.principal_id), u.id LIMIT 1 ${hold}`,
      [agentId, principalIds, act, now, type, resourceId],
    );
    if (!found) throw await this.refusal(agentId, principalIds, need, now);
    await mustBeFitAgent(agentId, '', this.queries);
    const { id: authorityId, principalId, letter } = found;
    return { authorityId, agentId, principalId, letter: letter.sha256 };
  }

  private async refusal(agentId: string, principalIds: readonly string[], need: Need, now: Date): Promise<Refusal> {
    const rows = await this.sql.rows<Row>(
      `SELECT id, acts, types, resource_ids AS "resourceIds", valid_from AS "validFrom", valid_to AS "validTo", state
       FROM registration.authority WHERE agent_id = $1 AND principal_id = ANY ($2) AND state NOT IN ('PROPOSED', 'DECLINED')
       ORDER BY state = 'ACTIVE' DESC, id DESC LIMIT 20`,
      [agentId, principalIds],
    );
    if (rows.length === 0) return new Refusal('not-your-organisation');
    const faults = rows.map((row) => lackOf(row, need, now));
    return new Refusal('registration/no-authority', { act: need.act, type: need.type }, faults);
  }
}

/** Why this authority does not do. */
function lackOf({ id, acts, types, validFrom, validTo, state }: Row, { act, type }: Need, now: Date): Fault {
  const because = (zh: string, en: string): Fault => ({ pointer: '', zh: `${id}:${zh}`, en: `${id}: ${en}` });
  const [from, to] = [validFrom.toISOString(), validTo.toISOString()];
  if (state === 'REVOKED') return because('已被委托人撤销', 'the principal has revoked it');
  if (state === 'RENOUNCED') return because('代理人已辞去委托', 'the agent has renounced it');
  if (state === 'EXPIRED' || now > validTo) return because(`已于 ${to} 届满`, `ended at ${to}`);
  if (now < validFrom) return because(`自 ${from} 起生效`, `begins at ${from}`);
  const { zh, en } = authorityActNames[act];
  if (!acts.includes(act)) return because(`未授权「${zh}」`, `is not for this: ${en}`);
  if (type !== null && !types.includes(type))
    return because(`未授权「${typeNames[type].zh}」`, `is not for this registration: ${typeNames[type].en}`);
  return because('未授权该数据资源', 'is not for this data');
}
