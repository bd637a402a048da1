import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { advisoryLocks } from '../platform/advisory-locks.js';
import { CONFIG, type Config } from '../platform/config.js';
import { asSystem } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { AddPerson } from './add-person.js';
import { hashPassword } from './password.js';
import { RegisterOrganisation } from './register-organisation.js';

/**
 * Without an operator nobody could add anybody: an empty database gets one, with the login `operator`. Its password is
 * OPERATOR_PASSWORD, or one made up here and left in `DATA_DIR/operator-password` for the owner of that directory.
 */
@Injectable()
export class FirstOperator implements OnApplicationBootstrap {
  private readonly log = new Logger(FirstOperator.name);

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly sql: Sql,
    private readonly uow: UnitOfWork,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.OIDC_ISSUER) return;
    const session = this.dataSource.createQueryRunner();
    try {
      // One instance at a time, so that the file holds the password that counts.
      await session.query('SELECT pg_advisory_lock($1)', [advisoryLocks.firstOperator]);
      if (!(await this.sql.row(`SELECT FROM parties.person WHERE roles ? 'operator' LIMIT 1`))) await this.add();
      await session.query('SELECT pg_advisory_unlock($1)', [advisoryLocks.firstOperator]);
    } finally {
      await session.release();
    }
  }

  private async add(): Promise<void> {
    const passwordHash = await hashPassword(this.config.OPERATOR_PASSWORD ?? (await this.madeUpPassword()));
    const { OPERATOR_USCC: uscc, OPERATOR_NAME: name } = this.config;
    const platform = { uscc, name, kind: 'ENTERPRISE', regionCode: uscc.slice(2, 8) } as const;
    await asSystem(() =>
      this.uow.run(async () => {
        const { id: organisationId } = await this.uow.execute(new RegisterOrganisation(platform));
        const facts = {
          organisationId,
          login: 'operator',
          displayName: '平台运营 Operator',
          roles: ['operator' as const],
        };
        await this.uow.execute(new AddPerson(facts, passwordHash));
      }),
    );
  }

  /** Written before it is used, and whole or not at all: a start that breaks off leaves it for the next one. */
  private async madeUpPassword(): Promise<string> {
    const path = join(this.config.DATA_DIR, 'operator-password');
    const kept = await readFile(path, 'utf8').catch(() => undefined);
    if (kept !== undefined) return kept.trim();
    await mkdir(this.config.DATA_DIR, { recursive: true });
    const password = randomBytes(18).toString('base64url');
    await writeFile(`${path}.new`, `${password}\n`, { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
    this.log.log(`运营方初始密码 / the operator's first password: ${path}`);
    return password;
  }
}
