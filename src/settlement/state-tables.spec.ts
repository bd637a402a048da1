import type { Aggregate } from '../platform/aggregate.js';
import { eventType, revive } from '../platform/event.js';
import { account } from './account.js';
import { BankNotice, bankNoticeMachine } from './bank-notice.js';
import { Distribution, distributionMachine } from './distribution.js';
import { DistributionScheme, distributionSchemeMachine } from './distribution-scheme.js';
import { Escrow, escrowMachine } from './escrow.js';
import { FeeSchedule, feeScheduleMachine } from './fee-schedule.js';
import { Hold, holdMachine } from './hold.js';
import { Payout, payoutMachine } from './payout.js';
import { Reconciliation, reconciliationMachine } from './reconciliation.js';

type Stateful = Aggregate & { readonly state: string };
interface Table<A extends Stateful> {
  readonly machine: {
    readonly name: string;
    readonly states: readonly string[];
    readonly transitions: Readonly<Record<string, { readonly from: readonly string[]; readonly to: string }>>;
  };
  readonly begin: () => A;
  /** The steps by which each state is reached; a state that nobody ever sees is missing. */
  readonly paths: Readonly<Record<string, ((a: A) => void)[]>>;
  readonly acts: Readonly<Record<string, (a: A) => void>>;
  readonly refusals?: readonly string[];
}

/** Every action in every state: it does what the table says, or it is refused and nothing changes. */
function exhaust<A extends Stateful>({
  machine,
  begin,
  paths,
  acts,
  refusals = ['illegal-transition'],
}: Table<A>): void {
  const into = (state: string): A => {
    const aggregate = begin();
    for (const step of paths[state]!) step(aggregate);
    expect(aggregate.state).toBe(state);
    return aggregate;
  };
  describe(machine.name, () => {
    const states = Object.keys(paths);
    it.each(states.flatMap((state) => Object.keys(acts).map((action) => ({ state, action }))))(
      '$state: $action',
      ({ state, action }) => {
        const aggregate = into(state);
        const { from, to } = machine.transitions[action]!;
        const before = aggregate.version;
        if (from.includes(state)) {
          acts[action]!(aggregate);
          expect([aggregate.state, aggregate.version]).toEqual([to, before + 1]);
        } else {
          let code: unknown;
          try {
            acts[action]!(aggregate);
          } catch (error) {
            code = (error as { code: unknown }).code;
          }
          expect(refusals).toContain(code);
          expect([aggregate.state, aggregate.version]).toEqual([state, before]);
        }
      },
    );
    it.each(states)('%s is what its events fold to', (state) => {
      const aggregate = into(state);
      const replayed = new (aggregate.constructor as new () => A)();
      for (const event of aggregate.getUncommittedEvents())
        replayed.apply(revive(eventType(event), JSON.stringify(event)), true);
      aggregate.uncommit();
      expect(replayed).toEqual(aggregate);
    });
    it('is reached in all its states', () => {
      const passing = ['RECEIVED', 'IMPORTED'];
      expect(machine.states.filter((state) => !passing.includes(state)).toSorted()).toEqual(states.toSorted());
    });
  });
}

const fen = (amount: string) => ({ amount, currency: 'CNY' as const });
const full = [{ organisationId: 'org_seller', role: 'HOLDER', amount: fen('100') }];

exhaust<Escrow>({
  machine: escrowMachine,
  begin: () =>
    Escrow.open({
      orderId: 'ord_1',
      reference: 'ORD-1',
      buyerId: 'org_buyer',
      sellerId: 'org_seller',
      venueId: 'ven_1',
      operatorId: 'org_operator',
      due: fen('100'),
      schemeId: null,
      feeScheduleId: null,
      commission: { mandateId: 'man_1', brokerId: 'org_broker', basisPoints: 100 },
    }),
  paths: {
    OPENED: [],
    FUNDED: [(e) => e.fund('hld_1')],
    CANCELLED: [(e) => e.cancel()],
    REFUNDED: [(e) => e.fund('hld_1'), (e) => e.refund()],
    RELEASED: [(e) => e.fund('hld_1'), (e) => e.release(full)],
  },
  acts: {
    fund: (e) => e.fund('hld_2'),
    cancel: (e) => e.cancel(),
    refund: (e) => e.refund(),
    // Where nothing is held the lines do not fit either; the state is what counts.
    release: (e) => e.release(e.state === 'FUNDED' ? full : []),
  },
});

