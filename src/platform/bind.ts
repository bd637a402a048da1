import type { Writable } from 'node:stream';

/** What the driver is to bind; each value as it goes out, or what makes it so. */
export interface Bound {
  readonly portal?: string;
  readonly statement?: string;
  readonly binary?: boolean;
  readonly values?: readonly unknown[];
  readonly valueMapper?: (value: unknown, i: number) => Buffer | string | null;
}

/** A connection as the driver writes to it. */
export interface Binding {
  readonly stream: Pick<Writable, 'writable' | 'write'>;
  bind(bound: Bound): void;
}

/** Bytes from which on a value is not copied. */
const LONG = 4096;

/**
 * Lets the connection write long values from where they stand. The driver copies all values of a statement into one buffer, and that into longer
 * ones as it fills: of a batch of certificates twice as much memory as is sent, for the garbage collector to clear up.
 */
export function bindFromWhereItStands(connection: Binding): void {
  const driver = connection.bind.bind(connection);
  connection.bind = (bound) => {
    const { stream } = connection;
    const isLong = bound.values?.some((value) => Buffer.isBuffer(value) && value.length >= LONG);
    // It says so itself to whoever asked when the connection is lost.
    if (isLong && stream.writable) for (const part of bindMessage(bound)) stream.write(part);
    else driver(bound);
  };
}

/** The message Bind (PostgreSQL, "Message Formats") in its parts, byte by byte as the driver has it. */
export function bindMessage({ portal = '', statement = '', binary, values = [], valueMapper }: Bound): Buffer[] {
  const given = values.map((value, i) => (valueMapper ? valueMapper(value, i) : (value as Buffer | string | null)));
  const formats = given.map((value) => int16(Buffer.isBuffer(value) ? 1 : 0));
  const parts = given.flatMap((value) => {
    if (value === null || value === undefined) return [int32(-1)];
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    return [int32(bytes.length), bytes];
  });
  const names = Buffer.from(`${portal}\0${statement}\0`);
  const body = [names, int16(given.length), ...formats, int16(given.length), ...parts, int16(1), int16(binary ? 1 : 0)];
  return [Buffer.from('B'), int32(body.reduce((sum, { length }) => sum + length, 4)), ...body];
}

const int16 = (value: number): Buffer => int(value, 2);
const int32 = (value: number): Buffer => int(value, 4);

function int(value: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  bytes.writeIntBE(value, 0, size);
  return bytes;
}
