import { Flex } from 'antd';
import {
  AddPersonBody,
  ApplyForMembershipBody,
  OpenRegistrarBody,
  OpenVenueBody,
  PartyReasonBody,
  RegisterOrganisationBody,
  SetPasswordBody,
  type MembershipView,
  type OrganisationView,
  type PersonView,
  type VenueView,
} from '@app/sdk';
import type { Act, Creation } from '../actions.js';
import { Collection } from '../collection.js';
import { either, say, term } from '../i18n.js';
import type { Me } from '../session/session.js';
import { Code, Facts, None, Organisation, State, Terms, Venue, When } from '../show.js';

const mine = ({ organisationId }: MembershipView, { orgId }: Me) => organisationId === orgId;

const membershipActs: readonly Act<MembershipView>[] = [
  { name: 'approve', to: 'approval', permission: 'membership.decide', tone: 'main' },
  { name: 'reject', to: 'rejection', permission: 'membership.decide', schema: PartyReasonBody, tone: 'danger' },
  { name: 'suspend', to: 'suspension', permission: 'membership.decide', schema: PartyReasonBody, tone: 'danger' },
  { name: 'reinstate', to: 'reinstatement', permission: 'membership.decide' },
  { name: 'withdraw', to: 'withdrawal', permission: 'membership.apply', when: mine, tone: 'danger' },
];

export function Memberships() {
  const apply: Creation = {
    path: '/v1/memberships',
    title: say('applyForMembership'),
    permission: 'membership.apply',
    schema: ApplyForMembershipBody,
  };
  return (
    <Collection<MembershipView>
      page="memberships"
      path="/v1/memberships"
      creations={[apply]}
      acts={membershipActs}
      title={({ state }) => (
        <Flex gap={10}>
          {say('membership')} <State of={state} />
        </Flex>
      )}
      columns={[
        { name: 'organisationId', show: ({ organisationId }) => <Organisation id={organisationId} /> },
        { name: 'venueId', show: ({ venueId }) => <Venue id={venueId} /> },
        { name: 'roles', show: ({ roles }) => <Terms of={roles} /> },
        { name: 'state', show: ({ state }) => <State of={state} /> },
      ]}
      detail={(membership) => (
        <Facts
          of={{
            organisationId: <Organisation id={membership.organisationId} />,
            venueId: <Venue id={membership.venueId} />,
            roles: <Terms of={membership.roles} />,
            commitmentHash: <Code of={membership.commitmentHash} length={32} />,
            reason: membership.reason ?? <None />,
          }}
        />
      )}
    />
  );
}

export function Venues() {
  const open: Creation = {
    path: '/v1/venues',
    title: say('openVenue'),
    permission: 'venue.open',
    schema: OpenVenueBody,
  };
  return (
    <Collection<VenueView>
      page="venues"
      path="/v1/venues"
      query={{ limit: '100' }}
      creations={[open]}
      title={({ name }) => either(name)}
      columns={[
        { name: 'code', show: ({ code }) => <strong>{code}</strong> },
        { name: 'name', show: ({ name }) => either(name) },
        { name: 'type', show: ({ type }) => term(type) },
        { name: 'parentId', show: ({ parentId }) => <Venue id={parentId} /> },
        { name: 'operatorId', show: ({ operatorId }) => <Organisation id={operatorId} /> },
      ]}
      detail={({ code, type, parentId, operatorId }) => (
        <Facts
          of={{
            code,
            type: term(type),
            parentId: <Venue id={parentId} />,
            operatorId: <Organisation id={operatorId} />,
          }}
        />
      )}
    />
  );
}

const organisationActs: readonly Act<OrganisationView>[] = [
  {
    name: 'suspend',
    to: 'suspension',
    permission: 'organisation.register',
    when: ({ status }) => status === 'ACTIVE',
    schema: PartyReasonBody,
    tone: 'danger',
  },
  {
    name: 'reinstate',
    to: 'reinstatement',
    permission: 'organisation.register',
    when: ({ status }) => status === 'SUSPENDED',
    schema: PartyReasonBody,
  },
];

export function Organisations() {
  const register: Creation = {
    path: '/v1/organisations',
    title: say('registerOrganisation'),
    permission: 'organisation.register',
    schema: RegisterOrganisationBody,
  };
  const registrar: Creation = {
    path: '/v1/registrars',
    title: say('openRegistrar'),
    permission: 'organisation.register',
    schema: OpenRegistrarBody,
  };
  return (
    <Collection<OrganisationView>
      page="organisations"
      path="/v1/organisations"
      query={{ limit: '100' }}
      creations={[registrar, register]}
      acts={organisationActs}
      title={({ name }) => name}
      columns={[
        { name: 'name', show: ({ name }) => <strong>{name}</strong> },
        { name: 'uscc', show: ({ uscc }) => uscc },
        { name: 'kind', show: ({ kind }) => term(kind) },
        { name: 'status', show: ({ status }) => <State of={status} /> },
      ]}
      detail={({ uscc, kind, regionCode, status }) => (
        <Facts of={{ uscc, kind: term(kind), regionCode, status: <State of={status} /> }} />
      )}
    />
  );
}

const personActs: readonly Act<PersonView>[] = [
  {
    name: 'setPassword',
    to: 'password',
    permission: 'person.add',
    when: ({ status }) => status === 'ACTIVE',
    schema: SetPasswordBody,
  },
  {
    name: 'deactivate',
    to: 'deactivation',
    permission: 'person.add',
    when: ({ status }) => status === 'ACTIVE',
    schema: PartyReasonBody,
    tone: 'danger',
  },
];

export function People() {
  const add: Creation = {
    path: '/v1/people',
    title: say('addPerson'),
    permission: 'person.add',
    schema: AddPersonBody,
  };
  return (
    <Collection<PersonView>
      page="people"
      path="/v1/people"
      query={{ limit: '100' }}
      creations={[add]}
      acts={personActs}
      title={({ displayName }) => displayName}
      columns={[
        { name: 'displayName', show: ({ displayName }) => <strong>{displayName}</strong> },
        { name: 'login', show: ({ login }) => login },
        { name: 'organisationId', show: ({ organisationId }) => <Organisation id={organisationId} /> },
        { name: 'roles', show: ({ roles }) => <Terms of={roles} /> },
        { name: 'status', show: ({ status }) => <State of={status} /> },
        { name: 'lastSignInAt', show: ({ lastSignInAt }) => <When at={lastSignInAt} /> },
      ]}
      detail={({ login, organisationId, roles, lastSignInAt }) => (
        <Facts
          of={{
            login,
            organisationId: <Organisation id={organisationId} />,
            roles: <Terms of={roles} />,
            lastSignInAt: <When at={lastSignInAt} />,
          }}
        />
      )}
    />
  );
}
