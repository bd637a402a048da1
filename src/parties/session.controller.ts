import { ChangePasswordBody } from '@app/sdk';
import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Identities } from './identities.js';
import { hashPassword, isPassword } from './password.js';
import { SetPassword } from './set-password.js';
import { SignInAttempts } from './sign-in-attempts.js';

@ApiTags('parties')
@Controller('v1/session')
export class SessionController {
  constructor(
    private readonly identities: Identities,
    private readonly attempts: SignInAttempts,
    private readonly commands: UnitOfWork,
  ) {}

  /** A token in the wrong hands guesses no faster than anybody at the sign-in: both count the same attempts. */
  @Post('password')
  @HttpCode(204)
  @ApiNoContentResponse()
  async change(
    @Body({ schema: ChangePasswordBody }) { oldPassword, newPassword }: ChangePasswordBody,
    @Req() { ip }: FastifyRequest,
  ): Promise<void> {
    const { id } = permit('session.begin');
    const known = await this.identities.credential(id);
    if (!known) throw new Refusal('not-found', { kind: 'person', id });
    const wait = await this.attempts.begin(known.login, ip);
    if (wait > 0) throw new Refusal('too-many-requests', { retryAfter: wait });
    if (!(await isPassword(known.passwordHash, oldPassword))) throw new Refusal('parties/wrong-password');
    await this.attempts.succeeded(known.login, ip);
    await this.commands.execute(new SetPassword(id, await hashPassword(newPassword), false));
  }
}
