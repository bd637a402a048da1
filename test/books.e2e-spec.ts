import { QueryBus } from '@nestjs/cqrs';
import fc from 'fast-check';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { replay } from '../src/ledger/replay.js';
import { asSystem } from '../src/platform/context.js';
import { dataSourceOptions } from '../src/platform/data-source.js';
import { newId } from '../src/platform/id.js';
import { Refusal } from '../src/platform/refusal.js';
import { UnitOfWork } from '../src/platform/unit-of-work.js';
import { account, accountId, type AccountKey } from '../src/settlement/account.js';
import { CheckBooks } from '../src/settlement/check-books.js';
import { PlaceHold } from '../src/settlement/place-hold.js';
import { PostTransfers } from '../src/settlement/post-transfers.js';
import { ResolveHold } from '../src/settlement/resolve-hold.js';
import type { Leg } from '../src/settlement/transfer.js';
import { startApp, type TestApp } from './support/app.js';

let t: TestApp;
let superuser: pg.Client;
beforeAll(async () => {
  t = await startApp();
  superuser = new pg.Client({ connectionString: t.databaseUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await t.close();
});

const check = () => asSystem(() => t.app.get(QueryBus).execute(new CheckBooks()));
afterEach(async () => {
  expect(await check()).toEqual({ ok: true, faults: [] });
});

const bank = account('1001');
const payable = (owner = newId('org')): AccountKey => account('2101', owner);
const leg = (debit: AccountKey, credit: AccountKey, amount: string | number, more: Partial<Leg> = {}): Leg => {
  const id = newId('trf');
  return { id, kind: 'RELEASE', subject: id, orderId: null, debit, credit, amount: String(amount), ...more };
};
const post = (...legs: Leg[]) => asSystem(() => t.app.get(UnitOfWork).execute(new PostTransfers(legs)));
const hold = (key: AccountKey, amount: string) =>
  asSystem(() => t.app.get(UnitOfWork).execute(new PlaceHold(accountId(key), amount)));
const resolve = (id: string, taken: string | null) =>
  asSystem(() => t.app.get(UnitOfWork).execute(new ResolveHold(id, taken)));
const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Refusal ? error.code : String(error)),
  );
/** As a caller does: `busy` (503) means nothing was changed, so it asks again with the same id. */
const untilAnswered = async (work: () => Promise<unknown>): Promise<string> => {
  for (;;) {
    const said = await outcome(work());
    if (said !== 'busy') return said;
  }
};
const stateOf = async (key: AccountKey) => {
  const { rows } = await superuser.query(
    'SELECT balance::int, held::int, version FROM settlement.balance WHERE account_id = $1',
    [accountId(key)],
  );
  return rows[0] as { balance: number; held: number; version: number } | undefined;
};

describe('a transfer', () => {
  it('is posted once under its id, and another one is refused under it', async () => {
    const seller = payable();
    const first = leg(bank, seller, 100);
    await post(first);
    await post(first);
    expect(await stateOf(seller)).toEqual({ balance: -100, held: 0, version: 1 });
    for (const other of [
      { amount: '101' },
      { orderId: newId('ord') },
      { credit: payable() },
      { kind: 'FUND' as const },
    ])
      expect(await outcome(post({ ...first, ...other }))).toBe('settlement/transfer-id-reused');
  });

  it('is posted once for its subject, whatever id the second try has', async () => {
    const seller = payable();
    const refund = leg(bank, seller, 5, { kind: 'REFUND' });
    await post(refund);
    expect(await outcome(post({ ...refund, id: newId('trf') }))).toBe('settlement/already-posted');
    const twice = [leg(bank, seller, 5, { subject: 'same' }), leg(bank, seller, 5, { subject: 'same' })];
    expect(await outcome(post(...twice))).toBe('settlement/already-posted');
    expect(await stateOf(seller)).toMatchObject({ version: 1 });
  });

  it('is posted once also when the same request arrives five times at once', async () => {
    const seller = payable();
    const same = leg(bank, seller, 7);
    const said = await Promise.all([1, 2, 3, 4, 5].map(() => untilAnswered(() => post(same))));
    expect(said).toEqual(Array(5).fill('done'));
    expect(await stateOf(seller)).toEqual({ balance: -7, held: 0, version: 1 });
  });

  it('is one of several linked ones: all or none', async () => {
    const [seller, broker] = [payable(), payable()];
    await post(leg(bank, seller, 100));
    expect(await outcome(post(leg(seller, broker, 60), leg(seller, broker, 60)))).toBe('settlement/insufficient-funds');
    expect(await stateOf(seller)).toEqual({ balance: -100, held: 0, version: 1 });
    expect(await stateOf(broker)).toBeUndefined();
    await post(leg(seller, broker, 60), leg(seller, broker, 40), leg(broker, seller, 1));
    expect(await stateOf(seller)).toEqual({ balance: -1, held: 0, version: 4 });
    expect(await stateOf(broker)).toEqual({ balance: -99, held: 0, version: 3 });
  });

  it('never overdraws: ten at once from an account with money for three', async () => {
    const [seller, broker] = [payable(), payable()];
    await post(leg(bank, seller, 300));
    const legs = Array.from({ length: 10 }, () => leg(seller, broker, 100));
    const said = await Promise.all(legs.map((one) => untilAnswered(() => post(one))));
    expect(said.toSorted()).toEqual([...Array(3).fill('done'), ...Array(7).fill('settlement/insufficient-funds')]);
    expect(await stateOf(seller)).toEqual({ balance: 0, held: 0, version: 4 });
  });
});

