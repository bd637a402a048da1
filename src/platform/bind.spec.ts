import fc from 'fast-check';
import pg from 'pg';
import { bindFromWhereItStands, bindMessage, type Binding, type Bound } from './bind.js';

/** The driver's own, and what it writes. */
function connect(): { connection: Binding; stream: { writable: boolean }; written: Buffer[] } {
  const written: Buffer[] = [];
  const stream = { writable: true, on: () => undefined, write: (part: Buffer) => written.push(part) > 0 };
  const connection = new pg.Connection({ stream } as never) as unknown as Binding;
  return { connection, stream, written };
}

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const text = fc.string({ unit: 'grapheme', maxLength: 50 });
const name = text.filter((s) => !s.includes('\0'));
const bound: fc.Arbitrary<Bound> = fc.record({
  portal: name,
  statement: name,
  binary: fc.boolean(),
  values: fc.array(fc.oneof(bytes, text, fc.constant(null)), { maxLength: 12 }),
});
const mapped = { values: [7, 'x'], valueMapper: String };

describe('the message Bind', () => {
  it('is byte by byte the one of the driver', () => {
    fc.assert(
      fc.property(fc.oneof(bound, fc.constant(mapped)), (some) => {
        const { connection, written } = connect();
        connection.bind(some);
        expect(Buffer.concat(bindMessage(some))).toEqual(written[0]);
      }),
    );
  });

  it('goes out in parts where a value is long, and by the driver where none is', () => {
    const { connection, stream, written } = connect();
    bindFromWhereItStands(connection);
    connection.bind({});
    connection.bind({ values: [Buffer.alloc(4095)] });
    expect(written).toHaveLength(2);
    const long = Buffer.alloc(4096, 'x');
    connection.bind({ values: ['a', long] });
    expect(written.some((part) => part === long)).toBe(true);
    const count = written.length;
    stream.writable = false;
    connection.bind({ values: [long] });
    expect(written).toHaveLength(count);
  });
});
