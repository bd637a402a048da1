import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { rulePackJsonSchema, type RulePack } from '@app/rulepacks';
import { DifferenceQuery, page, RulePackDifference, RulePackSummary, type Page } from '@app/sdk';
import { GetRulePackDifference } from './get-rule-pack-difference.js';
import { GetRulePack } from './get-rule-pack.js';
import { ListRulePacks } from './list-rule-packs.js';

/** The regimes by which the platform decides: public, because they are law. */
@ApiTags('rule packs')
@Controller('v1/rule-packs')
export class RulePacksController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOkResponse({ standardSchema: page(RulePackSummary) })
  async list(): Promise<Page<RulePackSummary>> {
    return { items: await this.queries.execute(new ListRulePacks()), nextCursor: null };
  }

  /** The form of a pack, for its authors. */
  @Get('schema')
  @Header('content-type', 'application/schema+json')
  @ApiOkResponse({ description: 'JSON Schema, draft 2020-12' })
  schema() {
    return JSON.stringify(rulePackJsonSchema());
  }

  /** `CN-PROPERTY-2026@1.0.0` as decisions name it; without a version the one in force today, or else the newest. */
  @Get(':id')
  @ApiOkResponse({ schema: rulePackJsonSchema() as object })
  get(@Param('id') id: string): Promise<RulePack> {
    return this.queries.execute(new GetRulePack(id));
  }

  @Get(':id/difference')
  @ApiOkResponse({ standardSchema: RulePackDifference })
  difference(
    @Param('id') id: string,
    @Query({ schema: DifferenceQuery }) { against }: DifferenceQuery,
  ): Promise<RulePackDifference> {
    return this.queries.execute(new GetRulePackDifference(id, against));
  }
}