describe('a hold', () => {
  it('keeps the money from every transfer but its own, gives up to its amount and frees the rest', async () => {
    const [seller, broker] = [payable(), payable()];
    await post(leg(bank, seller, 100));
    const id = await hold(seller, '80');
    expect(await outcome(post(leg(seller, broker, 21)))).toBe('settlement/insufficient-funds');
    expect(await outcome(hold(seller, '21'))).toBe('settlement/insufficient-funds');
    expect(await outcome(resolve(id, '81'))).toBe('settlement/hold-too-small');
    await resolve(id, '50');
    expect(await outcome(resolve(id, '50'))).toBe('settlement/hold-already-posted');
    expect(await stateOf(seller)).toEqual({ balance: -100, held: 0, version: 1 });
    await post(leg(seller, broker, 100));
  });

  it('is resolved once when it is posted and voided at once', async () => {
    const seller = payable();
    await post(leg(bank, seller, 100));
    const id = await hold(seller, '100');
    const said = await Promise.all(['100', null, '100', null].map((taken) => untilAnswered(() => resolve(id, taken))));
    expect(said.filter((one) => one === 'done')).toHaveLength(1);
    expect(new Set(said.filter((one) => one !== 'done')).size).toBe(1);
    expect(await stateOf(seller)).toMatchObject({ held: 0 });
  });
});

