import fc from 'fast-check';
import pg from 'pg';
import { parseTimestamp, TIMESTAMPTZ } from './timestamps.js';

const driver = pg.types.getTypeParser(TIMESTAMPTZ) as unknown as (text: string) => Date;

it('a timestamp is read as the driver reads it', () => {
  const fraction = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,6}$/));
  const date = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  const text = fc.tuple(date, fraction, fc.constantFrom('+00', '+00', '+08', '-03:30', '+00:00:30', '+00 BC'));
  fc.assert(
    fc.property(text, ([at, part, zone]) => {
      const said = `${at.toISOString().slice(0, 19).replace('T', ' ')}${part}${zone}`;
      expect(parseTimestamp(said)).toEqual(driver(said));
    }),
    { numRuns: 2000 },
  );
  for (const odd of ['infinity', '-infinity', '12026-01-01 00:00:00+00', '2026-08-03 02:00:00.5+00'])
    expect(parseTimestamp(odd)).toEqual(driver(odd));
});
