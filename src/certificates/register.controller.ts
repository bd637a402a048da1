import { Controller, Get, Header, Headers, Inject, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiExcludeController } from '@nestjs/swagger';
import { CONFIG, type Config } from '../platform/config.js';
import { orNull } from '../platform/refusal.js';
import { pageFrame, PublicPage } from '../platform/public-page.js';
import { GetRegistrar } from '../registrars/get-registrar.js';
import { GetRulePack } from '../rulepacks/get-rule-pack.js';
import { titleOf } from './certificate-text.js';
import { EarlierOrigins } from './earlier-origins.js';
import { GetCertificate } from './get-certificate.js';
import { GetCredential } from './get-credential.js';
import { GetTrust } from './get-trust.js';
import { GetVerdict } from './get-verdict.js';
import { CertificateIssuer } from './issuer.js';
import { ListCertificates } from './list-certificates.js';
import { certificatePage, searchPage, verificationPage } from './register-page.js';
import { VERIFICATION_SCRIPT } from './verification-page.js';

/** For people with a number or a QR code, and for verifiers that look for our keys. */
@ApiExcludeController()
@Controller()
export class RegisterController {
  constructor(
    private readonly queries: QueryBus,
    private readonly issuer: CertificateIssuer,
    private readonly earlier: EarlierOrigins,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('certificates')
  @PublicPage()
  async search(
    @Query('search') given: unknown,
    @Query('cursor') cursor: unknown,
    @Query('lang') lang: unknown,
  ): Promise<string> {
    const search = typeof given === 'string' ? given.trim().slice(0, 80) : '';
    const query = { limit: 50, ...(search !== '' && { search }), ...(typeof cursor === 'string' && { cursor }) };
    const found = await this.queries.execute(new ListCertificates(query));
    return searchPage(pageFrame(lang, this.config), search, found);
  }

  @Get('certificates/verification')
  @PublicPage("; script-src 'self'; connect-src 'self'")
  verification(@Query('lang') lang: unknown): string {
    return verificationPage(pageFrame(lang, this.config));
  }

  @Get('certificates/verification.js')
  @Header('content-type', 'text/javascript; charset=utf-8')
  @Header('cache-control', 'public, max-age=300')
  script(): string {
    return VERIFICATION_SCRIPT;
  }

  @Get('certificates/:number')
  @PublicPage()
  async show(@Param('number') number: string, @Query('lang') lang: unknown): Promise<string> {
    const certificate = await this.queries.execute(new GetCertificate(number));
    const credential = await this.queries.execute(new GetCredential(number, 'ES256'));
    const verdict = await this.queries.execute(new GetVerdict(credential));
    const { registrarId, rulePack } = certificate;
    const registrar = (await orNull(this.queries.execute(new GetRegistrar(registrarId))))?.name ?? registrarId;
    const pack = await this.queries.execute(new GetRulePack(rulePack));
    const ground = pack.grounds.find(({ code }) => code === certificate.ended?.groundCode)?.text ?? null;
    return certificatePage(pageFrame(lang, this.config), certificate, verdict, {
      title: titleOf(pack),
      registrar,
      ground,
    });
  }

  @Get('.well-known/jwks.json')
  @Header('cache-control', 'public, max-age=300')
  keys() {
    return this.issuer.publicKeys();
  }

  /** W3C did:web. */
  @Get('.well-known/did.json')
  @Header('content-type', 'application/did+json')
  @Header('cache-control', 'public, max-age=300')
  async did(@Headers('host') host?: string) {
    return this.issuer.didDocument(await this.earlier.at(host));
  }

  /** For offline verifiers: keep it, had once over a way that you trust. */
  @Get('.well-known/trust.json')
  @Header('cache-control', 'public, max-age=300')
  trust() {
    return this.queries.execute(new GetTrust());
  }

  @Get('contexts/registration-v1')
  @Header('content-type', 'application/ld+json')
  @Header('cache-control', 'public, max-age=86400')
  context() {
    return { '@context': { '@vocab': `${this.issuer.contextUrl}#` } };
  }
}
