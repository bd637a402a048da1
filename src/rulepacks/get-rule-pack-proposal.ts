import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { compareVersions, packDifference, rulePacks, type RulePack } from '@app/rulepacks';
import type { RulePackProposalView } from '@app/sdk';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { actionsFor, PROPOSAL_COLUMNS, type ProposalRow } from './list-rule-pack-proposals.js';
import { RulePackShelf } from './rule-pack-shelf.js';

/** A proposal with its pack, and what it would change. */
export class GetRulePackProposal extends Query<RulePackProposalView> {
  constructor(readonly rulePackId: string) {
    super();
  }
}

type Row = ProposalRow & { readonly document: RulePack; readonly documentSha256: string };

@QueryHandler(GetRulePackProposal)
export class GetRulePackProposalHandler implements IQueryHandler<GetRulePackProposal> {
  constructor(
    private readonly sql: Sql,
    private readonly shelf: RulePackShelf,
  ) {}

  async execute({ rulePackId: id }: GetRulePackProposal): Promise<RulePackProposalView> {
    const actor = permit('rule-pack.read-proposals');
    await this.shelf.fill();
    const row = await this.sql.row<Row>(
      `SELECT ${PROPOSAL_COLUMNS}, document, document_sha256 AS "documentSha256"
       FROM rulepacks.rule_pack WHERE id = $1`,
      [id],
    );
    if (!row) throw new Refusal('not-found', { kind: 'rule pack proposal', id });
    const { packId, packVersion, document } = row;
    const before = rulePacks.find((pack) => pack.id === packId && compareVersions(pack.version, packVersion) < 0);
    return {
      ...row,
      document: document as Record<string, unknown>,
      actions: actionsFor(row, actor),
      comparedWith: before ? `${before.id}@${before.version}` : null,
      changes: before ? packDifference(before, document) : [],
    };
  }
}
