import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { shanghaiDate } from '@app/calendar';
import { packInForce, rulePacks, type RulePack } from '@app/rulepacks';
import { Clock } from '../platform/clock.js';
import { Refusal } from '../platform/refusal.js';
import { RulePackShelf } from './rule-pack-shelf.js';

/** `CN-PROPERTY-2026@1.0.0` as decisions name it; without a version the one in force today, or else the newest. */
export class GetRulePack extends Query<RulePack> {
  constructor(readonly reference: string) {
    super();
  }
}

@QueryHandler(GetRulePack)
export class GetRulePackHandler implements IQueryHandler<GetRulePack> {
  constructor(
    private readonly shelf: RulePackShelf,
    private readonly clock: Clock,
  ) {}

  async execute({ reference }: GetRulePack): Promise<RulePack> {
    await this.shelf.fill();
    const pack =
      packInForce(reference, shanghaiDate(this.clock.now())) ??
      rulePacks.find(({ id, version }) => reference === id || reference === `${id}@${version}`);
    if (!pack) throw new Refusal('not-found', { kind: 'rule pack', id: reference });
    return pack;
  }
}
