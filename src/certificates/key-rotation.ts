import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';

export const keyRotationMachine = defineMachine('keyRotation', 'ORDERED', {
  complete: { from: ['ORDERED'], to: 'DONE' },
});

/** The intent: before there is a new key. */
@Event('certificates.key-rotation-ordered.v1')
export class KeyRotationOrdered {
  constructor(
    readonly rotationId: string,
    readonly alg: string,
    /** Of the key that will sign; the first key is generation 1. */
    readonly generation: number,
    readonly reason: string,
    readonly by: string,
    readonly at: string,
  ) {}
}

/** The result: that key signs from now on, earlier ones only verify. */
@Event('certificates.key-rotated.v1')
export class KeyRotated {
  constructor(
    readonly rotationId: string,
    readonly alg: string,
    readonly kid: string,
    readonly at: string,
  ) {}
}

/** A new key for the signatures on certificates. Seals (X.509) renew themselves under the root and are not rotated here. */
@Entity({ schema: 'certificates', name: 'key_rotation' })
@Stream('krt')
export class KeyRotation extends Aggregate {
  @Column('text') readonly alg!: string;
  @Column('integer') readonly generation!: number;
  @Column('text') readonly reason!: string;
  @Column('text') readonly orderedBy!: string;
  @Column('timestamptz') readonly orderedAt!: Date;
  @Column('text', { nullable: true }) readonly kid!: string | null;
  @Column('timestamptz', { nullable: true }) readonly rotatedAt!: Date | null;
  @Column('text') readonly state!: (typeof keyRotationMachine.states)[number];

  static order(alg: string, generation: number, reason: string, by: string, at: Date): KeyRotation {
    const rotation = new KeyRotation();
    rotation.apply(new KeyRotationOrdered(newId('krt'), alg, generation, reason, by, at.toISOString()));
    return rotation;
  }

  complete(kid: string, at: Date): void {
    keyRotationMachine.next(this.state, 'complete');
    this.apply(new KeyRotated(this.id, this.alg, kid, at.toISOString()));
  }

  onKeyRotationOrdered({ rotationId, alg, generation, reason, by, at }: KeyRotationOrdered): void {
    const open = { kid: null, rotatedAt: null, state: keyRotationMachine.initial };
    Object.assign(this, { id: rotationId, alg, generation, reason, orderedBy: by, orderedAt: new Date(at), ...open });
  }
  onKeyRotated({ kid, at }: KeyRotated): void {
    Object.assign(this, { kid, rotatedAt: new Date(at), state: keyRotationMachine.next(this.state, 'complete') });
  }
}
