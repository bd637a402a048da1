import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { shanghaiDate } from '@app/calendar';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { pageFrame, PublicPage } from '../platform/public-page.js';
import { GetRulePack } from './get-rule-pack.js';
import { ListRulePacks } from './list-rule-packs.js';
import { rulePackPage, rulePacksPage, type RulePackFrame } from './rule-pack-page.js';

/** The law of the platform, for people. */
@ApiExcludeController()
@Controller('rule-packs')
export class RulePackPagesController {
  constructor(
    private readonly queries: QueryBus,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @PublicPage()
  async list(@Query('lang') lang: unknown): Promise<string> {
    return rulePacksPage(this.frame(lang), await this.queries.execute(new ListRulePacks()));
  }

  @Get(':id')
  @PublicPage()
  async show(@Param('id') id: string, @Query('lang') lang: unknown): Promise<string> {
    const pack = await this.queries.execute(new GetRulePack(id));
    const all = await this.queries.execute(new ListRulePacks());
    const versions = all.filter((other) => other.id === pack.id);
    return rulePackPage(this.frame(lang), pack, versions);
  }

  private frame(lang: unknown): RulePackFrame {
    return { ...pageFrame(lang, this.config), today: shanghaiDate(this.clock.now()) };
  }
}
