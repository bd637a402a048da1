import { AppModule } from '../app.module.js';
import { aggregateClasses } from '../platform/aggregate.js';
import { knownEvents } from '../platform/event.js';
import { Refusal } from '../platform/refusal.js';
import { sights, stateAfter } from './visibility.js';

// Loading the application registers every event and every aggregate.
const events = AppModule && [...knownEvents()];

it('says of every type of event who sees it, and of nothing else', () => {
  expect(Object.keys(sights).toSorted()).toEqual(events.map(([type]) => type).toSorted());
});

it('shows nobody a person, a log-in, a file or what happens inside the bank', () => {
  const secret = /person|client|logged|file-|account|transfer|hold|bank|statement|reconciliation|scheme|resource/;
  const shown = Object.keys(sights).filter((type) => secret.test(type) && sights[type]!.seenBy !== 'nobody');
  expect(shown).toEqual([]);
});

/** Stands for whatever a handler may ask of an event or of an object's other fields. */
const anything = (): unknown =>
  // `content` is asked of the rest of an event, and a rest holds what is really there.
  new Proxy(
    Object.assign(() => undefined, { content: {} }),
    {
      get: (_, key) => {
        if (key === Symbol.iterator) return function* () {};
        return key === Symbol.toPrimitive ? () => 0 : anything();
      },
      apply: anything,
    },
  );

/** The states in which the aggregate's own handlers leave an object, by the state before; null without a state. */
function outcomes(name: string): Set<string> {
  const found = new Set<string>();
  for (const aggregateClass of aggregateClasses().values()) {
    for (const before of BEFORE) {
      const row = Object.assign(new aggregateClass(), { state: before, status: before });
      const self = new Proxy(row, { get: (target, key) => Reflect.get(target, key) ?? anything() });
      const on: unknown = Reflect.get(row, `on${name}`);
      if (typeof on !== 'function') break;
      try {
        on.call(self, anything());
      } catch (error) {
        if (error instanceof Refusal) continue;
        throw error;
      }
      const written = [row.state, row.status].find((state) => state !== before) ?? before;
      found.add(`${before} -> ${String(written)}`);
    }
  }
  return found;
}
const BEFORE = ['(some other state)', ...new Set(Object.values(sights).flatMap(({ state }) => state ?? []))];

it.each(events.filter(([type]) => sights[type]?.state))(
  'knows the state after %s as the object itself does',
  (type, { name }) => {
    const expected = [...outcomes(name)].map((outcome) => outcome.split(' -> ')[0]!);
    expect(expected.length).toBeGreaterThan(0);
    expect(outcomes(name)).toEqual(new Set(expected.map((before) => `${before} -> ${stateAfter(type, before)}`)));
  },
);
