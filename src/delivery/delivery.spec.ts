import { eventType, revive } from '../platform/event.js';
import { Delivery, deliveryMachine, type DeliveryState } from './delivery.js';

const now = new Date('2026-03-02T02:00:00Z');
const later = new Date(now.getTime() + 60_000);
const sealed = { sha256: 'aa', bytes: 10, cipherSha256: 'bb', cipherBytes: 38, keyId: 'k', jwe: 'e' };
type Step = (delivery: Delivery) => void;

const ready: Step[] = [(d) => d.prepare(sealed), (d) => d.issueLink('hash', later)];
const downloaded: Step[] = [...ready, (d) => d.useLink('hash', now)];
const paths: Record<DeliveryState, Step[]> = {
  PREPARING: [],
  READY: downloaded,
  RECEIVED: [...downloaded, (d) => d.receive('aa', 'a.b.c')],
  WITHDRAWN: [...downloaded, (d) => d.withdraw()],
};
const acts: Record<keyof typeof deliveryMachine.transitions, Step> = {
  prepare: (d) => d.prepare(sealed),
  issueLink: (d) => d.issueLink('other', later),
  useLink: (d) => d.useLink('hash', now),
  receive: (d) => d.receive('aa', 'a.b.c'),
  withdraw: (d) => d.withdraw(),
};

function deliveryIn(state: DeliveryState, steps = paths[state]): Delivery {
  const delivery = Delivery.order('ord_1', 'org_buyer', 'org_seller', 'res_1');
  for (const step of steps) step(delivery);
  expect(delivery.state).toBe(state);
  return delivery;
}

const cases = deliveryMachine.states.flatMap((state) =>
  (Object.keys(acts) as (keyof typeof acts)[]).map((action) => ({ state, action })),
);

it.each(cases)('$state: $action', ({ state, action }) => {
  const delivery = deliveryIn(state);
  const before = delivery.version;
  // A link is spent by its first use: only a new one makes `useLink` possible again.
  if (action === 'useLink' && state === 'READY') delivery.issueLink('hash', later);
  if (delivery.can(action)) {
    acts[action](delivery);
    expect(delivery.state).toBe(deliveryMachine.transitions[action].to);
  } else {
    const code = action === 'useLink' ? 'delivery/link-gone' : 'illegal-transition';
    expect(() => acts[action](delivery)).toThrow(expect.objectContaining({ code }));
    expect(delivery.version).toBe(before);
  }
});

it.each(deliveryMachine.states)('%s is what its events fold to', (state) => {
  const delivery = deliveryIn(state);
  const replayed = new Delivery();
  for (const event of delivery.getUncommittedEvents())
    replayed.apply(revive(eventType(event), JSON.stringify(event)), true);
  delivery.uncommit();
  expect(replayed).toEqual(delivery);
});

const gone = expect.objectContaining({ code: 'delivery/link-gone' });

it('gives a link once, in time, and only the newest one', () => {
  const spent = deliveryIn('READY');
  expect(() => spent.useLink('hash', now)).toThrow(gone);
  expect(() => deliveryIn('READY', ready).useLink('hash', later)).toThrow(gone);
  const renewed = deliveryIn('READY', ready);
  renewed.issueLink('newer', later);
  expect(() => renewed.useLink('hash', now)).toThrow(gone);
  renewed.useLink('newer', now);
  expect(renewed.downloads).toBe(1);
});

it('takes a receipt only for the registered file, and only after a download', () => {
  expect(() => deliveryIn('READY', ready).receive('aa', 'a.b.c')).toThrow(
    expect.objectContaining({ code: 'delivery/not-downloaded' }),
  );
  expect(() => deliveryIn('READY').receive('cc', 'a.b.c')).toThrow(
    expect.objectContaining({ code: 'delivery/hash-differs', facts: { registered: 'aa', received: 'cc' } }),
  );
});
