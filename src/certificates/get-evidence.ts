import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Evidence } from '@app/signing';
import { GetProof } from '../ledger/get-proof.js';
import { ListEvents } from '../ledger/list-events.js';
import { asSystem } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';

const ISSUED = 'certificates.certificate-issued.v1';
/** A certificate is issued right after it was prepared. */
const FIRST_EVENTS = 5;

/** That the issuance of a certificate is in the ledger: proof, leaf, and the payload whose digest the leaf holds; public, as the certificate is. */
export class GetEvidence extends Query<Evidence> {
  constructor(readonly certificateId: string) {
    super();
  }
}

@QueryHandler(GetEvidence)
export class GetEvidenceHandler implements IQueryHandler<GetEvidence> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ certificateId }: GetEvidence): Promise<Evidence> {
    return asSystem(async () => {
      const query = { stream: certificateId, limit: FIRST_EVENTS };
      const { items } = await this.queries.execute(new ListEvents(query));
      const issued = items.find(({ type }) => type === ISSUED);
      if (!issued) throw new Refusal('ledger/not-published');
      const { id, salt, payload } = issued;
      return { proof: await this.queries.execute(new GetProof(id)), salt, payload };
    });
  }
}
