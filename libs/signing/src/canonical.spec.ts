import fc from 'fast-check';
import canonicalize from 'canonicalize';
import { canonicalJson, canonicalSha256Hex, canonicalText, NotJson, sha256Hex } from './index.js';

describe('canonical JSON', () => {
  it.each<[string, unknown]>([
    ['', undefined],
    ['/a', { a: undefined }],
    ['/a/1', { a: [1, Number.NaN] }],
    ['/a/0', { a: [Infinity] }],
    ['', () => 0],
    ['/n', { n: 1n }],
    ['/s', { s: Symbol('s') }],
    ['/at', { at: new Date(0) }],
    ['/m', { m: new Map() }],
    ['/1', [1, , 3]], // eslint-disable-line no-sparse-arrays
    ['/s', { s: '\ud800' }],
    ['/a~1b~0', { 'a/b~': undefined }],
  ])('refuses what is not JSON, at %s', (pointer, value) => {
    expect(() => canonicalJson(value)).toThrow(NotJson);
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ pointer }));
  });

  it('refuses a circle, but not one object in two places', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    expect(() => canonicalJson(circle)).toThrow(NotJson);
    const shared = { x: 1 };
    expect(canonicalJson({ b: shared, a: shared })).toBe('{"a":{"x":1},"b":{"x":1}}');
  });

  it('is one text for one meaning, and keeps the meaning', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('is what the library writes, whatever the names', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('10', '9', '1a', '__proto__', 'toJSON', '', '\ud800'),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(undefined, null, true, 0, -0, 1e21, 1e-7, 0.1, '\ud800', '"\\\u0000\u2028'),
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(name, tie('tree'), { maxKeys: 5 }),
      ),
    }));
    fc.assert(fc.property(tree, (value) => expect(canonicalText(value)).toBe(canonicalize(value))));
    expect(canonicalText({ at: new Date(0), 2: 1, 10: 2 })).toBe('{"10":2,"2":1,"at":"1970-01-01T00:00:00.000Z"}');
    for (const wrong of [NaN, { a: [Infinity] }]) expect(() => canonicalText(wrong)).toThrow('not allowed');
  });

  it('hashes the UTF-8 form', () => {
    expect(canonicalSha256Hex({ 名: '数据' })).toBe(sha256Hex(Buffer.from('{"名":"数据"}')));
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
