import { Module } from '@nestjs/common';
import { AddClientHandler } from './add-client.js';
import { AddOrganisationKeyHandler } from './add-organisation-key.js';
import { AddPersonHandler } from './add-person.js';
import { ApplyForMembershipHandler } from './apply-for-membership.js';
import { DeactivatePersonHandler } from './deactivate-person.js';
import { DecideMembershipHandler } from './decide-membership.js';
import { FirstOperator } from './first-operator.js';
import { GetAdmissionHandler } from './get-admission.js';
import { GetMembershipHandler } from './get-membership.js';
import { GetOrganisationKeyHandler } from './get-organisation-key.js';
import { GetOrganisationHandler } from './get-organisation.js';
import { GetPersonHandler } from './get-person.js';
import { Identities } from './identities.js';
import { IssuerStore } from './issuer-store.js';
import { IssuerSweeper } from './issuer-sweeper.js';
import { Issuer } from './issuer.js';
import { ListMembershipsHandler } from './list-memberships.js';
import { ListNamesOfPeopleHandler } from './list-names-of-people.js';
import { ListNamesHandler } from './list-names.js';
import { ListOrganisationKeysHandler } from './list-organisation-keys.js';
import { ListOrganisationsHandler } from './list-organisations.js';
import { ListPeopleHandler } from './list-people.js';
import { LogInHandler } from './log-in.js';
import { MembershipsController } from './memberships.controller.js';
import { NamesController } from './names.controller.js';
import { DidDocumentsController } from './did-documents.controller.js';
import { OrganisationsController } from './organisations.controller.js';
import { PeopleController } from './people.controller.js';
import { RegisterOrganisationHandler } from './register-organisation.js';
import { SessionController } from './session.controller.js';
import { SetPasswordHandler } from './set-password.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { SignInController } from './sign-in.controller.js';
import { SuperviseOrganisationHandler } from './supervise-organisation.js';
import { WithdrawMembershipHandler } from './withdraw-membership.js';

@Module({
  controllers: [
    OrganisationsController,
    DidDocumentsController,
    PeopleController,
    NamesController,
    MembershipsController,
    SessionController,
    SignInController,
  ],
  providers: [
    RegisterOrganisationHandler,
    SuperviseOrganisationHandler,
    AddOrganisationKeyHandler,
    AddClientHandler,
    AddPersonHandler,
    DeactivatePersonHandler,
    LogInHandler,
    SetPasswordHandler,
    ApplyForMembershipHandler,
    DecideMembershipHandler,
    WithdrawMembershipHandler,
    GetOrganisationHandler,
    ListOrganisationsHandler,
    GetOrganisationKeyHandler,
    ListOrganisationKeysHandler,
    GetPersonHandler,
    ListPeopleHandler,
    ListNamesOfPeopleHandler,
    ListNamesHandler,
    GetMembershipHandler,
    ListMembershipsHandler,
    GetAdmissionHandler,
    Identities,
    SignInAttempts,
    IssuerStore,
    IssuerSweeper,
    Issuer,
    FirstOperator,
  ],
})
export class PartiesModule {}
