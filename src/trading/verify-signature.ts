import { Query, QueryBus, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { JwsRefused, verifyJws } from '@app/signing';
import { decodeProtectedHeader } from 'jose';
import { GetOrganisationKey } from '../parties/get-organisation-key.js';
import { orNull } from '../platform/refusal.js';

export type Verdict = { readonly keyId: string; readonly payload: unknown } | { readonly refused: string };

/** What an organisation signed with a registered signing key of its own, or why that is not so. Delivery asks it too. */
export class VerifySignature extends Query<Verdict> {
  constructor(
    readonly organisationId: string,
    readonly jws: string,
    readonly typ: string,
  ) {
    super();
  }
}

@QueryHandler(VerifySignature)
export class VerifySignatureHandler implements IQueryHandler<VerifySignature> {
  constructor(private readonly queries: QueryBus) {}

  async execute({ organisationId, jws, typ }: VerifySignature): Promise<Verdict> {
    const keyId = kidOf(jws);
    if (keyId === undefined) return { refused: 'MALFORMED' };
    const key = await orNull(this.queries.execute(new GetOrganisationKey(organisationId, keyId)));
    if (key?.use !== 'sig') return { refused: 'KEY_UNKNOWN' };
    try {
      return { keyId, payload: await verifyJws(jws, key, { typ }) };
    } catch (error) {
      if (error instanceof JwsRefused) return { refused: error.code };
      throw error;
    }
  }
}

function kidOf(jws: string): string | undefined {
  try {
    return decodeProtectedHeader(jws).kid;
  } catch {
    return undefined;
  }
}
