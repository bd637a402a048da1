import { Controller, Get, Header, Inject, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { shanghaiDate } from '@app/calendar';
import { languages, type Language } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { CONFIG, type Config } from '../platform/config.js';
import { currentContext } from '../platform/context.js';
import { GetRulePack } from './get-rule-pack.js';
import { ListRulePacks } from './list-rule-packs.js';
import { rulePackPage, rulePacksPage, type PageFrame } from './rule-pack-page.js';

const HTML = 'text/html; charset=utf-8';
const CSP =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'";

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
  @Header('content-type', HTML)
  @Header('content-security-policy', CSP)
  async list(@Query('lang') lang: unknown): Promise<string> {
    return rulePacksPage(this.frame(lang), await this.queries.execute(new ListRulePacks()));
  }

  @Get(':id')
  @Header('content-type', HTML)
  @Header('content-security-policy', CSP)
  async show(@Param('id') id: string, @Query('lang') lang: unknown): Promise<string> {
    const pack = await this.queries.execute(new GetRulePack(id));
    const all = await this.queries.execute(new ListRulePacks());
    const versions = all.filter((other) => other.id === pack.id);
    return rulePackPage(this.frame(lang), pack, versions);
  }

  private frame(lang: unknown): PageFrame {
    const chosen = languages.find((language): language is Language => language === lang);
    return {
      language: chosen ?? currentContext().language,
      demonstration: this.config.DEMO,
      today: shanghaiDate(this.clock.now()),
    };
  }
}
