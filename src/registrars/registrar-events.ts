import type {
  ApplyAsRegistrarBody,
  OpenRegistrarBody,
  RegistrarChange,
  RegistrarDisclosure,
  RegistrarDuty,
  RegistrarExit,
  RegistrarMeasure,
  RegistrarOrder,
  RegistrarProfile,
  RegistrarReport,
} from '@app/sdk';
import { Event } from '../platform/event.js';

/** INV-51: who did it, when, by which version of the rules. */
export abstract class RegistrarStep {
  declare readonly registrarId: string;
  declare readonly by: string;
  declare readonly at: string;
  declare readonly rulePack: string;

  constructor(facts: object) {
    Object.assign(this, facts);
  }
}
/** An act of the data authority, by two people. */
export abstract class RegistrarOrdered extends RegistrarStep {
  declare readonly measure: RegistrarMeasure;
}

@Event('registration.registrar-applied.v1')
export class RegistrarApplied extends RegistrarStep {
  declare readonly organisationId: string;
  declare readonly facts: ApplyAsRegistrarBody;
}

/** `at` and `measure` are missing where the operator entered it from the national catalogue before there were orders. */
@Event('registration.registrar-catalogued.v1')
export class RegistrarCatalogued {
  constructor(
    readonly registrarId: string,
    readonly facts: OpenRegistrarBody,
    readonly at?: string,
    readonly measure?: RegistrarMeasure,
  ) {}
}

@Event('registration.registrar-profile-stated.v1')
export class RegistrarProfileStated extends RegistrarStep {
  declare readonly profile: RegistrarProfile;
}

@Event('registration.registrar-disclosed.v1')
export class RegistrarDisclosed extends RegistrarStep {
  declare readonly disclosure: RegistrarDisclosure;
}

@Event('registration.registrar-order-proposed.v1')
export class RegistrarOrderProposed extends RegistrarStep {
  declare readonly order: RegistrarOrder;
}

@Event('registration.registrar-order-declined.v1')
export class RegistrarOrderDeclined extends RegistrarStep {
  declare readonly orderId: string;
  declare readonly reason: string;
}

@Event('registration.registrar-recommended.v1')
export class RegistrarRecommended extends RegistrarOrdered {}

@Event('registration.registrar-publishing-suspended.v1')
export class RegistrarPublishingSuspended extends RegistrarOrdered {}

@Event('registration.registrar-reinstated.v1')
export class RegistrarReinstated extends RegistrarOrdered {}

@Event('registration.registrar-removed.v1')
export class RegistrarRemoved extends RegistrarOrdered {}

@Event('registration.registrar-successor-named.v1')
export class RegistrarSuccessorNamed extends RegistrarOrdered {}

@Event('registration.registrar-exit-noticed.v1')
export class RegistrarExitNoticed extends RegistrarStep {
  declare readonly exit: RegistrarExit;
  declare readonly successorId: string;
}

@Event('registration.registrar-exit-approved.v1')
export class RegistrarExitApproved extends RegistrarOrdered {
  declare readonly reportDue: string;
}

@Event('registration.registrar-exit-declined.v1')
export class RegistrarExitDeclined extends RegistrarOrdered {}

/** The authority has told the national authority of the exit. */
@Event('registration.registrar-exit-reported.v1')
export class RegistrarExitReported extends RegistrarStep {
  declare readonly reason: string;
}

@Event('registration.registrar-archived.v1')
export class RegistrarArchived extends RegistrarStep {
  declare readonly fileId: string;
  declare readonly entries: number;
  declare readonly root: string;
  declare readonly sha256: string;
}

/** The successor has the archive: applications under way and the powers over the certificates are its own from now on. */
abstract class HandedOver extends RegistrarStep {
  declare readonly organisationId: string;
  declare readonly successorId: string;
  declare readonly root: string;
}

@Event('registration.registrar-exited.v1')
export class RegistrarExited extends HandedOver {}

/** Of one that was removed, and stays so. */
@Event('registration.registrar-taken-over.v1')
export class RegistrarTakenOver extends HandedOver {}

@Event('registration.registrar-change-noticed.v1')
export class RegistrarChangeNoticed extends RegistrarStep {
  declare readonly change: RegistrarChange;
}

@Event('registration.registrar-change-confirmed.v1')
export class RegistrarChangeConfirmed extends RegistrarOrdered {
  declare readonly updateDue: string;
}

@Event('registration.registrar-change-declined.v1')
export class RegistrarChangeDeclined extends RegistrarOrdered {}

@Event('registration.registrar-updated.v1')
export class RegistrarUpdated extends RegistrarStep {
  declare readonly name: string;
  declare readonly profile: RegistrarProfile;
}

@Event('registration.registrar-reported.v1')
export class RegistrarReported extends RegistrarStep {
  declare readonly report: RegistrarReport;
}

@Event('registration.registrar-assessed.v1')
export class RegistrarAssessed extends RegistrarStep {
  declare readonly year: number;
  declare readonly assessment: NonNullable<RegistrarReport['assessment']>;
}

/** A legal time has passed without the act. It decides nothing. */
@Event('registration.registrar-overdue.v1')
export class RegistrarOverdue extends RegistrarStep {
  declare readonly duty: RegistrarDuty;
  declare readonly due: string;
}
