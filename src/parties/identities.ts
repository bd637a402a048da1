import type { Role } from '@app/sdk';
import { Injectable } from '@nestjs/common';
import type { JWK } from 'jose';
import type { Actor } from '../platform/context.js';
import { Sql } from '../platform/sql.js';

/** Who may sign in now, in the organisation and roles that go into its tokens. */
export interface Identity {
  readonly id: string;
  readonly orgId: string;
  readonly roles: readonly Role[];
  readonly name: string;
}

/** What the issuer asks about people and machine clients. Whoever is deactivated or suspended is not found. */
@Injectable()
export class Identities {
  constructor(private readonly sql: Sql) {}

  person(id: string): Promise<Identity | undefined> {
    return this.sql.row<Identity>(
      `SELECT p.id, o.id AS "orgId", p.roles, p.display_name AS name
       FROM parties.person p JOIN parties.organisation o ON o.id = p.organisation_id
       WHERE p.id = $1 AND p.status = 'ACTIVE' AND o.status = 'ACTIVE'`,
      [id],
    );
  }

  client(id: string): Promise<(Identity & { readonly jwks: { keys: JWK[] } }) | undefined> {
    return this.sql.row(
      `SELECT c.id, o.id AS "orgId", c.roles, c.name, c.jwks
       FROM parties.machine_client c JOIN parties.organisation o ON o.id = c.organisation_id
       WHERE c.id = $1 AND o.status = 'ACTIVE'`,
      [id],
    );
  }

  /** The person behind a login and the hash of its password; `oneTime`: another must be chosen. */
  login(login: string): Promise<(Actor & { passwordHash: string; oneTime: boolean }) | undefined> {
    return this.sql.row(
      `SELECT p.id, o.id AS "orgId", p.roles, c.password_hash AS "passwordHash", c.one_time AS "oneTime" FROM parties.person p
       JOIN parties.organisation o ON o.id = p.organisation_id JOIN parties.credential c ON c.person_id = p.id
       WHERE p.login = $1 AND p.status = 'ACTIVE' AND o.status = 'ACTIVE'`,
      [login],
    );
  }

  /** Who plays in a demonstration: people of organisations whose code says DEM, which no authority gives, and the operator. */
  cast(): Promise<{ login: string; name: string }[]> {
    return this.sql.rows(
      `SELECT p.login, p.display_name AS name FROM parties.person p
       JOIN parties.organisation o ON o.id = p.organisation_id
       WHERE p.status = 'ACTIVE' AND o.status = 'ACTIVE' AND (o.uscc LIKE 'Y1440000DEM%' OR p.login = 'operator')
       ORDER BY p.id LIMIT 40`,
    );
  }

  /** What a person who is signed in proves itself with. */
  credential(personId: string): Promise<{ login: string; passwordHash: string } | undefined> {
    return this.sql.row(
      `SELECT p.login, c.password_hash AS "passwordHash" FROM parties.person p
       JOIN parties.credential c ON c.person_id = p.id WHERE p.id = $1 AND p.status = 'ACTIVE'`,
      [personId],
    );
  }
}