it('follows a simple model through any row of transfers and holds', async () => {
  const step = fc.record({
    act: fc.constantFrom('move', 'move', 'in', 'hold', 'post', 'void'),
    from: fc.nat(2),
    to: fc.nat(2),
    amount: fc.integer({ min: 1, max: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const keys = [payable(), payable(), payable()];
      const model = keys.map(() => ({ balance: 0, held: 0, version: 0 }));
      const holds: { id: string; at: number; amount: number }[] = [];
      for (const { act, from, to, amount } of steps) {
        const [source, target] = [model[from]!, model[to]!];
        const room = -source.balance - source.held >= amount;
        if (act === 'in') {
          await post(leg(bank, keys[to]!, amount));
          target.balance -= amount;
          target.version += 1;
        } else if (act === 'move' && from !== to) {
          expect(await outcome(post(leg(keys[from]!, keys[to]!, amount)))).toBe(
            room ? 'done' : 'settlement/insufficient-funds',
          );
          if (!room) continue;
          source.balance += amount;
          target.balance -= amount;
          source.version += 1;
          target.version += 1;
        } else if (act === 'hold') {
          if (!room) expect(await outcome(hold(keys[from]!, String(amount)))).toBe('settlement/insufficient-funds');
          else {
            holds.push({ id: await hold(keys[from]!, String(amount)), at: from, amount });
            source.held += amount;
          }
        } else {
          const open = act === 'move' ? undefined : holds.pop();
          if (!open) continue;
          await resolve(open.id, act === 'post' ? String(open.amount) : null);
          model[open.at]!.held -= open.amount;
        }
      }
      for (const [i, key] of keys.entries())
        expect((await stateOf(key)) ?? { balance: 0, held: 0, version: 0 }).toEqual(model[i]);
      expect(await check()).toEqual({ ok: true, faults: [] });
    }),
    { numRuns: 60 },
  );
});

it('is what its events fold to, row by row', async () => {
  await t.settle();
  const auditor = await new DataSource(dataSourceOptions(t.databaseUrl, 'databourse_auditor', 1)).initialize();
  const { differences, rows } = await replay(auditor);
  await auditor.destroy();
  expect(differences).toEqual([]);
  expect(rows).toBeGreaterThan(50);
});

describe('the database', () => {
  const refused = async (sql: string): Promise<string> => {
    await superuser.query('BEGIN');
    const said = await superuser.query(sql).then(
      () =>
        superuser.query('SET CONSTRAINTS ALL IMMEDIATE').then(
          () => 'done',
          (e: Error) => e.message,
        ),
      (error: Error) => error.message,
    );
    await superuser.query('ROLLBACK');
    return said;
  };

  it.each([
    ['changes no transfer', 'UPDATE settlement.transfer SET amount = amount + 1', 'does not allow UPDATE'],
    ['changes no entry', 'UPDATE settlement.entry SET delta = delta + 1', 'does not allow UPDATE'],
    ['changes no account', `UPDATE settlement.account SET floored = false`, 'does not allow UPDATE'],
    ['removes no transfer', 'DELETE FROM settlement.transfer', 'does not allow DELETE'],
    ['changes no balance without an event', 'UPDATE settlement.balance SET held = held + 0', 'without an event'],
    ['lets no floor be broken', `UPDATE settlement.balance SET balance = 1 WHERE side = 'C'`, 'floor'],
    [
      'takes no entry alone',
      `INSERT INTO settlement.entry SELECT account_id, version + 1000, transfer_id, 1, 1 FROM settlement.entry LIMIT 1`,
      'one debit and one credit',
    ],
    [
      'takes no version twice',
      `INSERT INTO settlement.entry SELECT account_id, version, transfer_id, 1, 1 FROM settlement.entry LIMIT 1`,
      'entry_pkey',
    ],
  ])('%s', async (_, sql, message) => {
    await post(leg(bank, payable(), 1));
    expect(await refused(sql)).toContain(message);
  });

  it.each([
    ['deltas add up to zero per currency', 'entry', `UPDATE settlement.entry SET delta = delta * 2 WHERE version = 1`],
    [
      'each transfer has one debit and one credit of its amount',
      'transfer',
      `UPDATE settlement.transfer SET amount = amount + 1`,
    ],
    [
      'a balance is the sum of its deltas',
      'balance',
      `UPDATE settlement.balance SET balance = balance + 1 WHERE side = 'D'`,
    ],
    [
      'a balance is that of its last entry, and versions are dense',
      'balance',
      `UPDATE settlement.balance SET version = version + 1`,
    ],
    [
      'a balance is that of its last entry, and versions are dense',
      'entry',
      `UPDATE settlement.entry SET version = version + 100000 WHERE version > 1`,
    ],
    ['open holds are what is held', 'hold', `UPDATE settlement.hold SET state = 'PLACED', taken = NULL`],
    ['every transfer is one leaf of the ledger', 'transfer', `UPDATE settlement.transfer SET id = id || 'x'`],
    [
      'revenue comes only from a published fee schedule',
      'account',
      `UPDATE settlement.account SET code = '4001' WHERE code = '2101'`,
    ],
  ])('a change behind its back is found: %s (%s)', async (rule, table, sql) => {
    await post(leg(bank, payable(), 1));
    // Somebody with every right on the database switches the rules off; the check runs in the same transaction.
    const off = `SET LOCAL session_replication_role = replica; ALTER TABLE settlement.${table} DISABLE TRIGGER USER`;
    await superuser.query('BEGIN');
    try {
      await superuser.query(off);
      await superuser.query(sql);
      const { rows } = await superuser.query<{ rule: string }>(CheckBooks.sql());
      expect(rows.map((row) => row.rule)).toContain(rule);
    } finally {
      await superuser.query('ROLLBACK');
    }
  });
});
