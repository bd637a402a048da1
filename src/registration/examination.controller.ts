import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import {
  AddCorrectionBody,
  DecideObjectionBody,
  DeclineApplicationBody,
  ExtendReviewBody,
  GroundBody,
  PassReviewBody,
  ReferApplicationBody,
  RequestCorrectionBody,
  RequestSupplementBody,
  ReturnReviewBody,
  WaiverBody,
} from '@app/sdk';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AcceptApplication } from './accept-application.js';
import { AddCorrection } from './add-correction.js';
import { ApproveApplication } from './approve-application.js';
import { ApproveWithoutNotice } from './approve-without-notice.js';
import { DecideObjection } from './decide-objection.js';
import { DeclineApplication } from './decline-application.js';
import { ExtendReview } from './extend-review.js';
import { PassReview } from './pass-review.js';
import { ProposeWaiver } from './propose-waiver.js';
import { ReferApplication } from './refer-application.js';
import { RefuseApplication } from './refuse-application.js';
import { RequestCorrection } from './request-correction.js';
import { RequestSupplement } from './request-supplement.js';
import { ReturnReview } from './return-review.js';
import { StartReview } from './start-review.js';
import { TerminateApplication } from './terminate-application.js';

/** What the registrar's staff do. */
@ApiTags('registration')
@Controller('v1/applications/:id')
export class ExaminationController {
  constructor(private readonly commands: UnitOfWork) {}

  @Post('acceptance')
  @HttpCode(204)
  @ApiNoContentResponse()
  accept(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new AcceptApplication(id));
  }

  @Post('declination')
  @HttpCode(204)
  @ApiNoContentResponse()
  decline(
    @Param('id') id: string,
    @Body({ schema: DeclineApplicationBody }) body: DeclineApplicationBody,
  ): Promise<void> {
    return this.commands.execute(new DeclineApplication(id, body));
  }

  @Post('correction-request')
  @HttpCode(204)
  @ApiNoContentResponse()
  requestCorrection(
    @Param('id') id: string,
    @Body({ schema: RequestCorrectionBody }) body: RequestCorrectionBody,
  ): Promise<void> {
    return this.commands.execute(new RequestCorrection(id, body));
  }

  /** Once given, the list grows only by a supervisor's decision. */
  @Post('correction-addition')
  @HttpCode(204)
  @ApiNoContentResponse()
  addCorrection(@Param('id') id: string, @Body({ schema: AddCorrectionBody }) body: AddCorrectionBody): Promise<void> {
    return this.commands.execute(new AddCorrection(id, body));
  }

  @Post('review-start')
  @HttpCode(204)
  @ApiNoContentResponse()
  startReview(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new StartReview(id));
  }

  @Post('extension')
  @HttpCode(204)
  @ApiNoContentResponse()
  extend(@Param('id') id: string, @Body({ schema: ExtendReviewBody }) body: ExtendReviewBody): Promise<void> {
    return this.commands.execute(new ExtendReview(id, body));
  }

  @Post('supplement-request')
  @HttpCode(204)
  @ApiNoContentResponse()
  requestSupplement(
    @Param('id') id: string,
    @Body({ schema: RequestSupplementBody }) body: RequestSupplementBody,
  ): Promise<void> {
    return this.commands.execute(new RequestSupplement(id, body));
  }

  @Post('termination')
  @HttpCode(204)
  @ApiNoContentResponse()
  terminate(@Param('id') id: string, @Body({ schema: GroundBody }) body: GroundBody): Promise<void> {
    return this.commands.execute(new TerminateApplication(id, body));
  }

  @Post('refusal')
  @HttpCode(204)
  @ApiNoContentResponse()
  refuse(@Param('id') id: string, @Body({ schema: GroundBody }) body: GroundBody): Promise<void> {
    return this.commands.execute(new RefuseApplication(id, body));
  }

  @Post('review-pass')
  @HttpCode(204)
  @ApiNoContentResponse()
  pass(@Param('id') id: string, @Body({ schema: PassReviewBody }) body: PassReviewBody): Promise<void> {
    return this.commands.execute(new PassReview(id, body));
  }

  @Post('review-return')
  @HttpCode(204)
  @ApiNoContentResponse()
  returnReview(@Param('id') id: string, @Body({ schema: ReturnReviewBody }) body: ReturnReviewBody): Promise<void> {
    return this.commands.execute(new ReturnReview(id, body));
  }

  @Post('approval')
  @HttpCode(204)
  @ApiNoContentResponse()
  approve(@Param('id') id: string): Promise<void> {
    return this.commands.execute(new ApproveApplication(id));
  }

  /** To the compliance committee. */
  @Post('referral')
  @HttpCode(204)
  @ApiNoContentResponse()
  refer(@Param('id') id: string, @Body({ schema: ReferApplicationBody }) body: ReferApplicationBody): Promise<void> {
    return this.commands.execute(new ReferApplication(id, body));
  }

  @Post('notice-waiver')
  @HttpCode(204)
  @ApiNoContentResponse()
  proposeWaiver(@Param('id') id: string, @Body({ schema: WaiverBody }) body: WaiverBody): Promise<void> {
    return this.commands.execute(new ProposeWaiver(id, body));
  }

  /** Approves the application and the reviewer's proposal to do without a public notice. */
  @Post('approval-without-notice')
  @HttpCode(204)
  @ApiNoContentResponse()
  approveWithoutNotice(@Param('id') id: string, @Body({ schema: WaiverBody }) body: WaiverBody): Promise<void> {
    return this.commands.execute(new ApproveWithoutNotice(id, body));
  }

  @Post('objection-decision')
  @HttpCode(204)
  @ApiNoContentResponse()
  decideObjection(
    @Param('id') id: string,
    @Body({ schema: DecideObjectionBody }) body: DecideObjectionBody,
  ): Promise<void> {
    return this.commands.execute(new DecideObjection(id, body));
  }
}
