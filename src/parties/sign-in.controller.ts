import { Password, type Language } from '@app/sdk';
import { Body, Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { errors, type InteractionResults } from 'oidc-provider';
import { z } from 'zod';
import { CONFIG, type Config } from '../platform/config.js';
import { inContext } from '../platform/context.js';
import { languageOf } from '../platform/http.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Identities } from './identities.js';
import { confirmPage, issuerText, messagePage, pageHeaders, signInPage, type IssuerText } from './issuer-pages.js';
import { Issuer } from './issuer.js';
import { LogIn } from './log-in.js';
import { hashPassword, isPassword } from './password.js';
import { SetPassword } from './set-password.js';
import { SignInAttempts } from './sign-in-attempts.js';

const SignInForm = z.object({
  login: z.string().max(64).default(''),
  password: z.string().max(256).default(''),
  /** Asked for after a one-time password. */
  newPassword: z.string().max(256).optional(),
  cancel: z.string().optional(),
});
type SignInForm = z.infer<typeof SignInForm>;

interface SignIn {
  readonly language: Language;
  readonly clientId: string;
  readonly application: string;
  /** `login`: prove who you are; `consent`: already signed in, a program on your machine asks. */
  readonly prompt: string;
}

/**
 * The pages at which people sign in. A form is taken only together with the HttpOnly cookie that belongs to the unguessable
 * address it is posted to, so another site can neither read nor post it.
 */
@ApiExcludeController()
@Controller('oidc/interaction/:uid')
export class SignInController {
  constructor(
    private readonly issuer: Issuer,
    private readonly identities: Identities,
    private readonly attempts: SignInAttempts,
    private readonly commands: UnitOfWork,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get()
  async show(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const signIn = await this.underWay(uid, request, reply);
    if (!signIn) return;
    const { language, application, prompt } = signIn;
    this.answer(
      reply,
      200,
      prompt === 'login'
        ? signInPage(language, { application, cast: await this.cast() })
        : confirmPage(language, application),
    );
  }

  @Post()
  async submit(
    @Param('uid') uid: string,
    @Body({ schema: SignInForm }) form: SignInForm,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin') return this.refuse(request, reply, 403, 'foreign');
    const signIn = await this.underWay(uid, request, reply);
    if (!signIn) return;
    if (form.cancel) return this.goOn(request, reply, { error: 'access_denied', error_description: 'cancelled' });
    if (signIn.prompt !== 'login') return this.goOn(request, reply, { consent: {} });
    const { language, application } = signIn;
    const cast = await this.cast();
    const again = (status: number, problem: IssuerText, seconds = 0) =>
      this.answer(reply, status, signInPage(language, { application, login: form.login, problem, seconds, cast }));
    const wait = await this.attempts.begin(form.login, request.ip);
    if (wait > 0) {
      void reply.header('retry-after', wait);
      return again(429, 'wait', wait);
    }
    const known = await this.identities.login(form.login);
    if (!(await isPassword(known?.passwordHash, form.password))) return again(403, 'wrong');
    await this.attempts.succeeded(form.login, request.ip);
    const { id, orgId, roles, oneTime } = known!;
    const chosen = Password.safeParse(form.newPassword).data;
    if (oneTime && (chosen === undefined || chosen === form.password)) return again(409, 'choose');
    const passwordHash = oneTime ? await hashPassword(chosen!) : undefined;
    await inContext({ actor: { id, orgId, roles }, language, traceId: String(request.id) }, () =>
      this.commands.run(async () => {
        if (passwordHash) await this.commands.execute(new SetPassword(id, passwordHash, false));
        await this.commands.execute(new LogIn(id, signIn.clientId));
      }),
    );
    return this.goOn(request, reply, { login: { accountId: id, amr: ['pwd'] }, consent: {} });
  }

  /** Nobody is named outside a demonstration. */
  private async cast() {
    return this.config.DEMO ? this.identities.cast() : [];
  }

  /** What this browser signs in to, or nothing when it has been told that this is over. */
  private async underWay(uid: string, request: FastifyRequest, reply: FastifyReply): Promise<SignIn | undefined> {
    try {
      const { uid: own, prompt, params } = await this.issuer.interaction(request.raw, reply.raw);
      const clientId = String(params['client_id']);
      const wanted = params['ui_locales'];
      const language = languageOf(typeof wanted === 'string' ? wanted : request.headers['accept-language']);
      const application = clientId === 'databourse-cli' ? 'databourse CLI' : 'databourse';
      if (own === uid) return { language, clientId, application, prompt: prompt.name };
    } catch (error) {
      if (!(error instanceof errors.SessionNotFound)) throw error;
    }
    this.refuse(request, reply, 400, 'expired');
    return undefined;
  }

  private async goOn({ raw }: FastifyRequest, reply: FastifyReply, result: InteractionResults): Promise<void> {
    void reply.redirect(await this.issuer.finish([raw, reply.raw], result), 303);
  }

  private refuse(request: FastifyRequest, reply: FastifyReply, status: number, why: IssuerText): void {
    const language = languageOf(request.headers['accept-language']);
    this.answer(reply, status, messagePage(language, 'failed', issuerText(language, why)));
  }

  private answer(reply: FastifyReply, status: number, html: string): void {
    void reply.status(status).headers(pageHeaders(this.issuer.returnOrigins)).send(html);
  }
}
