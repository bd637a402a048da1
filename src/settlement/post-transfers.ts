import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { In } from 'typeorm';
import { permit } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Account, accountId, type AccountKey } from './account.js';
import { Transfer, type Entry, type Leg } from './transfer.js';

/** Posts linked transfers: all of them or none. Those that were posted before, with the same id and content, stay as they are. */
export class PostTransfers extends Command<void> {
  constructor(readonly legs: readonly Leg[]) {
    super();
  }
}

interface Posted extends Entry {
  readonly transferId: string;
  /** The floor that this entry would break, if any. */
  readonly short: boolean;
}

@CommandHandler(PostTransfers)
export class PostTransfersHandler implements ICommandHandler<PostTransfers> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly sql: Sql,
  ) {}

  async execute({ legs }: PostTransfers): Promise<void> {
    permit('transfer.post');
    const fresh = await this.notYetPosted(legs);
    if (fresh.length === 0) return;
    await this.openAccounts(fresh.flatMap(({ debit, credit }) => [debit, credit]));
    const column = <T>(value: (leg: Leg) => T): T[] => fresh.map(value);
    const entries = await this.sql.rows<Posted>(
      `SELECT transfer_id AS "transferId", account_id AS "accountId", version, delta::text, balance_after::text AS "balanceAfter", short
       FROM settlement.post($1, $2, $3, $4::bigint[])`,
      [
        column((l) => l.id),
        column((l) => accountId(l.debit)),
        column((l) => accountId(l.credit)),
        column((l) => l.amount),
      ],
    );
    const short = entries.find((entry) => entry.short);
    if (short) throw new Refusal('settlement/insufficient-funds', { accountId: short.accountId });
    for (const leg of fresh)
      this.uow.add(
        Transfer.post(
          leg,
          entries
            .filter(({ transferId }) => transferId === leg.id)
            .map(({ accountId, version, delta, balanceAfter }) => ({ accountId, version, delta, balanceAfter })),
        ),
      );
  }

  private async notYetPosted(legs: readonly Leg[]): Promise<Leg[]> {
    const { manager } = this.uow;
    const posted = await manager.findBy(Transfer, { id: In(legs.map(({ id }) => id)) });
    const byId = new Map(posted.map((transfer) => [transfer.id, transfer]));
    for (const leg of legs) byId.get(leg.id)?.mustEqual(leg);
    const fresh = legs.filter(({ id }) => !byId.has(id));
    const wanted = new Set<string>();
    for (const { id, kind, subject } of fresh) {
      if (wanted.has(id) || wanted.has(`${kind} ${subject}`))
        throw new Refusal('settlement/already-posted', { kind, subject });
      wanted.add(id).add(`${kind} ${subject}`);
    }
    const taken = await this.sql.row<{ kind: string; subject: string }>(
      `SELECT t.kind, t.subject FROM unnest($1::text[], $2::text[]) AS w (kind, subject)
       JOIN settlement.transfer t ON t.kind = w.kind AND t.subject = w.subject`,
      [fresh.map(({ kind }) => kind), fresh.map(({ subject }) => subject)],
    );
    if (taken) throw new Refusal('settlement/already-posted', { ...taken });
    return fresh;
  }

  private async openAccounts(keys: readonly AccountKey[]): Promise<void> {
    const wanted = new Map(keys.map((key) => [accountId(key), key]));
    const known = await this.sql.rows<{ account_id: string }>(
      'SELECT account_id FROM settlement.balance WHERE account_id = ANY($1)',
      [[...wanted.keys()]],
    );
    for (const { account_id } of known) wanted.delete(account_id);
    if (wanted.size === 0) return;
    const accounts = [...wanted.values()].map((key) => this.uow.add(Account.open(key)));
    // The balance exists before its first entry: a missing row would lock nothing.
    await this.sql.rows(
      `INSERT INTO settlement.balance (account_id, currency, side, floored)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[])`,
      [
        accounts.map(({ id }) => id),
        accounts.map(({ currency }) => currency),
        accounts.map(({ side }) => side),
        accounts.map(({ floored }) => floored),
      ],
    );
  }
}
