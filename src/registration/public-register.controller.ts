import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RulePack, rulePackJsonSchema, rulePacks } from '@app/rulepacks';
import { page, PageQuery, PublicNotice, type Page } from '@app/sdk';
import { Refusal } from '../platform/refusal.js';
import { ListPublicNotices } from './list-public-notices.js';

/** What everybody may read before there is a certificate: the notices, and the rules by which they came about. */
@ApiTags('registration')
@Controller('v1')
export class PublicRegisterController {
  constructor(private readonly queries: QueryBus) {}

  @Get('public-notices')
  @ApiOkResponse({ standardSchema: page(PublicNotice) })
  notices(@Query({ schema: PageQuery }) query: PageQuery): Promise<Page<PublicNotice>> {
    return this.queries.execute(new ListPublicNotices(query));
  }

  @Get('rule-packs')
  @ApiOkResponse({ description: 'The regimes in use, each with its version' })
  packs() {
    return {
      items: rulePacks.map(({ id, version, name, jurisdiction, regime, status, effectiveFrom, effectiveTo }) => {
        return { id, version, name, jurisdiction, regime, status, effectiveFrom, effectiveTo };
      }),
      nextCursor: null,
    };
  }

  /** The newest version, or `CN-PROPERTY-2026@1.0.0` as decisions name it. */
  @Get('rule-packs/:id')
  @ApiOkResponse({ schema: rulePackJsonSchema() as object })
  pack(@Param('id') id: string): RulePack {
    const pack = rulePacks.find((known) => [known.id, `${known.id}@${known.version}`].includes(id));
    if (!pack) throw new Refusal('not-found', { kind: 'rule pack', id });
    return pack;
  }
}
