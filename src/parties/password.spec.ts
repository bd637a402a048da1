import { hashPassword, isPassword } from './password.js';

it('accepts the password and nothing else', async () => {
  const hash = await hashPassword('correct horse battery');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await isPassword(hash, 'correct horse battery')).toBe(true);
  expect(await isPassword(hash, 'correct horse battery ')).toBe(false);
  expect(await isPassword(hash, '')).toBe(false);
});

it('takes composed and decomposed characters for the same', async () => {
  expect(
    await isPassword(await hashPassword('caf\u00e9 caf\u00e9 caf\u00e9'), 'cafe\u0301 cafe\u0301 cafe\u0301'),
  ).toBe(true);
});

it('knows no password of nobody, not even the one that it compares with', async () => {
  expect(await isPassword(undefined, 'the password of nobody')).toBe(false);
});
