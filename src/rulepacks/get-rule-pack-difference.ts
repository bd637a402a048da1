import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { compareVersions, packDifference, rulePacks, type RulePack } from '@app/rulepacks';
import type { RulePackDifference } from '@app/sdk';
import { GetRulePack } from './get-rule-pack.js';

/** What changed from the version `against`, or without it the one before, to the one that `reference` names. */
export class GetRulePackDifference extends Query<RulePackDifference> {
  constructor(
    readonly reference: string,
    readonly against: string | undefined,
  ) {
    super();
  }
}

@QueryHandler(GetRulePackDifference)
export class GetRulePackDifferenceHandler implements IQueryHandler<GetRulePackDifference> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ reference, against }: GetRulePackDifference): Promise<RulePackDifference> {
    const to = await this.queries.execute(new GetRulePack(reference));
    const from = against ? await this.queries.execute(new GetRulePack(`${to.id}@${against}`)) : before(to);
    return {
      from: from ? `${from.id}@${from.version}` : null,
      to: `${to.id}@${to.version}`,
      changes: from ? packDifference(from, to) : [],
    };
  }
}

const before = ({ id, version }: RulePack): RulePack | undefined =>
  rulePacks.find((pack) => pack.id === id && compareVersions(pack.version, version) < 0);
