import type { AddPersonBody, PersonView } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';

export type PersonFacts = Omit<AddPersonBody, 'password'>;

/** Login and name stand in the payload, which can be erased; the leaf of the public ledger shows the opaque id only. */
@Event('parties.person-added.v1')
export class PersonAdded {
  readonly organisationId!: string;
  readonly login!: string;
  readonly displayName!: string;
  readonly roles!: AddPersonBody['roles'];

  constructor(
    readonly personId: string,
    { organisationId, login, displayName, roles }: PersonFacts,
  ) {
    Object.assign(this, { organisationId, login, displayName, roles });
  }
}

@Event('parties.person-logged-in.v1')
export class PersonLoggedIn {
  constructor(
    readonly personId: string,
    /** The application for which the person signed in. */
    readonly clientId: string,
    readonly at: string,
  ) {}
}

@Event('parties.person-deactivated.v1')
export class PersonDeactivated {
  constructor(
    readonly personId: string,
    readonly reason: string,
  ) {}
}

/** No secret: only that another password counts from now on. */
@Event('parties.person-password-changed.v1')
export class PersonPasswordChanged {
  constructor(
    readonly personId: string,
    /** Somebody else set it, for one sign-in. */
    readonly oneTime: boolean,
  ) {}
}

export const personMachine = defineMachine('person', 'ACTIVE', {
  logIn: { from: ['ACTIVE'], to: 'ACTIVE' },
  changePassword: { from: ['ACTIVE'], to: 'ACTIVE' },
  deactivate: { from: ['ACTIVE'], to: 'DEACTIVATED' },
});

/** Somebody who acts for an organisation. What proves who it is (the password's hash) stands elsewhere, in no event. */
@Entity({ schema: 'parties', name: 'person' })
@Stream('per')
export class Person extends Aggregate {
  @Column('text') readonly organisationId!: string;
  @Column('text') readonly login!: string;
  @Column('text') readonly displayName!: string;
  @Column('jsonb') readonly roles!: AddPersonBody['roles'];
  @Column('text') readonly status!: PersonView['status'];
  @Column('text', { nullable: true }) readonly lastSignInAt!: string | null;

  static add(facts: PersonFacts): Person {
    const person = new Person();
    person.apply(new PersonAdded(newId('per'), facts));
    return person;
  }

  logIn(clientId: string, now: Date): void {
    personMachine.next(this.status, 'logIn');
    this.apply(new PersonLoggedIn(this.id, clientId, now.toISOString()));
  }

  changePassword(oneTime: boolean): void {
    personMachine.next(this.status, 'changePassword');
    this.apply(new PersonPasswordChanged(this.id, oneTime));
  }

  deactivate(reason: string): void {
    personMachine.next(this.status, 'deactivate');
    this.apply(new PersonDeactivated(this.id, reason));
  }

  onPersonAdded({ personId, organisationId, login, displayName, roles }: PersonAdded): void {
    const { initial: status } = personMachine;
    Object.assign(this, { id: personId, organisationId, login, displayName, roles, status, lastSignInAt: null });
  }

  onPersonLoggedIn({ at }: PersonLoggedIn): void {
    Object.assign(this, { lastSignInAt: at });
  }

  /** The password itself stands in no audited row. */
  onPersonPasswordChanged(): void {}

  onPersonDeactivated(): void {
    Object.assign(this, { status: personMachine.transitions.deactivate.to });
  }
}
