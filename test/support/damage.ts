import fc from 'fast-check';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What of JSON Schema our description uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: Json[];
  readonly anyOf?: Schema[];
  readonly oneOf?: Schema[];
  readonly allOf?: Schema[];
  readonly properties?: Record<string, Schema>;
  readonly required?: string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Words {
  readonly schemas: Readonly<Record<string, Schema>>;
  /** Ids that exist, by prefix. */
  readonly ids: ReadonlyMap<string, readonly string[]>;
  /** Values that members of these names have somewhere. */
  readonly named: Readonly<Record<string, readonly string[]>>;
}

const ID = /^\^([a-z]+)_\[0-9a-f\]\{32\}\$$/;

/** Values that fit `schema`; ids mostly of things that exist. */
export function fitting(schema: Schema, words: Words): fc.Arbitrary<Json> {
  const { $ref, enum: values, anyOf, oneOf, allOf, type } = schema;
  if ($ref !== undefined) return fitting(words.schemas[$ref.split('/').at(-1)!]!, words);
  if (values) return fc.constantFrom(...values);
  const some = anyOf ?? oneOf;
  if (some) return fc.oneof(...some.map((one) => fitting(one, words)));
  if (allOf)
    return fc
      .tuple(...allOf.map((one) => fitting(one, words)))
      .map((parts) => (parts.length === 1 ? parts[0]! : (Object.assign({}, ...(parts as object[])) as Json)));
  if (Array.isArray(type)) return fc.oneof(...type.map((one) => fitting({ ...schema, type: one }, words)));
  switch (type) {
    case 'object':
      return fittingObject(schema, words);
    case 'array':
      return fc.array(fitting(schema.items ?? {}, words), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 4, (schema.minItems ?? 0) + 3),
      });
    case 'string':
      return fittingText(schema, words);
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? 0, -1e9), max: Math.min(schema.maximum ?? 1e9, 1e9) });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case undefined:
    default:
      return fc.constantFrom<Json>('x', 1, null, {}, []);
  }
}

function fittingObject({ properties = {}, required = [] }: Schema, words: Words): fc.Arbitrary<Json> {
  const member = (key: string, one: Schema) => {
    const known = words.named[key];
    return known ? fc.oneof(fc.constantFrom<Json>(...known), fitting(one, words)) : fitting(one, words);
  };
  const model = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, member(key, one)]));
  return fc.record(model, { requiredKeys: required.filter((key) => key in model) });
}

function fittingText({ format, pattern, minLength = 0, maxLength = 30 }: Schema, words: Words): fc.Arbitrary<string> {
  const known = words.ids.get(ID.exec(pattern ?? '')?.[1] ?? '') ?? [];
  const instant = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true });
  if (format === 'date-time') return instant.map((date) => date.toISOString());
  if (format === 'date') return instant.map((date) => date.toISOString().slice(0, 10));
  if (pattern !== undefined) {
    const made = fc.stringMatching(new RegExp(pattern));
    return known.length > 0 ? fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...known) }, made) : made;
  }
  const unit = fc.constantFrom(...Array.from('数据 déjà-Vu_09<&"\'\\'));
  const plain = fc.string({ unit, minLength, maxLength: Math.min(maxLength, minLength + 30) });
  return plain.map((text) => text.trim().padEnd(minLength, '文'));
}

/** These go into the text itself: JSON.stringify cannot write them. */
const RAW: Readonly<Record<string, string>> = {
  '@1e400': '1e400',
  '@-0': '-0',
  '@digits': '9'.repeat(400),
  '@1.5e3': '1.5e3',
};

