import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';

export const holdMachine = defineMachine('hold', 'PLACED', {
  post: { from: ['PLACED'], to: 'POSTED' },
  void: { from: ['PLACED'], to: 'VOIDED' },
});
export type HoldState = (typeof holdMachine.states)[number];

@Event('settlement.hold-placed.v1')
export class HoldPlaced {
  constructor(
    readonly holdId: string,
    readonly accountId: string,
    readonly amount: string,
  ) {}
}

/** `taken` may be posted now; the rest of `amount` is free again. */
@Event('settlement.hold-posted.v1')
export class HoldPosted {
  constructor(
    readonly holdId: string,
    readonly accountId: string,
    readonly amount: string,
    readonly taken: string,
  ) {}
}

@Event('settlement.hold-voided.v1')
export class HoldVoided {
  constructor(
    readonly holdId: string,
    readonly accountId: string,
    readonly amount: string,
  ) {}
}

/** The first of two phases: money that stays on its account and may leave it only by this hold, which is resolved once. */
@Entity({ schema: 'settlement', name: 'hold' })
@Stream('hld')
export class Hold extends Aggregate {
  @Column('text') readonly accountId!: string;
  @Column('bigint') readonly amount!: string;
  @Column('bigint', { nullable: true }) readonly taken!: string | null;
  @Column('text') readonly state!: HoldState;

  static place(accountId: string, amount: string): Hold {
    const hold = new Hold();
    hold.apply(new HoldPlaced(newId('hld'), accountId, amount));
    return hold;
  }

  /** @param taken minor units that leave the account now */
  post(taken: string): void {
    this.mustBeOpen();
    if (BigInt(taken) > BigInt(this.amount))
      throw new Refusal('settlement/hold-too-small', { held: this.amount, wanted: taken });
    this.apply(new HoldPosted(this.id, this.accountId, this.amount, taken));
  }

  void(): void {
    this.mustBeOpen();
    this.apply(new HoldVoided(this.id, this.accountId, this.amount));
  }

  private mustBeOpen(): void {
    if (this.state === 'POSTED') throw new Refusal('settlement/hold-already-posted', { id: this.id });
    if (this.state === 'VOIDED') throw new Refusal('settlement/hold-already-voided', { id: this.id });
  }

  onHoldPlaced({ holdId, accountId, amount }: HoldPlaced): void {
    Object.assign(this, { id: holdId, accountId, amount, taken: null, state: holdMachine.initial });
  }
  onHoldPosted({ taken }: HoldPosted): void {
    Object.assign(this, { state: holdMachine.transitions.post.to, taken });
  }
  onHoldVoided(): void {
    Object.assign(this, { state: holdMachine.transitions.void.to });
  }
}
