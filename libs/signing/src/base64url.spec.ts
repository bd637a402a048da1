import fc from 'fast-check';
import { decodeBase64url } from './base64url.js';

describe('base64url', () => {
  it('is decoded as the engine does, wherever it stands', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(3), fc.nat(3), (bytes, before, after) => {
        const text = Buffer.from(bytes).toString('base64url');
        const memory = Buffer.from(`${'.'.repeat(before)}${text}${'.'.repeat(after)}`);
        expect(decodeBase64url(memory, before, before + text.length)).toEqual(Buffer.from(bytes));
        expect(decodeBase64url(Buffer.from(text))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('has one text for the same bytes: no other digits, padding, bits beyond the last byte, or a digit too many', () => {
    for (let length = 0; length <= 8; length++)
      for (let at = 0; at < Math.max(1, length); at++)
        for (let code = 0; code < 256; code++) {
          const text = Buffer.alloc(length, 'A');
          if (length > 0) text[at] = code;
          const isOne =
            Buffer.from(text.toString('latin1'), 'base64url').toString('base64url') === text.toString('latin1');
          if (isOne) expect(decodeBase64url(text)).toEqual(Buffer.from(text.toString(), 'base64url'));
          else expect(() => decodeBase64url(text)).toThrow('Not base64url');
        }
    for (const text of ['QQ==', 'QUI=', 'QQ=', 'QR', 'QUJ', 'QUJDR', 'Q', '+/+/', 'QUJD\n', ' QUJ'])
      expect(() => decodeBase64url(Buffer.from(text))).toThrow('Not base64url');
  });
});
