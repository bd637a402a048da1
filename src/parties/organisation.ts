import { isUscc } from '@app/rulepacks';
import type { OrganisationView, RegisterOrganisationBody } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { fault, Refusal } from '../platform/refusal.js';

@Event('parties.organisation-registered.v1')
export class OrganisationRegistered {
  readonly uscc!: string;
  readonly name!: string;
  readonly kind!: OrganisationView['kind'];
  readonly regionCode!: string;

  constructor(
    readonly organisationId: string,
    facts: RegisterOrganisationBody,
  ) {
    Object.assign(this, facts);
  }
}

@Event('parties.organisation-suspended.v1')
export class OrganisationSuspended {
  constructor(
    readonly organisationId: string,
    readonly reason: string,
  ) {}
}

@Event('parties.organisation-reinstated.v1')
export class OrganisationReinstated {
  constructor(
    readonly organisationId: string,
    readonly reason: string,
  ) {}
}

/** The people of a suspended organisation cannot sign in; what it is party to already goes on. */
export const organisationMachine = defineMachine('organisation', 'ACTIVE', {
  suspend: { from: ['ACTIVE'], to: 'SUSPENDED' },
  reinstate: { from: ['SUSPENDED'], to: 'ACTIVE' },
});

/** A legal person or unincorporated body, known by its unified social credit code. */
@Entity({ schema: 'parties', name: 'organisation' })
@Stream('org')
export class Organisation extends Aggregate {
  @Column('text') readonly uscc!: string;
  @Column('text') readonly name!: string;
  @Column('text') readonly kind!: OrganisationView['kind'];
  @Column('text') readonly regionCode!: string;
  @Column('text') readonly status!: OrganisationView['status'];

  static register(facts: RegisterOrganisationBody): Organisation {
    if (!isUscc(facts.uscc))
      throw fault(
        '/uscc',
        '不是有效的统一社会信用代码(18 位,末位为校验码)',
        'not a valid unified social credit code (18 characters, the last one a check character)',
      );
    const organisation = new Organisation();
    organisation.apply(new OrganisationRegistered(newId('org'), facts));
    return organisation;
  }

  suspend(reason: string): void {
    organisationMachine.next(this.status, 'suspend');
    this.apply(new OrganisationSuspended(this.id, reason));
  }

  reinstate(reason: string): void {
    organisationMachine.next(this.status, 'reinstate');
    this.apply(new OrganisationReinstated(this.id, reason));
  }

  mustBeActive(): void {
    if (this.status !== 'ACTIVE') throw new Refusal('parties/inactive', { id: this.id, status: this.status });
  }

  onOrganisationRegistered({ organisationId, uscc, name, kind, regionCode }: OrganisationRegistered): void {
    const { initial: status } = organisationMachine;
    Object.assign(this, { id: organisationId, uscc, name, kind, regionCode, status });
  }

  onOrganisationSuspended(): void {
    Object.assign(this, { status: organisationMachine.transitions.suspend.to });
  }

  onOrganisationReinstated(): void {
    Object.assign(this, { status: organisationMachine.transitions.reinstate.to });
  }
}
