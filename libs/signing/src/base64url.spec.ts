import fc from 'fast-check';
import { decodeBase64url } from './base64url.js';

it('base64url is decoded as the engine does, also in place', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(3), (bytes, at) => {
      const text = Buffer.from(bytes).toString('base64url');
      const memory = Buffer.from(`${'.'.repeat(at + 1)}${text}`);
      const into = Buffer.alloc(bytes.length);
      expect(decodeBase64url(memory, at + 1, memory.length, into)).toBe(bytes.length);
      expect(into).toEqual(Buffer.from(bytes));
      const length = decodeBase64url(memory, at + 1, memory.length, memory, at);
      expect(memory.subarray(at, at + length)).toEqual(Buffer.from(bytes));
    }),
  );
});
