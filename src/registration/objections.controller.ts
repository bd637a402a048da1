import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  AnswerConclusionBody,
  ConcludeObjectionBody,
  Created,
  ExecuteObjectionBody,
  FileObjectionBody,
  ObjectionActBody,
  ObjectionQuery,
  CertificateObjectionView,
  page,
  ReferObjectionBody,
  type Page,
} from '@app/sdk';
import { Idempotent } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AnswerObjection } from './answer-objection.js';
import { ConcludeObjection } from './conclude-objection.js';
import { FileObjection } from './file-objection.js';
import { GetObjection } from './get-objection.js';
import { HandleObjection } from './handle-objection.js';
import { ListObjections } from './list-objections.js';

/** Objections to what is registered (N1 §29); those during the public notice stand with the applications. */
@ApiTags('registration')
@Controller('v1')
export class ObjectionsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
  ) {}

  @Post('certificates/:number/objections')
  @Idempotent()
  @ApiCreatedResponse({ standardSchema: Created })
  file(
    @Param('number') number: string,
    @Body({ schema: FileObjectionBody }) body: FileObjectionBody,
  ): Promise<Created> {
    return this.commands.execute(new FileObjection(number, body));
  }

  @Get('objections')
  @ApiOkResponse({ standardSchema: page(CertificateObjectionView) })
  list(@Query({ schema: ObjectionQuery }) query: ObjectionQuery): Promise<Page<CertificateObjectionView>> {
    return this.queries.execute(new ListObjections(query));
  }

  @Get('objections/:id')
  @ApiOkResponse({ standardSchema: CertificateObjectionView })
  get(@Param('id') id: string): Promise<CertificateObjectionView> {
    return this.queries.execute(new GetObjection(id));
  }

  @Post('objections/:id/completion-request')
  @HttpCode(204)
  @ApiNoContentResponse()
  requestCompletion(
    @Param('id') id: string,
    @Body({ schema: ObjectionActBody }) body: ObjectionActBody,
  ): Promise<void> {
    return this.commands.execute(new HandleObjection(id, { kind: 'requestCompletion', body }));
  }

  @Post('objections/:id/completion')
  @HttpCode(204)
  @ApiNoContentResponse()
  complete(@Param('id') id: string, @Body({ schema: ObjectionActBody }) body: ObjectionActBody): Promise<void> {
    return this.commands.execute(new AnswerObjection(id, { kind: 'complete', body }));
  }

  @Post('objections/:id/acceptance')
  @HttpCode(204)
  @ApiNoContentResponse()
  accept(@Param('id') id: string, @Body({ schema: ObjectionActBody }) body: ObjectionActBody): Promise<void> {
    return this.commands.execute(new HandleObjection(id, { kind: 'accept', body }));
  }

  @Post('objections/:id/admission')
  @HttpCode(204)
  @ApiNoContentResponse()
  admit(@Param('id') id: string, @Body({ schema: ObjectionActBody }) body: ObjectionActBody): Promise<void> {
    return this.commands.execute(new AnswerObjection(id, { kind: 'admit', body }));
  }

  @Post('objections/:id/contest')
  @HttpCode(204)
  @ApiNoContentResponse()
  contest(@Param('id') id: string, @Body({ schema: ObjectionActBody }) body: ObjectionActBody): Promise<void> {
    return this.commands.execute(new AnswerObjection(id, { kind: 'contest', body }));
  }

  @Post('objections/:id/investigation')
  @HttpCode(204)
  @ApiNoContentResponse()
  investigate(@Param('id') id: string, @Body({ schema: ObjectionActBody }) body: ObjectionActBody): Promise<void> {
    return this.commands.execute(new HandleObjection(id, { kind: 'investigate', body }));
  }

  @Post('objections/:id/statements')
  @HttpCode(204)
  @ApiNoContentResponse()
  makeStatement(@Param('id') id: string, @Body({ schema: ObjectionActBody }) body: ObjectionActBody): Promise<void> {
    return this.commands.execute(new AnswerObjection(id, { kind: 'makeStatement', body }));
  }

  @Post('objections/:id/conclusion')
  @HttpCode(204)
  @ApiNoContentResponse()
  conclude(
    @Param('id') id: string,
    @Body({ schema: ConcludeObjectionBody }) body: ConcludeObjectionBody,
  ): Promise<void> {
    return this.commands.execute(new ConcludeObjection(id, { kind: 'conclude', body }));
  }

  @Post('objections/:id/answer')
  @HttpCode(204)
  @ApiNoContentResponse()
  answer(@Param('id') id: string, @Body({ schema: AnswerConclusionBody }) body: AnswerConclusionBody): Promise<void> {
    return this.commands.execute(new AnswerObjection(id, { kind: 'answer', body }));
  }

  @Post('objections/:id/referral')
  @HttpCode(204)
  @ApiNoContentResponse()
  refer(@Param('id') id: string, @Body({ schema: ReferObjectionBody }) body: ReferObjectionBody): Promise<void> {
    return this.commands.execute(new HandleObjection(id, { kind: 'refer', body }));
  }

  @Post('objections/:id/execution')
  @HttpCode(204)
  @ApiNoContentResponse()
  execute(@Param('id') id: string, @Body({ schema: ExecuteObjectionBody }) body: ExecuteObjectionBody): Promise<void> {
    return this.commands.execute(new ConcludeObjection(id, { kind: 'execute', body }));
  }

  @Post('objections/:id/dismissal')
  @HttpCode(204)
  @ApiNoContentResponse()
  dismiss(@Param('id') id: string, @Body({ schema: ObjectionActBody }) body: ObjectionActBody): Promise<void> {
    return this.commands.execute(new ConcludeObjection(id, { kind: 'dismiss', body }));
  }

  @Post('objections/:id/withdrawal')
  @HttpCode(204)
  @ApiNoContentResponse()
  withdraw(@Param('id') id: string, @Body({ schema: ObjectionActBody }) body: ObjectionActBody): Promise<void> {
    return this.commands.execute(new AnswerObjection(id, { kind: 'withdraw', body }));
  }
}
