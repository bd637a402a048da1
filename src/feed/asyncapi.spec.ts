import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { CloudEvent } from '@app/sdk';
import { canonicalJson } from '@app/signing';
import { publicKeyOf, verify } from '@app/webhooks';
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { describeFeed } from './asyncapi.js';
import { sights } from './visibility.js';

interface Message {
  readonly payload: object;
  readonly headers: object;
  readonly examples: readonly { headers: Record<string, string>; payload: CloudEvent }[];
}
const document = describeFeed('http://127.0.0.1:8080') as {
  components: { messages: Record<string, Message>; schemas: Record<string, object> };
};
const messages = Object.entries(document.components.messages);

const checker = (options: object = {}): Ajv => formats.default(new Ajv({ allErrors: true, strict: false, ...options }));
const ajv = checker();
const faultsOf = (validate: ValidateFunction, value: unknown) => (validate(value) ? [] : validate.errors);

it('is AsyncAPI 3.0, by the schema of its authors', () => {
  const specification = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0.json') as AnySchema;
  // It brings the meta-schema of JSON Schema along.
  const validate = checker({ meta: false, validateSchema: false }).compile(specification);
  expect(faultsOf(validate, document)).toEqual([]);
  expect(faultsOf(validate, { ...document, channels: { stream: { address: 1 } } })).not.toEqual([]);
});

it('is what is checked in', () => {
  const file = resolve(import.meta.dirname, '../../libs/sdk/asyncapi.json');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(document);
});

it('refers to nothing that is not there', () => {
  type Node = Record<string, unknown> | undefined;
  const follow = (path: string): unknown =>
    path.split('/').reduce<unknown>((at, part) => {
      const node = at as Node;
      return (typeof node?.['$ref'] === 'string' ? (follow(node['$ref'].slice(2)) as Node) : node)?.[part];
    }, document);
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  expect(refs.filter((path) => follow(path) === undefined)).toEqual([]);
  expect(refs.length).toBeGreaterThan(10);
});

it('lists exactly the types of event that somebody sees', () => {
  const { anyOf } = document.components.schemas['EventType'] as { anyOf: { title: string; enum: string[] }[] };
  const listed = anyOf.flatMap(({ title, enum: types }) => types.map((type) => [type, title]));
  const seen = Object.entries(sights).filter(([, { seenBy }]) => seenBy !== 'nobody');
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(seen.map(([type, { seenBy }]) => [type, seenBy])));
});

describe.each(messages)('the example of %s', (_, { payload, headers, examples: [example] }) => {
  it('fits its schemas, and what is altered does not', () => {
    const validate = ajv.compile({ ...payload, components: document.components });
    expect(faultsOf(validate, example!.payload)).toEqual([]);
    expect(CloudEvent.parse(example!.payload)).toEqual(example!.payload);
    const { position: _position, ...without } = example!.payload;
    for (const wrong of [without, { ...example!.payload, type: 'parties.person-added.v1' }])
      expect(faultsOf(validate, wrong)).not.toEqual([]);
    const validateHeaders = ajv.compile(headers);
    expect(faultsOf(validateHeaders, example!.headers)).toEqual([]);
    expect(faultsOf(validateHeaders, {})).not.toEqual([]);
  });

  it('proves itself as every event does', () => {
    const { data, ...event } = example!.payload;
    const digest = createHash('sha256').update(Buffer.from(data.salt!, 'hex')).update(canonicalJson(data.payload));
    expect(digest.digest('hex')).toBe(data.payloadDigest);
    const leaf = JSON.parse(Buffer.from(data.leaf, 'base64').toString()) as object;
    const { version, actor, payloadDigest } = data;
    expect(leaf).toMatchObject({
      id: event.id,
      type: event.type,
      stream: event.subject,
      version,
      actor,
      payloadDigest,
    });
  });
});

it('signs the example of a webhook with the key that the libraries of the specification publish', () => {
  const { headers, payload } = document.components.messages['posted']!.examples[0]!;
  const key = publicKeyOf('whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=');
  const body = Buffer.from(JSON.stringify(payload));
  expect(verify(body, headers, [key], { now: new Date(payload.time) }).id).toBe(payload.id);
});
