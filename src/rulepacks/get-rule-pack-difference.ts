import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { packDifference } from '@app/rulepacks';
import type { RulePackDifference } from '@app/sdk';
import { GetRulePack } from './get-rule-pack.js';

/** What changed from the version `against` to the one that `reference` names. */
export class GetRulePackDifference extends Query<RulePackDifference> {
  constructor(
    readonly reference: string,
    readonly against: string,
  ) {
    super();
  }
}

@QueryHandler(GetRulePackDifference)
export class GetRulePackDifferenceHandler implements IQueryHandler<GetRulePackDifference> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ reference, against }: GetRulePackDifference): Promise<RulePackDifference> {
    const to = await this.queries.execute(new GetRulePack(reference));
    const from = await this.queries.execute(new GetRulePack(`${to.id}@${against}`));
    const changes = packDifference(from, to);
    return { from: `${from.id}@${from.version}`, to: `${to.id}@${to.version}`, changes };
  }
}
