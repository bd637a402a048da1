import { projection } from '../platform/projection.js';
import { AccountOpened } from './account.js';
import { HoldPlaced, HoldPosted, HoldVoided } from './hold.js';
import { TransferPosted } from './transfer.js';

const add = (a: unknown, b: string): string => (BigInt(a as string) + BigInt(b)).toString();
const sub = (a: unknown, b: string): string => (BigInt(a as string) - BigInt(b)).toString();

// The rows that PostTransfers, PlaceHold and ResolveHold write beside their events follow from those events.
projection('settlement.balance', {
  of: [AccountOpened, TransferPosted, HoldPlaced, HoldPosted, HoldVoided],
  fold(event, rows) {
    if (event instanceof AccountOpened) {
      const { accountId, currency, side, floored } = event;
      rows.set(accountId, { account_id: accountId, currency, side, floored, balance: '0', held: '0', version: 0 });
    } else if (event instanceof TransferPosted) {
      for (const { accountId, delta } of event.entries) {
        const row = rows.get(accountId)!;
        row['balance'] = add(row['balance'], delta);
        row['version'] = (row['version'] as number) + 1;
      }
    } else {
      const row = rows.get(event.accountId)!;
      row['held'] = event instanceof HoldPlaced ? add(row['held'], event.amount) : sub(row['held'], event.amount);
    }
  },
});

projection('settlement.entry', {
  of: [TransferPosted],
  fold({ transferId, entries }, rows) {
    for (const { accountId, version, delta, balanceAfter } of entries)
      rows.set(`${accountId}/${version}`, {
        account_id: accountId,
        version,
        transfer_id: transferId,
        delta,
        balance_after: balanceAfter,
      });
  },
});
