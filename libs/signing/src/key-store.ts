import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  scryptSync,
  type KeyObject,
} from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import forge from 'node-forge';
import {
  generatePrivateKey,
  LocalKey,
  publicJwkOf,
  type KeyAlgorithm,
  type PublicJwk,
  type SigningKey,
} from './suite.js';

/** Where keys live. The file store is the default; a KMS or HSM adapter implements the same three questions. */
export interface KeyStore {
  /** The key that signs now for a purpose; created on the first call. */
  active(purpose: string, alg: KeyAlgorithm): Promise<SigningKey>;
  /** Makes a new key the active one; earlier keys stay for verification. */
  rotate(purpose: string, alg: KeyAlgorithm): Promise<SigningKey>;
  /** Public halves of every key ever active for the purposes, oldest first (RFC 7517 §5). */
  publicJwks(purposes?: readonly string[]): Promise<{ keys: PublicJwk[] }>;
}

export class KeyStoreError extends Error {}

interface KeyFile {
  name: string;
  alg: KeyAlgorithm;
  publicKey: KeyObject;
  encrypted: string;
}

/**
 * One file per key, `<purpose>.<generation>.pem`: the public key in clear, the private key as encrypted PKCS#8 (RFC 5958) under scrypt and
 * AES-256-CBC, which `openssl pkey -in FILE` opens with the passphrase. The highest generation is active.
 *
 * A file appears complete or not at all: it is written aside, synced and then hard-linked to its name, and a link fails when the name
 * exists. So of two processes that make the first key one wins, and both use the winner's key; no lock can be left behind by a crash.
 */
export class FileKeyStore implements KeyStore {
  private readonly unlocked = new Map<string, Promise<LocalKey>>();

  constructor(
    private readonly dir: string,
    private readonly passphrase: string,
  ) {
    if (passphrase === '') throw new KeyStoreError('The passphrase of the key store is empty');
  }

  async active(purpose: string, alg: KeyAlgorithm): Promise<LocalKey> {
    const newest = (await this.names(purpose)).at(-1);
    return this.unlock(newest ?? (await this.create(purpose, 1, alg)), alg);
  }

  /** The key of this generation, from 1 on; made on the first call. */
  async generation(purpose: string, generation: number, alg: KeyAlgorithm): Promise<LocalKey> {
    const name = nameOf(purpose, generation);
    const known = (await this.names(purpose)).includes(name);
    return this.unlock(known ? name : await this.create(purpose, generation, alg), alg);
  }

  async rotate(purpose: string, alg: KeyAlgorithm): Promise<LocalKey> {
    const generations = await this.names(purpose);
    return this.unlock(await this.create(purpose, generations.length + 1, alg), alg);
  }

  async publicJwks(purposes?: readonly string[]): Promise<{ keys: PublicJwk[] }> {
    const names = (await this.names()).filter((name) => !purposes || purposes.includes(name.split('.')[0] ?? ''));
    const files = await Promise.all(names.map((name) => this.read(name)));
    return { keys: await Promise.all(files.map((file) => publicJwkOf(file.publicKey, file.alg))) };
  }

  /**
   * A public companion file, such as the X.509 certificate of a key: read, or made once. When two processes make it, both get the text
   * of the one that came first.
   */
  async document(name: string, make: () => string | Promise<string>): Promise<string> {
    const read = () => readFile(join(this.dir, name), 'utf8');
    try {
      return await read();
    } catch (error) {
      if (!isCode(error, 'ENOENT')) throw error;
    }
    await this.publish(name, await make());
    return read();
  }

