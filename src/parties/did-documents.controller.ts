import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { didDocument, didWeb } from '@app/signing';
import { CONFIG, type Config } from '../platform/config.js';
import { asSystem } from '../platform/context.js';
import { GetOrganisation } from './get-organisation.js';
import { ListOrganisationKeys } from './list-organisation-keys.js';

/** W3C did:web for organisations: `did:web:<host>:organisations:<id>` with the keys that they registered. */
@ApiExcludeController()
@Controller('organisations')
export class DidDocumentsController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get(':id/did.json')
  @Header('content-type', 'application/did+json')
  @Header('cache-control', 'public, max-age=300')
  async did(@Param('id') id: string) {
    await asSystem(() => this.queries.execute(new GetOrganisation(id)));
    const { PUBLIC_URL, HOST, PORT } = this.config;
    const { keys } = await this.queries.execute(new ListOrganisationKeys(id));
    return didDocument(didWeb(PUBLIC_URL ?? `http://${HOST}:${PORT}`, 'organisations', id), keys);
  }
}
