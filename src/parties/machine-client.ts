import type { AddClientBody, OrganisationJwks } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';

@Event('parties.client-added.v1')
export class ClientAdded {
  constructor(
    readonly clientId: string,
    readonly organisationId: string,
    readonly name: string,
    readonly jwks: OrganisationJwks,
    readonly roles: AddClientBody['roles'],
  ) {}
}

/** A program of an organisation. It signs in with a key of its own (RFC 7523), never with a password. */
@Entity({ schema: 'parties', name: 'machine_client' })
@Stream('cli')
export class MachineClient extends Aggregate {
  @Column('text') readonly organisationId!: string;
  @Column('text') readonly name!: string;
  @Column('jsonb') readonly jwks!: OrganisationJwks;
  @Column('jsonb') readonly roles!: AddClientBody['roles'];

  static add(
    organisationId: string,
    name: string,
    jwks: OrganisationJwks,
    roles: AddClientBody['roles'],
  ): MachineClient {
    const client = new MachineClient();
    client.apply(new ClientAdded(newId('cli'), organisationId, name, jwks, roles));
    return client;
  }

  onClientAdded({ clientId, organisationId, name, jwks, roles }: ClientAdded): void {
    Object.assign(this, { id: clientId, organisationId, name, jwks, roles });
  }
}
