import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import {
  AssessRegistrarBody,
  ConfirmHandOverBody,
  NoticeExitBody,
  NoticeRegistrarChangeBody,
  ProposeRegistrarOrderBody,
  RegistrarDisclosure,
  RegistrarProfile,
  RegistrarReasonBody,
  SubmitRegistrarReportBody,
} from '@app/sdk';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { ArchiveRegistrar } from './archive-registrar.js';
import { AssessRegistrar } from './assess-registrar.js';
import { ConfirmHandOver } from './confirm-hand-over.js';
import { DecideRegistrarOrder } from './decide-registrar-order.js';
import { DiscloseAsRegistrar } from './disclose-as-registrar.js';
import { NoticeExit } from './notice-exit.js';
import { NoticeRegistrarChange } from './notice-registrar-change.js';
import { ProposeRegistrarOrder } from './propose-registrar-order.js';
import { ReportAsRegistrar } from './report-as-registrar.js';
import { ReportExit } from './report-exit.js';
import { StateRegistrarProfile } from './state-registrar-profile.js';
import { UpdateRegistrar } from './update-registrar.js';

/** What a registrar owes, and what its authority orders. */
@ApiTags('registration')
@Controller('v1/registrars/:id')
export class SupervisionController {
  constructor(private readonly commands: UnitOfWork) {}

  @Post('profile')
  @HttpCode(204)
  @ApiNoContentResponse()
  profile(@Param('id') id: string, @Body({ schema: RegistrarProfile }) body: RegistrarProfile): Promise<void> {
    return this.commands.execute(new StateRegistrarProfile(id, body));
  }

  @Post('disclosure')
  @HttpCode(204)
  @ApiNoContentResponse()
  disclose(@Param('id') id: string, @Body({ schema: RegistrarDisclosure }) body: RegistrarDisclosure): Promise<void> {
    return this.commands.execute(new DiscloseAsRegistrar(id, body));
  }

  @Post('order')
  @HttpCode(204)
  @ApiNoContentResponse()
  propose(
    @Param('id') id: string,
    @Body({ schema: ProposeRegistrarOrderBody }) body: ProposeRegistrarOrderBody,
  ): Promise<void> {
    return this.commands.execute(new ProposeRegistrarOrder(id, body));
  }

  @Post('order-confirmation')
  @HttpCode(204)
  @ApiNoContentResponse()
  confirm(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new DecideRegistrarOrder(id, 'confirm', ''));
  }

  @Post('order-declination')
  @HttpCode(204)
  @ApiNoContentResponse()
  decline(
    @Param('id') id: string,
    @Body({ schema: RegistrarReasonBody }) { reason }: RegistrarReasonBody,
  ): Promise<void> {
    return this.commands.execute(new DecideRegistrarOrder(id, 'decline', reason));
  }

  @Post('change')
  @HttpCode(204)
  @ApiNoContentResponse()
  change(
    @Param('id') id: string,
    @Body({ schema: NoticeRegistrarChangeBody }) body: NoticeRegistrarChangeBody,
  ): Promise<void> {
    return this.commands.execute(new NoticeRegistrarChange(id, body));
  }

  @Post('update')
  @HttpCode(204)
  @ApiNoContentResponse()
  update(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new UpdateRegistrar(id));
  }

  @Post('reports')
  @HttpCode(204)
  @ApiNoContentResponse()
  report(
    @Param('id') id: string,
    @Body({ schema: SubmitRegistrarReportBody }) body: SubmitRegistrarReportBody,
  ): Promise<void> {
    return this.commands.execute(new ReportAsRegistrar(id, body));
  }

  @Post('assessments')
  @HttpCode(204)
  @ApiNoContentResponse()
  assess(@Param('id') id: string, @Body({ schema: AssessRegistrarBody }) body: AssessRegistrarBody): Promise<void> {
    return this.commands.execute(new AssessRegistrar(id, body));
  }

  @Post('exit-notice')
  @HttpCode(204)
  @ApiNoContentResponse()
  noticeExit(@Param('id') id: string, @Body({ schema: NoticeExitBody }) body: NoticeExitBody): Promise<void> {
    return this.commands.execute(new NoticeExit(id, body));
  }

  @Post('exit-report')
  @HttpCode(204)
  @ApiNoContentResponse()
  reportExit(
    @Param('id') id: string,
    @Body({ schema: RegistrarReasonBody }) { reason }: RegistrarReasonBody,
  ): Promise<void> {
    return this.commands.execute(new ReportExit(id, reason));
  }

  /** Builds the archive that is handed over; the successor reads it as a file of its own. */
  @Post('archive')
  @HttpCode(204)
  @ApiNoContentResponse()
  archive(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new ArchiveRegistrar(id));
  }

  @Post('hand-over')
  @HttpCode(204)
  @ApiNoContentResponse()
  handOver(
    @Param('id') id: string,
    @Body({ schema: ConfirmHandOverBody }) { root }: ConfirmHandOverBody,
  ): Promise<void> {
    return this.commands.execute(new ConfirmHandOver(id, root));
  }
}
