import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { CONFIG, originOf, type Config } from '../platform/config.js';
import { pageFrame, PublicPage } from '../platform/public-page.js';
import { ListPublicNotices } from './list-public-notices.js';
import { noticesFeed, noticesPage } from './notices-page.js';

/** For people who want to know what is about to be registered (N1 §24). */
@ApiExcludeController()
@Controller()
export class NoticesController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('notices')
  @PublicPage()
  async show(@Query('cursor') cursor: unknown, @Query('lang') lang: unknown): Promise<string> {
    const page = { limit: 50, ...(typeof cursor === 'string' && { cursor }) };
    return noticesPage(pageFrame(lang, this.config), await this.queries.execute(new ListPublicNotices(page)));
  }

  /** The newest notices, to subscribe to. */
  @Get('notices.atom')
  @Header('content-type', 'application/atom+xml; charset=utf-8')
  @Header('cache-control', 'public, max-age=300')
  async feed(@Query('lang') lang: unknown): Promise<string> {
    const { items } = await this.queries.execute(new ListPublicNotices({ limit: 100 }, 'NEWEST'));
    return noticesFeed(pageFrame(lang, this.config), originOf(this.config), items);
  }
}
