import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import { Sql } from '../platform/sql.js';
import { Identities } from './identities.js';

const LONGEST_S = 14 * 86_400;

/**
 * Where the issuer keeps sessions, codes, grants and refresh tokens. The id of such a record is the secret itself, so the
 * table holds its digest: whoever reads the table can use nothing of it.
 */
@Injectable()
export class IssuerStore {
  constructor(
    private readonly sql: Sql,
    private readonly identities: Identities,
  ) {}

  adapter(model: string): Adapter {
    return {
      upsert: (id, payload, expiresIn) => this.upsert(model, id, payload, expiresIn),
      find: (id) => (model === 'Client' ? this.findClient(id) : this.find(model, id)),
      findByUid: (uid) => this.findByUid(model, uid),
      findByUserCode: () => Promise.resolve(undefined), // Only the device flow asks; it is off.
      consume: (id) => this.consume(model, id),
      destroy: (id) => this.remove('model = $1 AND id = $2', [model, digest(id)]),
      revokeByGrantId: (grantId) => this.remove('grant_id = $1', [digest(grantId).toString('hex')]),
    };
  }

  async forgetExpired(): Promise<number> {
    const gone = await this.sql.rows(
      `DELETE FROM parties.oidc_record WHERE (model, id) IN
         (SELECT model, id FROM parties.oidc_record WHERE expires_at < now() LIMIT 1000) RETURNING 1`,
    );
    return gone.length;
  }

  private async upsert(model: string, id: string, payload: AdapterPayload, expiresIn = LONGEST_S): Promise<void> {
    const { jti: _, ...kept } = payload;
    // The one other place in which a record names a session by its secret; nothing reads it.
    const session = kept['session'] as { cookie?: string } | undefined;
    const stored = session ? { ...kept, session: { ...session, cookie: undefined } } : kept;
    const grant = model === 'Grant' ? id : payload.grantId;
    await this.sql.rows(
      `INSERT INTO parties.oidc_record (model, id, payload, grant_id, uid, expires_at)
       VALUES ($1, $2, $3, $4, $5, now() + $6 * interval '1 second')
       ON CONFLICT (model, id) DO UPDATE SET payload = $3, grant_id = $4, uid = $5, expires_at = excluded.expires_at`,
      [model, digest(id), stored, grant ? digest(grant).toString('hex') : null, payload.uid ?? null, expiresIn],
    );
  }

  private async find(model: string, id: string): Promise<AdapterPayload | undefined> {
    const found = await this.sql.row<{ payload: AdapterPayload }>(
      'SELECT payload FROM parties.oidc_record WHERE model = $1 AND id = $2 AND expires_at > now()',
      [model, digest(id)],
    );
    return found && { ...found.payload, jti: id };
  }

  private async findByUid(model: string, uid: string): Promise<AdapterPayload | undefined> {
    const found = await this.sql.row<{ payload: AdapterPayload }>(
      'SELECT payload FROM parties.oidc_record WHERE model = $1 AND uid = $2 AND expires_at > now()',
      [model, uid],
    );
    return found?.payload;
  }

  /** A code or rotated token is used once, also when it comes twice at the same moment (RFC 6749, section 4.1.2). */
  private async consume(model: string, id: string): Promise<void> {
    const first = await this.sql.row(
      `UPDATE parties.oidc_record SET payload = payload || jsonb_build_object('consumed', extract(epoch FROM now())::bigint)
       WHERE model = $1 AND id = $2 AND NOT payload ? 'consumed' RETURNING 1`,
      [model, digest(id)],
    );
    if (!first) throw new errors.InvalidGrant('already used');
  }

  private async remove(where: string, parameters: unknown[]): Promise<void> {
    await this.sql.rows(`DELETE FROM parties.oidc_record WHERE ${where}`, parameters);
  }

  private async findClient(id: string): Promise<AdapterPayload | undefined> {
    const client = await this.identities.client(id);
    return (
      client && {
        client_id: id,
        client_name: client.name,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: client.jwks,
      }
    );
  }
}

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
