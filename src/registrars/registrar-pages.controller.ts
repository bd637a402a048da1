import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { CONFIG, type Config } from '../platform/config.js';
import { orNull } from '../platform/refusal.js';
import { pageFrame, PublicPage } from '../platform/public-page.js';
import { GetRegistrarDetail } from './get-registrar-detail.js';
import { GetRegistrar } from './get-registrar.js';
import { ListRegistrars } from './list-registrars.js';
import { registrarPage, registrarsPage } from './registrar-page.js';

/** Who registers, for people: the catalogue, and what every registrar must disclose (N1 §10). */
@ApiExcludeController()
@Controller('registrars')
export class RegistrarPagesController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  @PublicPage()
  async list(@Query('cursor') cursor: unknown, @Query('lang') lang: unknown): Promise<string> {
    const page = { limit: 50, ...(typeof cursor === 'string' && { cursor }) };
    return registrarsPage(pageFrame(lang, this.config), await this.queries.execute(new ListRegistrars(page)));
  }

  @Get(':id')
  @PublicPage()
  async show(@Param('id') id: string, @Query('lang') lang: unknown): Promise<string> {
    const { id: listed } = await this.queries.execute(new GetRegistrar(id));
    const registrar = await this.queries.execute(new GetRegistrarDetail(listed));
    const { successorId } = registrar;
    const successor = successorId && (await orNull(this.queries.execute(new GetRegistrar(successorId))));
    return registrarPage(pageFrame(lang, this.config), registrar, successor || null);
  }
}