  private async names(purpose?: string): Promise<string[]> {
    const names = await readdir(this.dir).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return []; // It is made with the first key.
      throw error;
    });
    const pattern = /^([a-z][a-z0-9-]*)\.\d{4}\.pem$/;
    return names.filter((name) => matches(pattern.exec(name)?.[1], purpose)).sort();
  }

  private async create(purpose: string, generation: number, alg: KeyAlgorithm): Promise<string> {
    if (!/^[a-z][a-z0-9-]*$/.test(purpose)) throw new KeyStoreError(`Not a purpose: ${purpose}`);
    const name = nameOf(purpose, generation);
    const privateKey = await generatePrivateKey(alg);
    const publicPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
    await this.publish(name, `alg: ${alg}\n${publicPem}${encryptPkcs8(privateKey, this.passphrase)}`);
    return name;
  }

  private unlock(name: string, alg: KeyAlgorithm): Promise<LocalKey> {
    const known = this.unlocked.get(name) ?? this.decrypt(name);
    this.unlocked.set(name, known);
    known.catch(() => this.unlocked.delete(name));
    return known.then((key) => {
      if (key.alg !== alg) throw new KeyStoreError(`${name} is a key for ${key.alg}, not ${alg}`);
      return key;
    });
  }

  private async decrypt(name: string): Promise<LocalKey> {
    const file = await this.read(name);
    let privateKey: KeyObject;
    try {
      privateKey = createPrivateKey({ key: file.encrypted, passphrase: this.passphrase });
    } catch {
      throw new KeyStoreError(`${name} cannot be opened with this passphrase`);
    }
    if (!sameKey(createPublicKey(privateKey), file.publicKey))
      throw new KeyStoreError(`${name}: the halves do not match`);
    return LocalKey.from(privateKey, file.alg);
  }

  private async read(name: string): Promise<KeyFile> {
    const text = await readFile(join(this.dir, name), 'utf8');
    const [, alg, publicPem, encrypted] =
      /^alg: (\S+)\n(-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----\n)(-----BEGIN ENCRYPTED .+)$/s.exec(text) ??
      [];
    if (!alg || !publicPem || !encrypted) throw new KeyStoreError(`${name} is not a key file`);
    return { name, alg: alg as KeyAlgorithm, publicKey: createPublicKey(publicPem), encrypted };
  }

  private async publish(name: string, content: string): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const aside = join(this.dir, `.${name}.${randomBytes(6).toString('hex')}`);
    try {
      const file = await open(aside, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await link(aside, join(this.dir, name)).catch((error: unknown) => {
        if (!isCode(error, 'EEXIST')) throw error;
      });
    } finally {
      await rm(aside, { force: true });
    }
    const dir = await open(this.dir);
    try {
      await dir.sync();
    } finally {
      await dir.close();
    }
  }
}

/** By their bytes: `equals` takes two SM2 keys, one of them read from an encrypted file, for keys of different types. */
const sameKey = (a: KeyObject, b: KeyObject): boolean => {
  const [one, other] = [a, b].map((key) => key.export({ type: 'spki', format: 'der' })) as [Buffer, Buffer];
  return one.equals(other);
};

const nameOf = (purpose: string, generation: number): string => `${purpose}.${String(generation).padStart(4, '0')}.pem`;

function matches(found: string | undefined, wanted: string | undefined): boolean {
  return found !== undefined && (wanted === undefined || found === wanted);
}

function isCode(error: unknown, code: string): boolean {
  return (error as { code?: unknown } | null)?.code === code;
}

/**
 * Node's own PKCS#8 export is fixed to 2,048 rounds of PBKDF2; this is the scrypt form of RFC 7914 §7 (N 2^14, r 8, p 1: 16 MiB, the most
 * that OpenSSL opens without being told to allow more).
 */
function encryptPkcs8(key: KeyObject, passphrase: string): string {
  const { asn1, util } = forge;
  const { Class, Type } = asn1;
  const node = (type: number, value: string | forge.asn1.Asn1[]) =>
    asn1.create(Class.UNIVERSAL, type, Array.isArray(value), value);
  const seq = (...members: forge.asn1.Asn1[]) => node(Type.SEQUENCE, members);
  const oid = (dotted: string) => node(Type.OID, asn1.oidToDer(dotted).getBytes());
  const int = (value: number) => node(Type.INTEGER, asn1.integerToDer(value).getBytes());
  const octets = (bytes: Buffer) => node(Type.OCTETSTRING, bytes.toString('binary'));

  const [N, r, p] = [16_384, 8, 1];
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', scryptSync(passphrase, salt, 32, { N, r, p }), iv);
  const sealed = Buffer.concat([cipher.update(key.export({ type: 'pkcs8', format: 'der' })), cipher.final()]);
  const scrypt = seq(oid('1.3.6.1.4.1.11591.4.11'), seq(octets(salt), int(N), int(r), int(p)));
  const aes = seq(oid('2.16.840.1.101.3.4.1.42'), octets(iv));
  const info = seq(seq(oid('1.2.840.113549.1.5.13'), seq(scrypt, aes)), octets(sealed));
  const base64 = util.encode64(asn1.toDer(info).getBytes(), 64).replaceAll('\r\n', '\n');
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${base64}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}
