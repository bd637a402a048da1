import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { shanghaiDate } from '@app/calendar';
import { packInForce, rulePacks } from '@app/rulepacks';
import type { RulePackSummary } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { Sql } from '../platform/sql.js';
import { RulePackShelf } from './rule-pack-shelf.js';

/**
 * Every version of every regime, the newest of each first. Whoever asks inside a command knows that no other is published at that
 * moment, and finds all of them by `rulePack(id, version)` and `packInForce(id, day)`.
 */
export class ListRulePacks extends Query<RulePackSummary[]> {}

@QueryHandler(ListRulePacks)
export class ListRulePacksHandler implements IQueryHandler<ListRulePacks> {
  constructor(
    private readonly sql: Sql,
    private readonly shelf: RulePackShelf,
    private readonly clock: Clock,
  ) {}

  async execute(): Promise<RulePackSummary[]> {
    await this.shelf.fill();
    const rows = await this.sql.rows<{ reference: string; at: string }>(
      `SELECT pack_id || '@' || pack_version AS reference, ending->>'at' AS at
       FROM rulepacks.rule_pack WHERE state = 'PUBLISHED'`,
    );
    const published = new Map(rows.map(({ reference, at }) => [reference, at]));
    const today = shanghaiDate(this.clock.now());
    return rulePacks.map((pack) => {
      const { id, version, name, jurisdiction, regime, status, effectiveFrom, effectiveTo } = pack;
      const inForce = packInForce(id, today) === pack;
      const publishedAt = published.get(`${id}@${version}`) ?? null;
      return { id, version, name, jurisdiction, regime, status, effectiveFrom, effectiveTo, inForce, publishedAt };
    });
  }
}
