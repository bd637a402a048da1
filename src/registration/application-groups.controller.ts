import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { SubmitGroupBody, WithdrawGroupBody } from '@app/sdk';
import { WithoutPrecondition } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { SubmitGroup } from './submit-group.js';
import { WithdrawGroup } from './withdraw-group.js';

/** What is done to all applications of one filing at once; the versions that were read stand in the body. */
@ApiTags('registration')
@Controller('v1/application-groups')
export class ApplicationGroupsController {
  constructor(private readonly commands: UnitOfWork) {}

  @Post(':id/submission')
  @HttpCode(204)
  @WithoutPrecondition()
  @ApiNoContentResponse()
  submit(@Param('id') id: string, @Body({ schema: SubmitGroupBody }) body: SubmitGroupBody): Promise<void> {
    return this.commands.execute(new SubmitGroup(id, body));
  }

  @Post(':id/withdrawal')
  @HttpCode(204)
  @WithoutPrecondition()
  @ApiNoContentResponse()
  withdraw(@Param('id') id: string, @Body({ schema: WithdrawGroupBody }) body: WithdrawGroupBody): Promise<void> {
    return this.commands.execute(new WithdrawGroup(id, body));
  }
}
