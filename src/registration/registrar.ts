import { Column, Entity } from 'typeorm';
import { regions } from '@app/rulepacks';
import type { OpenRegistrarBody } from '@app/sdk';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { fault } from '../platform/refusal.js';

@Event('registration.registrar-catalogued.v1')
export class RegistrarCatalogued {
  constructor(
    readonly registrarId: string,
    readonly facts: OpenRegistrarBody,
  ) {}
}

/** An organisation in the national catalogue of registrars, with its place in certificate numbers (N1 annex 6). */
@Entity({ schema: 'registration', name: 'registrar' })
@Stream('reg')
export class Registrar extends Aggregate {
  @Column('text') readonly organisationId!: string;
  @Column('text') readonly name!: string;
  @Column('text') readonly regionCode2!: string;
  @Column('text') readonly digit!: string;
  @Column('text') readonly state!: 'CATALOGUED';

  static open(facts: OpenRegistrarBody): Registrar {
    if (!(facts.regionCode2 in regions))
      throw fault('/regionCode2', 'GB/T 2260 没有该省级代码', 'no province-level code of GB/T 2260');
    const registrar = new Registrar();
    registrar.apply(new RegistrarCatalogued(newId('reg'), facts));
    return registrar;
  }

  onRegistrarCatalogued({ registrarId, facts }: RegistrarCatalogued): void {
    const { organisationId, name, regionCode2, digit } = facts;
    Object.assign(this, { id: registrarId, organisationId, name, regionCode2, digit, state: 'CATALOGUED' });
  }
}
