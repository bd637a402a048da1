import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { signatureSchemes } from '@app/sdk';
import { KeyStoreError } from '@app/signing';
import { generateKeyPair, generateSecret } from '@app/webhooks';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../platform/config.js';
import { keyPassphrase } from '../platform/key-passphrase.js';
import { newId } from '../platform/id.js';
import { Sql } from '../platform/sql.js';
import type { PublicWebhookKey } from './webhook-endpoint.js';

export interface NewWebhookKey {
  readonly key: PublicWebhookKey;
  readonly sealed: Buffer;
  /** What the receiver must know and nobody else: the HMAC secret; null for v1a. */
  readonly shared: string | null;
}

const [SALT, NONCE, TAG] = [16, 12, 16];
const OPEN_MAX = 1000;
const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/**
 * The secret halves of webhook keys. In the database they are sealed with the passphrase of the key store (scrypt and
 * AES-256-GCM, bound to the key's id): every instance that has the passphrase can sign, a copy of the database cannot.
 */
@Injectable()
export class WebhookKeys {
  private readonly open = new Map<string, string>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly sql: Sql,
  ) {}

  /** A new key, which counts once {@link keep} and the endpoint's event are committed. */
  async make(scheme: (typeof signatureSchemes)[number]): Promise<NewWebhookKey> {
    const id = newId('whk');
    if (scheme === 'v1') {
      const secret = generateSecret();
      return { key: { id, scheme, publicKey: null }, sealed: await this.seal(id, secret), shared: secret };
    }
    const { privateKey, publicKey } = generateKeyPair();
    return { key: { id, scheme, publicKey }, sealed: await this.seal(id, privateKey), shared: null };
  }

  async keep({ key, sealed }: NewWebhookKey): Promise<void> {
    await this.sql.rows('INSERT INTO feed.webhook_secret (key_id, sealed) VALUES ($1, $2)', [key.id, sealed]);
  }

  async forget(ids: readonly string[]): Promise<void> {
    await this.sql.rows('DELETE FROM feed.webhook_secret WHERE key_id = ANY ($1)', [ids]);
    for (const id of ids) this.open.delete(id);
  }

  /** `whsk_…` and `whsec_…` of these keys that have not ended, in their order. */
  async secrets(ids: readonly string[]): Promise<string[]> {
    const missing = ids.filter((id) => !this.open.has(id));
    const rows = await this.sql.rows<{ key_id: string; sealed: Buffer }>(
      'SELECT key_id, sealed FROM feed.webhook_secret WHERE key_id = ANY ($1)',
      [missing],
    );
    for (const { key_id, sealed } of rows) {
      if (this.open.size >= OPEN_MAX) this.open.clear();
      this.open.set(key_id, await this.unseal(key_id, sealed));
    }
    return ids.flatMap((id) => this.open.get(id) ?? []);
  }

  private async seal(id: string, secret: string): Promise<Buffer> {
    const [salt, nonce] = [randomBytes(SALT), randomBytes(NONCE)];
    const cipher = createCipheriv('aes-256-gcm', await this.keyOf(salt), nonce).setAAD(Buffer.from(id));
    const data = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([salt, nonce, cipher.getAuthTag(), data]);
  }

  private async unseal(id: string, sealed: Buffer): Promise<string> {
    const nonce = sealed.subarray(SALT, SALT + NONCE);
    const decipher = createDecipheriv('aes-256-gcm', await this.keyOf(sealed.subarray(0, SALT)), nonce, {
      authTagLength: TAG,
    });
    decipher.setAAD(Buffer.from(id)).setAuthTag(sealed.subarray(SALT + NONCE, SALT + NONCE + TAG));
    try {
      return decipher.update(sealed.subarray(SALT + NONCE + TAG), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new KeyStoreError(`the webhook key ${id} cannot be opened with this KEY_PASSPHRASE`);
    }
  }

  private async keyOf(salt: Buffer): Promise<Buffer> {
    return derive(await keyPassphrase(this.config), salt, 32);
  }
}
