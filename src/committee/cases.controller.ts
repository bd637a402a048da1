import { Body, Controller, Get, HttpCode, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiNoContentResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  CaseQuery,
  CaseSummary,
  CaseView,
  CommitteeReasonBody,
  DeclareImpartialityBody,
  page,
  RemovePanellistBody,
  SealedResolution,
  SealKeys,
  VoteBody,
  type Page,
} from '@app/sdk';
import { attachment } from '../platform/attachment.js';
import { FileStore } from '../platform/file-store.js';
import { WithoutPrecondition } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { CallRevote } from './call-revote.js';
import { CastVote } from './cast-vote.js';
import { DecideTie } from './decide-tie.js';
import { DeclareImpartiality } from './declare-impartiality.js';
import { DismissPanel } from './dismiss-panel.js';
import { FixCandidates } from './fix-candidates.js';
import { GetCaseMaterial } from './get-case-material.js';
import { GetCase } from './get-case.js';
import { GetResolution } from './get-resolution.js';
import { GetSealKeys } from './get-seal-keys.js';
import { ListCases } from './list-cases.js';
import { RemovePanellist } from './remove-panellist.js';

@ApiTags('committee')
@Controller('v1/committee')
export class CasesController {
  constructor(
    private readonly commands: UnitOfWork,
    private readonly queries: QueryBus,
    private readonly store: FileStore,
  ) {}

  @Get('seal-keys')
  @ApiOkResponse({ standardSchema: SealKeys })
  keys(): Promise<SealKeys> {
    return this.queries.execute(new GetSealKeys());
  }

  @Get('cases')
  @ApiOkResponse({ standardSchema: page(CaseSummary) })
  list(@Query({ schema: CaseQuery }) query: CaseQuery): Promise<Page<CaseSummary>> {
    return this.queries.execute(new ListCases(query));
  }

  @Get('cases/:id')
  @ApiOkResponse({ standardSchema: CaseView })
  get(@Param('id') id: string): Promise<CaseView> {
    return this.queries.execute(new GetCase(id));
  }

  @Get('cases/:id/resolution')
  @ApiOkResponse({ standardSchema: SealedResolution })
  resolution(@Param('id') id: string): Promise<SealedResolution> {
    return this.queries.execute(new GetResolution(id));
  }

  /** A file of the application, for the panel and watchers. */
  @Get('cases/:id/materials/:fileId')
  @ApiProduces('application/octet-stream')
  async material(@Param('id') id: string, @Param('fileId') fileId: string): Promise<StreamableFile> {
    return attachment(this.store, await this.queries.execute(new GetCaseMaterial(id, fileId)));
  }

  @Post('cases/:id/candidates')
  @HttpCode(204)
  @ApiNoContentResponse()
  candidates(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new FixCandidates(id));
  }

  /** What other panellists do meanwhile changes nothing in it. */
  @Post('cases/:id/declaration')
  @HttpCode(204)
  @WithoutPrecondition()
  @ApiNoContentResponse()
  declare(
    @Param('id') id: string,
    @Body({ schema: DeclareImpartialityBody }) body: DeclareImpartialityBody,
  ): Promise<void> {
    return this.commands.execute(new DeclareImpartiality(id, body));
  }

  /** Final. Nobody waits for another's vote, so none makes another's reading stale. */
  @Post('cases/:id/votes')
  @HttpCode(204)
  @WithoutPrecondition()
  @ApiNoContentResponse()
  vote(@Param('id') id: string, @Body({ schema: VoteBody }) body: VoteBody): Promise<void> {
    return this.commands.execute(new CastVote(id, body));
  }

  @Post('cases/:id/tie-decision')
  @HttpCode(204)
  @ApiNoContentResponse()
  decideTie(@Param('id') id: string, @Body({ schema: VoteBody }) body: VoteBody): Promise<void> {
    return this.commands.execute(new DecideTie(id, body));
  }

  @Post('cases/:id/revote')
  @HttpCode(204)
  @ApiNoContentResponse()
  revote(@Param('id') id: string, @Body({ schema: CommitteeReasonBody }) body: CommitteeReasonBody): Promise<void> {
    return this.commands.execute(new CallRevote(id, body.reason));
  }

  @Post('cases/:id/removal')
  @HttpCode(204)
  @ApiNoContentResponse()
  remove(@Param('id') id: string, @Body({ schema: RemovePanellistBody }) body: RemovePanellistBody): Promise<void> {
    return this.commands.execute(new RemovePanellist(id, body.expertId, body.reason));
  }

  @Post('cases/:id/dismissal')
  @HttpCode(204)
  @ApiNoContentResponse()
  dismiss(@Param('id') id: string, @Body({ schema: CommitteeReasonBody }) body: CommitteeReasonBody): Promise<void> {
    return this.commands.execute(new DismissPanel(id, body.reason));
  }
}
