import { Body, Controller, Get, HttpCode, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  AuthorityQuery,
  AuthorityView,
  Created,
  EndAuthorityBody,
  GrantAuthorityBody,
  page,
  type Page,
} from '@app/sdk';
import { attachment } from '../platform/attachment.js';
import { FileStore } from '../platform/file-store.js';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AcceptAuthority } from './accept-authority.js';
import { DeclineAuthority } from './decline-authority.js';
import { GetAuthority } from './get-authority.js';
import { GetLetterOfAuthority } from './get-letter-of-authority.js';
import { GrantAuthority } from './grant-authority.js';
import { ListAuthorities } from './list-authorities.js';
import { RenounceAuthority } from './renounce-authority.js';
import { RevokeAuthority } from './revoke-authority.js';

/** 授权委托书: who may act for whom before registrars. */
@ApiTags('registration')
@Controller('v1/authorities')
export class AuthoritiesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly store: FileStore,
  ) {}

  @Post()
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  grant(@Body({ schema: GrantAuthorityBody }) body: GrantAuthorityBody): Promise<Created> {
    return this.commands.execute(new GrantAuthority(body));
  }

  @Get()
  @ApiOkResponse({ standardSchema: page(AuthorityView) })
  list(@Query({ schema: AuthorityQuery }) query: AuthorityQuery): Promise<Page<AuthorityView>> {
    return this.queries.execute(new ListAuthorities(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: AuthorityView })
  get(@Param('id') id: string): Promise<AuthorityView> {
    return this.queries.execute(new GetAuthority(id));
  }

  @Get(':id/letter')
  @ApiProduces('application/octet-stream')
  async letter(@Param('id') id: string): Promise<StreamableFile> {
    return attachment(this.store, await this.queries.execute(new GetLetterOfAuthority(id)));
  }

  @Post(':id/acceptance')
  @HttpCode(204)
  @ApiNoContentResponse()
  accept(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new AcceptAuthority(id));
  }

  @Post(':id/declination')
  @HttpCode(204)
  @ApiNoContentResponse()
  decline(@Param('id') id: string, @Body({ schema: EndAuthorityBody }) { reason }: EndAuthorityBody): Promise<void> {
    return this.commands.execute(new DeclineAuthority(id, reason));
  }

  /** By the principal, at once. */
  @Post(':id/revocation')
  @HttpCode(204)
  @ApiNoContentResponse()
  revoke(@Param('id') id: string, @Body({ schema: EndAuthorityBody }) { reason }: EndAuthorityBody): Promise<void> {
    return this.commands.execute(new RevokeAuthority(id, reason));
  }

  /** By the agent. */
  @Post(':id/renunciation')
  @HttpCode(204)
  @ApiNoContentResponse()
  renounce(@Param('id') id: string, @Body({ schema: EndAuthorityBody }) { reason }: EndAuthorityBody): Promise<void> {
    return this.commands.execute(new RenounceAuthority(id, reason));
  }
}
