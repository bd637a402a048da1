import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { CertificateView } from '@app/sdk';
import { GetCertificate } from './get-certificate.js';

/** The certificate that stands in the place of this one now: itself, or the last of those that superseded it. */
export class GetCurrentCertificate extends Query<CertificateView> {
  constructor(readonly number: string) {
    super();
  }
}

@QueryHandler(GetCurrentCertificate)
export class GetCurrentCertificateHandler implements IQueryHandler<GetCurrentCertificate> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ number }: GetCurrentCertificate): Promise<CertificateView> {
    let certificate = await this.queries.execute(new GetCertificate(number));
    while (certificate.supersededBy)
      certificate = await this.queries.execute(new GetCertificate(certificate.supersededBy));
    return certificate;
  }
}
