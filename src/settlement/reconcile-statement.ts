import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Created } from '@app/sdk';
import { Clock } from '../platform/clock.js';
import { permit } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { account, accountId } from './account.js';
import type { BankNotice, BankStatement } from './bank.js';
import { Reconciliation, type OpenItem } from './reconciliation.js';

/** Compares the bank's statement with our books, movement by movement. */
export class ReconcileStatement extends Command<Created> {
  constructor(readonly statement: BankStatement) {
    super();
  }
}

@CommandHandler(ReconcileStatement)
export class ReconcileStatementHandler implements ICommandHandler<ReconcileStatement> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
    private readonly clock: Clock,
  ) {}

  async execute({ statement: { balance: bankBalance, currency, movements } }: ReconcileStatement): Promise<Created> {
    const actor = permit('reconciliation.run');
    const custody = accountId(account('1001', undefined, '', currency));
    const books = await this.sql.row<{ balance: string }>(
      'SELECT balance FROM settlement.balance WHERE account_id = $1',
      [custody],
    );
    const known = await this.sql.rows<BankNotice>(
      `SELECT bank_id AS "bankId", kind, reference, counterparty, amount::text, currency FROM settlement.bank_notice
       WHERE currency = $1 ORDER BY id`,
      [currency],
    );
    const bookBalance = books?.balance ?? '0';
    const items = openItems(movements, known);
    const unexplained = BigInt(bankBalance) - BigInt(bookBalance) - items.reduce((sum, item) => sum + effect(item), 0n);
    if (unexplained !== 0n)
      items.push({ bankId: '', missing: 'BOOKS', kind: 'UNEXPLAINED', amount: unexplained.toString(), told: null });
    const at = this.clock.now().toISOString();
    return { id: this.uow.add(Reconciliation.of({ at, by: actor.id, bankBalance, bookBalance, currency, items })).id };
  }
}

function openItems(bank: readonly BankNotice[], books: readonly BankNotice[]): OpenItem[] {
  const [inBank, inBooks] = [bank, books].map((side) => new Set(side.map(({ bankId }) => bankId))) as [
    Set<string>,
    Set<string>,
  ];
  return [
    ...bank
      .filter(({ bankId }) => !inBooks.has(bankId))
      .map((told): OpenItem => ({ bankId: told.bankId, missing: 'BOOKS', kind: told.kind, amount: told.amount, told })),
    ...books
      .filter(({ bankId }) => !inBank.has(bankId))
      .map(({ bankId, kind, amount }): OpenItem => ({ bankId, missing: 'BANK', kind, amount, told: null })),
  ];
}

/** What the item makes of the difference bank less books. */
function effect({ missing, kind, amount }: OpenItem): bigint {
  const moved = kind === 'CREDIT' ? BigInt(amount) : kind === 'PAID' ? -BigInt(amount) : 0n;
  return missing === 'BOOKS' ? moved : -moved;
}
