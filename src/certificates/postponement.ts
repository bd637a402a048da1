import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import type { ApplicationRegistered } from '../registration/application-events.js';

/** The numbers of the month were used up: the application stays registered and gets its certificate in the next one. */
@Event('certificates.certificate-postponed.v1')
export class CertificatePostponed {
  constructor(
    readonly postponementId: string,
    readonly registered: ApplicationRegistered,
    readonly until: string,
  ) {}
}

@Event('certificates.certificate-postponement-ended.v1')
export class CertificatePostponementEnded {
  constructor(
    readonly postponementId: string,
    readonly at: string,
  ) {}
}

/** A registered application that waits for a number. A number carries the month of its coding (N1 annex 6), so a later one will do. */
@Entity({ schema: 'certificates', name: 'postponement' })
@Stream('wait')
export class Postponement extends Aggregate {
  @Column('text') readonly applicationId!: string;
  @Column('jsonb') readonly registered!: ApplicationRegistered;
  @Column('timestamptz') readonly until!: Date;
  @Column('text') readonly state!: 'WAITING' | 'ENDED';

  static begin(registered: ApplicationRegistered, until: Date): Postponement {
    const postponement = new Postponement();
    postponement.apply(new CertificatePostponed(newId('wait'), registered, until.toISOString()));
    return postponement;
  }

  /** Also the next month's numbers are used up. */
  extend(until: Date): void {
    this.apply(new CertificatePostponed(this.id, this.registered, until.toISOString()));
  }

  end(at: Date): void {
    this.apply(new CertificatePostponementEnded(this.id, at.toISOString()));
  }

  onCertificatePostponed({ postponementId, registered, until }: CertificatePostponed): void {
    const { applicationId } = registered;
    Object.assign(this, { id: postponementId, applicationId, registered, until: new Date(until), state: 'WAITING' });
  }
  onCertificatePostponementEnded(): void {
    Object.assign(this, { state: 'ENDED' });
  }
}
