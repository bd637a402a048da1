import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  permissions,
  type Action,
  type Page,
  type RulePackProposalsQuery,
  type RulePackProposalSummary,
} from '@app/sdk';
import { permit, type Actor } from '../platform/context.js';
import { decodeCursor, toPage } from '../platform/page.js';
import { Sql } from '../platform/sql.js';
import { rulePackMachine, type RulePackAction } from './rule-pack.js';

export const PROPOSAL_COLUMNS = `id, version, pack_id AS "packId", pack_version AS "packVersion",
  effective_from AS "effectiveFrom", organisation_id AS "organisationId", proposal, review, ending, state`;
export type ProposalRow = Omit<RulePackProposalSummary, 'actions'>;

const asked: Readonly<Record<RulePackAction, Action>> = {
  approve: 'rule-pack.review',
  reject: 'rule-pack.review',
  publish: 'rule-pack.publish',
  withdraw: 'rule-pack.propose',
};

/** What is possible now and this reader's to do. */
export const actionsFor = ({ state, proposal, organisationId }: ProposalRow, { id, orgId, roles }: Actor): string[] =>
  rulePackMachine.actions(state).filter((action) => {
    const allowed: readonly string[] = permissions[asked[action]];
    const own = action === 'withdraw' ? orgId === organisationId : id !== proposal.by;
    return own && roles.some((role) => allowed.includes(role));
  });

/** Versions on their way into force and what became of them, the newest first. */
export class ListRulePackProposals extends Query<Page<RulePackProposalSummary>> {
  constructor(readonly filter: RulePackProposalsQuery) {
    super();
  }
}

@QueryHandler(ListRulePackProposals)
export class ListRulePackProposalsHandler implements IQueryHandler<ListRulePackProposals> {
  constructor(private readonly sql: Sql) {}

  async execute({ filter }: ListRulePackProposals): Promise<Page<RulePackProposalSummary>> {
    const actor = permit('rule-pack.read-proposals');
    const { limit, cursor, packId, state } = filter;
    const [before = null] = decodeCursor(cursor, 'rpk_') ?? [];
    const rows = await this.sql.rows<ProposalRow>(
      `SELECT ${PROPOSAL_COLUMNS} FROM rulepacks.rule_pack WHERE ($1::text IS NULL OR id < $1)
         AND ($2::text IS NULL OR pack_id = $2) AND ($3::text IS NULL OR state = $3) ORDER BY id DESC LIMIT $4`,
      [before, packId ?? null, state ?? null, limit + 1],
    );
    const views = rows.map((row) => ({ ...row, actions: actionsFor(row, actor) }));
    return toPage(views, limit, ({ id }) => [id]);
  }
}
