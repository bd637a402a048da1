import fc from 'fast-check';
import { canonicalJson, canonicalSha256Hex, NotJson, sha256Hex } from './index.js';

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

  it('hashes the UTF-8 form', () => {
    expect(canonicalSha256Hex({ 名: '数据' })).toBe(sha256Hex(Buffer.from('{"名":"数据"}')));
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
