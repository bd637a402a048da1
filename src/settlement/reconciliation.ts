import { Column, Entity } from 'typeorm';
import { Aggregate, Stream } from '../platform/aggregate.js';
import { Event, type DomainEvent } from '../platform/event.js';
import { newId } from '../platform/id.js';
import { defineMachine } from '../platform/machine.js';
import { Refusal } from '../platform/refusal.js';
import type { BankNotice } from './bank.js';

export const reconciliationMachine = defineMachine('reconciliation', 'IMPORTED', {
  balance: { from: ['IMPORTED'], to: 'BALANCED' },
  open: { from: ['IMPORTED'], to: 'OPEN' },
  adopt: { from: ['OPEN'], to: 'ADOPTED' },
});
export type ReconciliationState = (typeof reconciliationMachine.states)[number];

/** A movement that stands on one side only; `told` null: the bank does not know it, or its balance says more than its movements. */
export interface OpenItem {
  readonly bankId: string;
  readonly missing: 'BOOKS' | 'BANK';
  readonly kind: BankNotice['kind'] | 'UNEXPLAINED';
  readonly amount: string;
  readonly told: BankNotice | null;
}

interface Facts {
  readonly at: string;
  readonly by: string;
  readonly bankBalance: string;
  readonly bookBalance: string;
  readonly currency: string;
  readonly items: readonly OpenItem[];
}

@Event('settlement.statement-reconciled.v1')
export class StatementReconciled {
  constructor(
    readonly reconciliationId: string,
    readonly facts: Facts,
  ) {}
}

@Event('settlement.reconciliation-adopted.v1')
export class ReconciliationAdopted {
  constructor(
    readonly reconciliationId: string,
    readonly by: string,
  ) {}
}

/** The bank's statement beside our books: a difference of zero, or what explains it, item by item. */
@Entity({ schema: 'settlement', name: 'reconciliation' })
@Stream('rec')
export class Reconciliation extends Aggregate {
  @Column('timestamptz') readonly at!: Date;
  @Column('text') readonly by!: string;
  @Column('bigint') readonly bankBalance!: string;
  @Column('bigint') readonly bookBalance!: string;
  @Column('text') readonly currency!: string;
  @Column('jsonb') readonly items!: OpenItem[];
  @Column('text', { nullable: true }) readonly adoptedBy!: string | null;
  @Column('text') readonly state!: ReconciliationState;

  static of(facts: Facts): Reconciliation {
    const reconciliation = new Reconciliation();
    reconciliation.apply(new StatementReconciled(newId('rec'), facts));
    return reconciliation;
  }

  /** Takes the bank's word for what our books lack; somebody other than the importer decides it (SOD-7). */
  adopt(by: string): readonly BankNotice[] {
    if (by === this.by) throw new Refusal('same-person');
    const event: DomainEvent = new ReconciliationAdopted(this.id, by);
    reconciliationMachine.next(this.state, 'adopt');
    const told = this.items.map((item) => item.told);
    if (told.includes(null)) throw new Refusal('settlement/difference-unexplained');
    this.apply(event);
    return told as BankNotice[];
  }

  onStatementReconciled({ reconciliationId: id, facts: { at, ...facts } }: StatementReconciled): void {
    const state = facts.items.length === 0 ? 'BALANCED' : 'OPEN';
    Object.assign(this, { id, at: new Date(at), ...facts, adoptedBy: null, state });
  }
  onReconciliationAdopted({ by }: ReconciliationAdopted): void {
    Object.assign(this, { state: 'ADOPTED', adoptedBy: by });
  }
}
