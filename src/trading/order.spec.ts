import { eventType, revive } from '../platform/event.js';
import { Refusal } from '../platform/refusal.js';
import { Order, orderMachine, type OrderAction, type OrderPlaced, type OrderState } from './order.js';

const now = new Date('2026-03-02T02:00:00Z');
const terms: OrderPlaced = {
  orderId: 'ord_1',
  number: 'ORD-2026-00000001',
  listingId: 'lst_1',
  venueId: 'ven_1',
  venueOperatorId: 'org_venue',
  buyerId: 'org_buyer',
  sellerId: 'org_seller',
  certificateNumber: 'SJ4412026030001',
  resourceId: 'res_1',
  gross: { amount: '10000', currency: 'CNY' },
  schemeId: null,
  brokerMandateId: null,
  brokerId: null,
  deliveryMode: 'FILE',
  acceptanceDays: 7,
  silentAcceptance: true,
  contract: '{}',
  contractHash: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  placedAt: now.toISOString(),
};
const by = (organisationId: string) => ({ organisationId, keyId: 'k', jws: 'a.b.c', signedAt: now.toISOString() });

/** The first steps of every order, by which each state is reached. */
const paths: Record<OrderState, ((order: Order) => void)[]> = (() => {
  const contracted = [(o: Order) => o.sign(by('org_buyer')), (o: Order) => o.sign(by('org_seller'))];
  const funded = [...contracted, (o: Order) => o.fund()];
  const delivering = [...funded, (o: Order) => o.startDelivery('dlv_1')];
  const delivered = [...delivering, (o: Order) => o.completeDelivery('00', now)];
  const disputed = [...delivered, (o: Order) => o.dispute('why')];
  const accepted = [...delivered, (o: Order) => o.accept('BUYER')];
  const halted = [...funded, (o: Order) => o.halt('CERTIFICATE', '')];
  return {
    CREATED: [],
    CONTRACTED: contracted,
    CANCELLED: [(o) => o.cancel('BUYER', '')],
    FUNDED: funded,
    DELIVERING: delivering,
    DELIVERED: delivered,
    REWORK: [...delivered, (o) => o.reject('why', now)],
    ACCEPTED: accepted,
    DISPUTED: disputed,
    HALTED: halted,
    REFUNDED: [...halted, (o) => o.refund()],
    SETTLED: [...accepted, (o) => o.settle()],
    COMPLETED: [...accepted, (o) => o.settle(), (o) => o.complete()],
  };
})();

const acts: Record<Exclude<OrderAction, 'contract'>, (order: Order) => void> = {
  sign: (o) => o.sign(by('org_buyer')),
  cancel: (o) => o.cancel('SELLER', ''),
  lapse: (o) => o.cancel('LAPSE', ''),
  fund: (o) => o.fund(),
  startDelivery: (o) => o.startDelivery('dlv_2'),
  completeDelivery: (o) => o.completeDelivery('00', null),
  accept: (o) => o.accept('BUYER'),
  acceptSilently: (o) => o.accept('SILENCE'),
  reject: (o) => o.reject('why', now),
  dispute: (o) => o.dispute('why'),
  redeliver: (o) => o.resolve('REDELIVER', 'why'),
  confirm: (o) => o.resolve('ACCEPT', 'why'),
  halt: (o) => o.halt('DISPUTE', 'why'),
  refund: (o) => o.refund(),
  settle: (o) => o.settle(),
  complete: (o) => o.complete(),
};

function orderIn(state: OrderState): Order {
  const order = Order.place(terms);
  for (const step of paths[state]) step(order);
  expect(order.state).toBe(state);
  return order;
}

const cases = orderMachine.states.flatMap((state) =>
  (Object.keys(acts) as (keyof typeof acts)[]).map((action) => ({ state, action })),
);

it.each(cases)('$state: $action', ({ state, action }) => {
  const order = orderIn(state);
  const { from, to } = orderMachine.transitions[action];
  const before = order.version;
  if ((from as readonly OrderState[]).includes(state)) {
    acts[action](order);
    expect(order.state).toBe(to);
    expect(order.version).toBe(before + 1);
  } else {
    expect(() => acts[action](order)).toThrow(expect.objectContaining({ code: 'illegal-transition' }));
    expect([order.state, order.version]).toEqual([state, before]);
  }
});

it.each(orderMachine.states)('%s is what its events fold to', (state) => {
  const order = orderIn(state);
  const replayed = new Order();
  for (const event of order.getUncommittedEvents())
    replayed.apply(revive(eventType(event), JSON.stringify(event)), true);
  order.uncommit();
  expect(replayed).toEqual(order);
});

it('is contracted by the second signature, never by a second one of the same party', () => {
  const order = Order.place(terms);
  order.sign(by('org_seller'));
  expect(order.state).toBe('CREATED');
  expect(() => order.sign(by('org_seller'))).toThrow(Refusal);
  expect(() => order.sign(by('org_stranger'))).toThrow(expect.objectContaining({ code: 'not-your-organisation' }));
  order.sign(by('org_buyer'));
  expect(order.state).toBe('CONTRACTED');
});

it('allows two repeated deliveries; the third rejection is a dispute', () => {
  const order = orderIn('DELIVERED');
  for (const [reworks, state] of [
    [1, 'REWORK'],
    [2, 'REWORK'],
    [2, 'DISPUTED'],
  ] as const) {
    order.reject('does not open', now);
    expect([order.reworks, order.state]).toEqual([reworks, state]);
    if (state === 'DISPUTED') break;
    order.startDelivery('dlv_2');
    order.completeDelivery('00', now);
  }
});

it('refuses a rejection after the inspection period', () => {
  const late = new Date(now.getTime() + 1);
  expect(() => orderIn('DELIVERED').reject('late', late)).toThrow(
    expect.objectContaining({ code: 'trading/inspection-over' }),
  );
});
