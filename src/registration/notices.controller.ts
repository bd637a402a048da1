import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { languages, type Language } from '@app/sdk';
import { CONFIG, type Config } from '../platform/config.js';
import { currentContext } from '../platform/context.js';
import { ListPublicNotices } from './list-public-notices.js';
import { noticesPage } from './notices-page.js';

/** For people who want to know what is about to be registered (N1 §24). */
@ApiExcludeController()
@Controller('notices')
export class NoticesController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  )
  async show(@Query('lang') lang: unknown): Promise<string> {
    const language: Language = languages.find((known) => known === lang) ?? currentContext().language;
    const { items } = await this.queries.execute(new ListPublicNotices({ limit: 100 }));
    return noticesPage(language, this.config.DEMO, items);
  }
}