const proto = (text: string): Json => JSON.parse(text) as Json;
/** What no rule of ours takes, or hardly any. */
const POISON: readonly (() => Json)[] = [
  () => null,
  () => true,
  () => '',
  () => ' ',
  () => 0,
  () => -1,
  () => 0.1,
  () => 2 ** 31,
  () => Number.MAX_SAFE_INTEGER,
  () => -Number.MAX_VALUE,
  ...Object.keys(RAW).map((raw) => () => raw),
  () => '\u0000',
  () => 'a\u0000b',
  () => '\u0007\u001b[31m',
  () => '\ud800',
  () => 'x\udfff',
  () => '\u202e\ufeff\uffff',
  () => '𠮷'.repeat(25),
  () => 'NaN',
  () => '-0',
  () => '99999999999999999999',
  () => '0000-00-00',
  () => '+275760-09-13T00:00:00.001Z',
  () => '9999-12-31T23:59:59Z',
  () => '0001-01-01T00:00:00Z',
  () => '2026-02-30',
  () => "'; DROP TABLE x; --",
  () => '${7*7}{{7*7}}%s%n',
  () => '../../../etc/passwd',
  () => '__proto__',
  () => 'constructor',
  () => 'eyJhbGciOiJub25lIn0.e30.',
  () => 'eyJhbGciOiJFUzI1NiJ9.bnVsbA.AAAA',
  () => '....',
  () => 'x'.repeat(100_000),
  () => [],
  () => {
    const list: Json[] = [];
    for (let i = 0; i < 5; i += 1) list.push(null, 'x', {});
    return list;
  },
  () => ({}),
  () => proto('{"__proto__":{"roles":["operator"]}}'),
  () => proto('{"constructor":{"prototype":{"a":1}}}'),
  () => proto('{"toString":1,"valueOf":null,"length":-1,"then":"x"}'),
];

/** A body with one place deleted, replaced, doubled or added to; `seed` decides which and how. */
export function damage(body: Json, seed: readonly [number, number, number]): string {
  const copy = structuredClone(body);
  const places = [...placesOf({ root: copy }, 'root')];
  const [parent, key] = places[seed[0] % places.length]!;
  const holder = parent as Record<string, Json>;
  const poison = POISON[seed[1] % POISON.length]!();
  const value = holder[key]!;
  switch (seed[2] % 6) {
    case 0:
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) value['unknown'] = poison;
      else holder[key] = [value, value];
      break;
    case 2:
      if (Array.isArray(value)) value.push(poison);
      else holder[key] = poison;
      break;
    default:
      holder[key] = poison;
  }
  const damaged = places[0]![0] as { root?: Json };
  return asText(damaged.root ?? null);
}

/** JSON, with the numbers that only a text can hold. */
export const asText = (body: Json): string =>
  JSON.stringify(body).replace(/"(@[^"]{1,10})"/g, (whole, raw: string) => RAW[raw] ?? whole);

function* placesOf(parent: Json, key: string): Generator<[Json, string]> {
  yield [parent, key];
  const value = (parent as Record<string, Json>)[key];
  if (typeof value !== 'object' || value === null) return;
  for (const below of Object.keys(value)) yield* placesOf(value, below);
}

/** Texts that are no body of any operation. */
export const BODIES: readonly (readonly [name: string, text: string | Buffer])[] = [
  ['nothing', ''],
  ['half', '{"a":'],
  ['null', 'null'],
  ['a number', '1'],
  ['a text', '"x"'],
  ['a list', '[]'],
  ['an object', '{}'],
  ['a mark', '\ufeff{}'],
  ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['zeros', Buffer.alloc(64)],
  ['the prototype', '{"__proto__":{"a":1}}'],
  ['the constructor', '{"constructor":{"prototype":{"a":1}}}'],
  ['a deep list', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['a deep object', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
  ['a million characters', `{"reason":"${'x'.repeat(1_000_000)}"}`],
  ['too much', `{"reason":"${'x'.repeat(1_048_576)}"}`],
  ['a long list', `[${'1,'.repeat(99_999)}1]`],
  ['many members', `{${Array.from({ length: 50_000 }, (_, i) => `"${i}":1`).join()}}`],
  ['a name twice', '{"reason":"a","reason":null}'],
];