it('an escrow releases exactly what it holds', () => {
  for (const amount of ['99', '101']) {
    const escrow = Escrow.open({ ...({} as Parameters<typeof Escrow.open>[0]), due: fen('100') });
    escrow.fund('hld_1');
    expect(() => escrow.release([{ ...full[0]!, amount: fen(amount) }])).toThrow(
      expect.objectContaining({ code: 'settlement/hold-too-small' }),
    );
  }
});

exhaust<Hold>({
  machine: holdMachine,
  begin: () => Hold.place('acc_1', '100'),
  paths: { PLACED: [], POSTED: [(h) => h.post('60')], VOIDED: [(h) => h.void()] },
  acts: { post: (h) => h.post('100'), void: (h) => h.void() },
  refusals: ['settlement/hold-already-posted', 'settlement/hold-already-voided'],
});

it('a hold gives up to its amount, and each second resolution has its own error', () => {
  const code = (code: string) => expect.objectContaining({ code });
  const hold = Hold.place('acc_1', '100');
  expect(() => hold.post('101')).toThrow(code('settlement/hold-too-small'));
  hold.post('60');
  expect(() => hold.post('40')).toThrow(code('settlement/hold-already-posted'));
  expect(() => hold.void()).toThrow(code('settlement/hold-already-posted'));
  const voided = Hold.place('acc_1', '100');
  voided.void();
  expect(() => voided.void()).toThrow(code('settlement/hold-already-voided'));
  expect(() => voided.post('1')).toThrow(code('settlement/hold-already-voided'));
});

exhaust<Payout>({
  machine: payoutMachine,
  begin: () =>
    Payout.instruct({
      payeeId: 'org_1',
      from: account('2101', 'org_1'),
      amount: '5',
      orderId: null,
      distributionId: null,
    }),
  paths: {
    INSTRUCTED: [],
    SENT: [(p) => p.send()],
    CONFIRMED: [(p) => p.send(), (p) => p.confirm()],
    FAILED: [(p) => p.send(), (p) => p.fail('returned')],
  },
  acts: {
    send: (p) => p.send(),
    confirm: (p) => p.confirm(),
    fail: (p) => p.fail('returned'),
    retry: (p) => p.retry(),
  },
});

it('a payout that is tried again asks the bank under a new id', () => {
  const payout = Payout.instruct({
    payeeId: 'org_1',
    from: account('2101', 'org_1'),
    amount: '5',
    orderId: null,
    distributionId: null,
  });
  const first = payout.paymentId;
  payout.fail('returned');
  payout.retry();
  expect(payout.paymentId).not.toBe(first);
});

exhaust<FeeSchedule>({
  machine: feeScheduleMachine,
  begin: () =>
    FeeSchedule.propose(
      { venueId: 'ven_1', transactionFeeBp: 100, minimum: fen('1'), cap: null, taxRate: null, placeholder: true },
      'per_maker',
    ),
  paths: {
    PROPOSED: [],
    PUBLISHED: [(f) => f.bringIntoForce('per_checker')],
    SUPERSEDED: [(f) => f.bringIntoForce('per_checker'), (f) => f.supersede()],
  },
  acts: { publish: (f) => f.bringIntoForce('per_checker'), supersede: (f) => f.supersede() },
});

const signature = (organisationId: string) => ({
  organisationId,
  keyId: 'k',
  jws: 'a.b.c',
  signedAt: '2026-03-02T02:00:00Z',
});
const residual = (organisationId: string) => ({
  role: 'HOLDER' as const,
  organisationId,
  share: { kind: 'RESIDUAL' as const, weight: 1 },
});
exhaust<DistributionScheme>({
  machine: distributionSchemeMachine,
  begin: () =>
    DistributionScheme.propose('org_a', 'Demonstration', [residual('org_a'), residual('org_b'), residual('org_c')]),
  paths: {
    PROPOSED: [],
    SIGNED: [(s) => s.sign(signature('org_a')), (s) => s.sign(signature('org_b')), (s) => s.sign(signature('org_c'))],
  },
  acts: { sign: (s) => s.sign(signature('org_b')) },
});

