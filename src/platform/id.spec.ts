import { jest } from '@jest/globals';
import { validate, version } from 'uuid';
import { newId, newUuid } from './id.js';

afterEach(() => void jest.restoreAllMocks());

describe('ids', () => {
  it('are UUIDs of version 7, each above the one before, and no two end alike', () => {
    const ids = Array.from({ length: 5000 }, newUuid);
    for (const id of ids) expect([validate(id), version(id)]).toEqual([true, 7]);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids.map((id) => id.slice(-10))).size).toBe(5000);
  });

  it('still rise when the clock is set back, and carry the time when it goes on', () => {
    const clock = jest.spyOn(Date, 'now');
    const at = (ms: number) => (clock.mockReturnValue(ms), newUuid());
    const ids = [at(4_000_000_000_000), at(4_000_000_000_000), at(3_999_999_999_000), at(4_000_000_000_001)];
    expect(ids.toSorted()).toEqual(ids);
    expect(ids.map((id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16) - 4_000_000_000_000)).toEqual([
      0, 0, 0, 1,
    ]);
  });

  it('name their kind', () => {
    expect(newId('ord')).toMatch(/^ord_[0-9a-f]{12}7[0-9a-f]{19}$/);
  });
});
