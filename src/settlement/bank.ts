/** What the platform asks a custody bank to pay. */
export interface BankPayment {
  /** Chosen by the platform before it asks: the bank pays each id once, however often it is asked. */
  readonly id: string;
  readonly payeeId: string;
  /** Minor units. */
  readonly amount: string;
  readonly currency: string;
  readonly reference: string;
}

/**
 * What the platform hears. CREDIT: somebody paid in, `reference` as the payer stated it. PAID and RETURNED: what became
 * of a payment, `reference` is its id. A bank may tell late, twice, in any order, or only in its statement.
 */
export interface BankNotice {
  /** The bank's own id of the movement. */
  readonly bankId: string;
  readonly kind: 'CREDIT' | 'PAID' | 'RETURNED';
  readonly reference: string;
  /** The organisation that paid or was paid. */
  readonly counterparty: string;
  readonly amount: string;
  readonly currency: string;
}

export interface BankStatement {
  readonly balance: string;
  readonly currency: string;
  /** Every movement of the custody account and every returned payment, in the bank's order. */
  readonly movements: readonly BankNotice[];
}

/** The custody bank: it moves the money, the platform records. Notices come in by `ReceiveBankNotice`. */
export abstract class Bank {
  /** Resolves when the bank has taken the instruction, not when it has paid. */
  abstract instruct(payment: BankPayment): Promise<void>;
  abstract statement(): Promise<BankStatement>;
}
