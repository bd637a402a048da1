import type { ListStaffBody, StaffMemberView } from '@app/sdk';
import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { fault } from '../platform/refusal.js';
import type { RegistrarAct } from './registrar.js';
import { isExperienced } from './registrar-rules.js';

export const staffMachine = defineMachine('staff member', 'ACTIVE', {
  end: { from: ['ACTIVE'], to: 'ENDED' },
});

@Event('registration.staff-listed.v1')
export class StaffListed {
  constructor(
    readonly staffId: string,
    readonly registrarId: string,
    readonly personId: string,
    readonly disciplines: ListStaffBody['disciplines'],
    readonly experiencedSince: string,
    readonly documentSha256: string,
    readonly by: string,
    readonly at: string,
  ) {}
}

@Event('registration.staff-ended.v1')
export class StaffEnded {
  constructor(
    readonly staffId: string,
    readonly registrarId: string,
    readonly reason: string,
    readonly by: string,
    readonly at: string,
  ) {}
}

/** Somebody who reviews for a registrar (N1 §7: at least three years of experience in data or law). */
@Entity({ schema: 'registration', name: 'staff_member' })
@Stream('stf')
export class StaffMember extends Aggregate {
  @Column('text') readonly registrarId!: string;
  @Column('text') readonly personId!: string;
  @Column('jsonb') readonly disciplines!: ListStaffBody['disciplines'];
  @Column('text') readonly experiencedSince!: string;
  @Column('text') readonly documentSha256!: string;
  @Column('text') readonly state!: StaffMemberView['state'];
  @Column('timestamptz') readonly listedAt!: Date;
  @Column('timestamptz', { nullable: true }) readonly endedAt!: Date | null;
  @Column('text', { nullable: true }) readonly reason!: string | null;

  static list(body: ListStaffBody, documentSha256: string, { actor, now }: RegistrarAct): StaffMember {
    const { personId, disciplines, experiencedSince } = body;
    if (!isExperienced(experiencedSince, now))
      throw fault(
        '/experiencedSince',
        '审查人员须有三年以上数据或法律从业经历',
        'a reviewer has at least three years of experience',
      );
    const member = new StaffMember();
    const [id, at] = [newId('stf'), now.toISOString()];
    const { orgId, id: by } = actor;
    member.apply(new StaffListed(id, orgId, personId, disciplines, experiencedSince, documentSha256, by, at));
    return member;
  }

  end(reason: string, { actor, now }: RegistrarAct): void {
    staffMachine.next(this.state, 'end');
    this.apply(new StaffEnded(this.id, this.registrarId, reason, actor.id, now.toISOString()));
  }

  onStaffListed(event: StaffListed): void {
    const { staffId: id, registrarId, personId, disciplines, experiencedSince, documentSha256, at } = event;
    const told = { id, registrarId, personId, disciplines, experiencedSince, documentSha256 };
    Object.assign(this, { ...told, state: staffMachine.initial, listedAt: new Date(at), endedAt: null, reason: null });
  }
  onStaffEnded({ reason, at }: StaffEnded): void {
    Object.assign(this, { state: staffMachine.transitions.end.to, reason, endedAt: new Date(at) });
  }
}
