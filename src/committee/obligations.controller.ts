import { Body, Controller, Get, HttpCode, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { CommitteeReasonBody, FulfilObligationBody, ObligationQuery, ObligationView, page, type Page } from '@app/sdk';
import { attachment } from '../platform/attachment.js';
import { FileStore } from '../platform/file-store.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ConfirmObligation } from './confirm-obligation.js';
import { GetEvidenceFile } from './get-evidence-file.js';
import { GetObligation } from './get-obligation.js';
import { ListObligations } from './list-obligations.js';
import { SendBackEvidence } from './send-back-evidence.js';
import { SubmitEvidence } from './submit-evidence.js';

@ApiTags('committee')
@Controller('v1/committee/obligations')
export class ObligationsController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly store: FileStore,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: page(ObligationView) })
  list(@Query({ schema: ObligationQuery }) query: ObligationQuery): Promise<Page<ObligationView>> {
    return this.queries.execute(new ListObligations(query));
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: ObligationView })
  get(@Param('id') id: string): Promise<ObligationView> {
    return this.queries.execute(new GetObligation(id));
  }

  @Get(':id/evidence')
  @ApiProduces('application/octet-stream')
  async evidence(@Param('id') id: string): Promise<StreamableFile> {
    return attachment(this.store, await this.queries.execute(new GetEvidenceFile(id)));
  }

  @Post(':id/evidence')
  @HttpCode(204)
  @ApiNoContentResponse()
  submit(@Param('id') id: string, @Body({ schema: FulfilObligationBody }) body: FulfilObligationBody): Promise<void> {
    return this.commands.execute(new SubmitEvidence(id, body));
  }

  @Post(':id/confirmation')
  @HttpCode(204)
  @ApiNoContentResponse()
  confirm(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new ConfirmObligation(id));
  }

  @Post(':id/return')
  @HttpCode(204)
  @ApiNoContentResponse()
  sendBack(@Param('id') id: string, @Body({ schema: CommitteeReasonBody }) body: CommitteeReasonBody): Promise<void> {
    return this.commands.execute(new SendBackEvidence(id, body.reason));
  }
}