it('a scheme is signed once by each party and by nobody else', () => {
  const scheme = DistributionScheme.propose('org_a', 'Demonstration', [residual('org_b')]);
  scheme.sign(signature('org_b'));
  const code = (code: string) => expect.objectContaining({ code });
  expect(() => scheme.sign(signature('org_b'))).toThrow(code('settlement/scheme-already-signed'));
  expect(() => scheme.sign(signature('org_c'))).toThrow(code('not-your-organisation'));
  expect(scheme.state).toBe('PROPOSED');
  scheme.sign(signature('org_a'));
  expect(scheme.state).toBe('SIGNED');
});

exhaust<Distribution>({
  machine: distributionMachine,
  begin: () =>
    Distribution.calculate({
      escrowId: 'esc_1',
      orderId: 'ord_1',
      operatorId: 'org_operator',
      gross: fen('100'),
      distributable: fen('100'),
      lines: [],
      schemeId: null,
      feeScheduleId: null,
    }),
  paths: {
    CALCULATED: [],
    POSTED: [(d) => d.approve('per_1', null)],
    PAID: [(d) => d.approve('per_1', null), (d) => d.pay()],
  },
  acts: { approve: (d) => d.approve('per_1', 'per_2'), pay: (d) => d.pay() },
});

const told = {
  bankId: 'b1',
  kind: 'CREDIT',
  reference: 'r',
  counterparty: 'org_1',
  amount: '5',
  currency: 'CNY',
} as const;
exhaust<BankNotice>({
  machine: bankNoticeMachine,
  begin: () => BankNotice.receive(told),
  paths: {
    MATCHED: [(n) => n.match('trf_1')],
    SUSPENDED: [(n) => n.suspend('trf_1')],
    SENT_BACK: [(n) => n.suspend('trf_1'), (n) => n.sendBack('per_1')],
  },
  acts: { match: (n) => n.match('trf_2'), suspend: (n) => n.suspend('trf_2'), sendBack: (n) => n.sendBack('per_1') },
});

const statement = { at: '2026-03-02T02:00:00.000Z', by: 'per_1', bankBalance: '5', bookBalance: '0', currency: 'CNY' };
const item = { bankId: 'b1', missing: 'BOOKS', kind: 'CREDIT', amount: '5', told } as const;
exhaust<Reconciliation>({
  machine: { ...reconciliationMachine, states: ['OPEN', 'ADOPTED'] },
  begin: () => Reconciliation.of({ ...statement, items: [item] }),
  paths: { OPEN: [], ADOPTED: [(r) => void r.adopt('per_2')] },
  acts: { adopt: (r) => void r.adopt('per_2') },
});

it('a statement without a difference has nothing to adopt; an unexplained one cannot be adopted; the importer never adopts', () => {
  const code = (code: string) => expect.objectContaining({ code });
  const balanced = Reconciliation.of({ ...statement, bookBalance: '5', items: [] });
  expect(balanced.state).toBe('BALANCED');
  expect(() => balanced.adopt('per_2')).toThrow(code('illegal-transition'));
  const unexplained = Reconciliation.of({ ...statement, items: [{ ...item, kind: 'UNEXPLAINED', told: null }] });
  expect(() => unexplained.adopt('per_2')).toThrow(code('settlement/difference-unexplained'));
  expect(() => Reconciliation.of({ ...statement, items: [item] }).adopt('per_1')).toThrow(code('same-person'));
});

it('maker and checker differ', () => {
  const fees = { venueId: 'ven_1', transactionFeeBp: 1, minimum: null, cap: null, taxRate: null, placeholder: true };
  expect(() => FeeSchedule.propose(fees, 'per_1').bringIntoForce('per_1')).toThrow(
    expect.objectContaining({ code: 'same-person' }),
  );
});
