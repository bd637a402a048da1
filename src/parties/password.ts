import { hash, verify } from '@node-rs/argon2';

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** One text for one password, however a keyboard composed it (RFC 8265, section 4.2). */
const prepared = (password: string): string => password.normalize('NFC');

/** A PHC string; argon2id is the library's algorithm unless told otherwise. */
export const hashPassword = (password: string): Promise<string> => hash(prepared(password), COST);

let nobody: Promise<string> | undefined;

/** Takes as long for an unknown login (no hash) as for a known one. */
export async function isPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  nobody ??= hashPassword('the password of nobody');
  const right = await verify(passwordHash ?? (await nobody), prepared(password));
  return right && passwordHash !== undefined;
}
