import type { KeyUse, OrganisationJwk } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';

@Event('parties.organisation-key-added.v1')
export class OrganisationKeyAdded {
  constructor(
    readonly organisationId: string,
    readonly keyId: string,
    readonly use: KeyUse,
    readonly jwk: OrganisationJwk,
  ) {}
}

/** The public half of a key that an organisation keeps: with `sig` it signs contracts, to `enc` deliveries are encrypted. */
@Entity({ schema: 'parties', name: 'organisation_key' })
@Stream('key')
export class OrganisationKey extends Aggregate {
  @Column('text') readonly organisationId!: string;
  /** The thumbprint (RFC 7638). */
  @Column('text') readonly kid!: string;
  @Column('text') readonly use!: KeyUse;
  @Column('jsonb') readonly jwk!: OrganisationJwk;

  static add(organisationId: string, jwk: OrganisationJwk): OrganisationKey {
    const key = new OrganisationKey();
    key.apply(new OrganisationKeyAdded(organisationId, newId('key'), jwk.use, jwk));
    return key;
  }

  onOrganisationKeyAdded({ keyId, organisationId, use, jwk }: OrganisationKeyAdded): void {
    Object.assign(this, { id: keyId, organisationId, kid: jwk.kid, use, jwk });
  }
}
