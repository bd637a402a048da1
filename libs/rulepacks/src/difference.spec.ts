import fc from 'fast-check';
import { cnProperty2026 } from './cn-property-2026/index.js';
import { packDifference, RulePack } from './index.js';

const pack = RulePack.parse(cnProperty2026);

it('names what was added, removed and changed by its place', () => {
  const later = structuredClone(pack);
  later.version = '1.1.0';
  later.grounds.splice(0, 1);
  later.grounds.push({ ...pack.grounds[1]!, code: 'A-R9' });
  Object.assign(later.deadlines['A-NOTICE']!, { length: { count: 7, unit: 'wd' } });
  delete later.deadlines['A-REVIEW'];
  later.deadlines['A/~'] = pack.deadlines['A-REVIEW']!;
  expect(packDifference(pack, later)).toEqual([
    { pointer: '/version', kind: 'CHANGED', before: '1.0.0', after: '1.1.0' },
    { pointer: '/deadlines/A-NOTICE/length/count', kind: 'CHANGED', before: 5, after: 7 },
    { pointer: '/deadlines/A~1~0', kind: 'ADDED', after: pack.deadlines['A-REVIEW'] },
    { pointer: '/deadlines/A-REVIEW', kind: 'REMOVED', before: pack.deadlines['A-REVIEW'] },
    { pointer: `/grounds/${later.grounds.length - 1}`, kind: 'ADDED', after: later.grounds.at(-1) },
    { pointer: '/grounds/0', kind: 'REMOVED', before: pack.grounds[0] },
  ]);
});

it('is empty exactly when nothing differs, whatever is compared', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  fc.assert(
    fc.property(json, (value) => {
      expect(packDifference(value, structuredClone(value))).toEqual([]);
    }),
  );
  fc.assert(
    fc.property(json, json, (a, b) => {
      fc.pre(JSON.stringify(sorted(a)) !== JSON.stringify(sorted(b)));
      expect(packDifference(a, b).length).toBeGreaterThan(0);
    }),
  );
});

/** Keys in one order, and the elements of lists too: the order of a list says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(sorted).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, sorted(member)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
