import { KEY_PROOF_TYP, type AddOrganisationKeyBody, type Created, type OrganisationJwk } from '@app/sdk';
import { JwsRefused, verifyJws } from '@app/signing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { mustActFor, permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { publishedKey } from './given-key.js';
import { OrganisationKey } from './organisation-key.js';
import { Organisation } from './organisation.js';

export class AddOrganisationKey extends Command<Created> {
  constructor(
    readonly organisationId: string,
    readonly body: AddOrganisationKeyBody,
  ) {
    super();
  }
}

@CommandHandler(AddOrganisationKey)
export class AddOrganisationKeyHandler implements ICommandHandler<AddOrganisationKey> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ organisationId, body: { jwk, use, proof } }: AddOrganisationKey): Promise<Created> {
    mustActFor(permit('organisation.add-key'), organisationId);
    (await this.uow.get(Organisation, organisationId)).mustBeActive();
    const key = await publishedKey(jwk, use, '/jwk');
    if (use === 'sig') await mustProve(organisationId, key, proof);
    const known = await this.sql.row('SELECT FROM parties.organisation_key WHERE kid = $1', [key.kid]);
    if (known) throw new Refusal('parties/key-known');
    return { id: this.uow.add(OrganisationKey.add(organisationId, key)).id };
  }
}

/** Otherwise an organisation could register another's key and claim that other's signatures for its own. */
async function mustProve(organisationId: string, key: OrganisationJwk, proof = ''): Promise<void> {
  try {
    const claim = await verifyJws<{ organisationId: unknown; thumbprint: unknown }>(proof, key, { typ: KEY_PROOF_TYP });
    if (claim.organisationId === organisationId && claim.thumbprint === key.kid) return;
  } catch (error) {
    if (!(error instanceof JwsRefused)) throw error;
    throw new Refusal('parties/key-proof', { reason: error.code });
  }
  throw new Refusal('parties/key-proof', { reason: 'CLAIM_DIFFERS' });
}
