import { createHash } from 'node:crypto';
import { disciplines, type Candidate, type Discipline } from '@app/sdk';
import fc from 'fast-check';
import { nextOf, numbersOf, orderOf, panelOf, seedOf } from './panel.js';

const seed = (n: number): string => createHash('sha256').update(String(n)).digest('hex');
const named = (...ids: string[]): Candidate[] => ids.map((expertId) => ({ expertId, disciplines: ['LAW'] }));

it('makes the seed as the steps say, byte by byte', () => {
  const facts = { caseId: 'cas_1', round: 2, root: 'ab'.repeat(32), candidates: 7 };
  const text = `databourse/committee-panel/v1\ncas_1\n2\n${'ab'.repeat(32)}\n7\n`;
  expect(seedOf(facts)).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
  for (const change of [{ caseId: 'cas_2' }, { round: 1 }, { root: 'ac'.repeat(32) }, { candidates: 8 }])
    expect(seedOf({ ...facts, ...change })).not.toBe(seedOf(facts));
});

it('takes its numbers from the blocks in their order', () => {
  const numbers = numbersOf(seed(1));
  const block = (i: number) =>
    createHash('sha256')
      .update(Buffer.concat([Buffer.from(seed(1), 'hex'), Buffer.from([0, 0, 0, i])]))
      .digest();
  const expected = [0, 1].flatMap((i) => [0, 4, 8, 12, 16, 20, 24, 28].map((at) => block(i).readUInt32BE(at)));
  expect(expected.map(() => numbers.next().value)).toEqual(expected);
});

it('keeps its vectors for ever', () => {
  const candidates = named(...Array.from({ length: 9 }, (_, i) => `exp_${i}`));
  const facts = { caseId: 'case_vector', round: 1, root: '00'.repeat(32), candidates: 9 };
  const order = orderOf(candidates, seedOf(facts));
  expect([seedOf(facts), order.map((id) => id.slice(4)).join('')]).toMatchInlineSnapshot(`
   [
     "c7efaf8e93c3d349e253f9d4d5eaf8204812d7d6bccd96dd71b602ec1761434d",
     "841235076",
   ]
  `);
});

it('gives every order as often: chi-square over 24 orders of four', () => {
  const counts = new Map<string, number>();
  const runs = 24_000;
  for (let i = 0; i < runs; i += 1) {
    const order = orderOf(named('a', 'b', 'c', 'd'), seed(i)).join('');
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  expect(counts.size).toBe(24);
  const chi = [...counts.values()].reduce((sum, n) => sum + (n - runs / 24) ** 2 / (runs / 24), 0);
  // 23 degrees of freedom: above 49.7 once in a thousand. The seeds are fixed, so this never changes.
  expect(chi).toBeLessThan(49.7);
});

it('draws everybody of the same disciplines as often onto the panel', () => {
  const candidates = named(...'abcdefghi'.split(''));
  const counts = new Map<string, number>();
  const runs = 9000;
  for (let i = 0; i < runs; i += 1) {
    const order = orderOf(candidates, seed(i));
    for (const id of panelOf({ candidates, disciplines, order, size: 5 })) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const expected = (runs * 5) / 9;
  for (const n of counts.values()) expect(Math.abs(n - expected)).toBeLessThan(5 * Math.sqrt(expected * (4 / 9)));
});

const pool = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.subarray([...disciplines], { minLength: 1 })), {
    minLength: 5,
    maxLength: 30,
    selector: ([n]) => n,
  })
  .map((all) => all.map(([n, held]): Candidate => ({ expertId: `exp_${n}`, disciplines: held })));
const held = (candidates: readonly Candidate[], ids: readonly string[]): Set<Discipline> =>
  new Set(candidates.filter(({ expertId }) => ids.includes(expertId)).flatMap((c) => c.disciplines));

it('has as many as it should, each once, and every discipline that a candidate has', () => {
  fc.assert(
    fc.property(pool, fc.nat(), fc.constantFrom(5, 7, 9), (candidates, n, size) => {
      fc.pre(candidates.length >= size);
      const order = orderOf(candidates, seed(n));
      const panel = panelOf({ candidates, disciplines, order, size });
      expect([panel.length, new Set(panel).size]).toEqual([size, size]);
      expect(held(candidates, panel)).toEqual(held(candidates, order));
      expect(order.filter((id) => panel.includes(id))).toEqual(panel);
    }),
  );
});

it('has the only one who knows a discipline, whatever the lot', () => {
  const candidates: Candidate[] = Array.from({ length: 20 }, (_, i) => ({
    expertId: `exp_${i}`,
    disciplines: [i === 13 ? 'LAW' : i === 7 ? 'ACCOUNTING' : 'INDUSTRY'],
  }));
  for (let n = 0; n < 50; n += 1) {
    const panel = panelOf({ candidates, disciplines, order: orderOf(candidates, seed(n)), size: 5 });
    expect(panel).toEqual(expect.arrayContaining(['exp_7', 'exp_13']));
  }
});

it('does not depend on how the candidates are listed', () => {
  fc.assert(
    fc.property(pool, fc.nat(), (candidates, n) =>
      expect(orderOf(candidates.toReversed(), seed(n))).toEqual(orderOf(candidates, seed(n))),
    ),
  );
});

describe('a free seat', () => {
  const candidates: Candidate[] = [
    { expertId: 'a', disciplines: ['LAW'] },
    { expertId: 'b', disciplines: ['SECURITY'] },
    { expertId: 'c', disciplines: ['INDUSTRY'] },
    { expertId: 'd', disciplines: ['LAW'] },
  ];
  const drawing = { candidates, disciplines: ['LAW', 'SECURITY', 'INDUSTRY'] as const, order: ['a', 'b', 'c', 'd'] };

  it('goes to the next of the order, first to one whose discipline the panel lacks', () => {
    expect(nextOf(drawing, ['a'], ['a', 'b'])).toBe('c');
    expect(nextOf(drawing, ['b'], ['a', 'b'])).toBe('c');
    expect(nextOf(drawing, ['b', 'c'], ['a', 'b', 'c'])).toBe('d');
    expect(nextOf({ ...drawing, order: ['a', 'b', 'd', 'c'] }, ['a'], ['a', 'b'])).toBe('c');
  });

  it('goes to nobody twice', () => expect(nextOf(drawing, ['a', 'b'], ['a', 'b', 'c', 'd'])).toBeNull());
});
