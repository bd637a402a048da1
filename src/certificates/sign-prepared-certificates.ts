import { Injectable, Logger } from '@nestjs/common';
import type { Credential } from '@app/signing';
import { asSystem } from '../platform/context.js';
import { Sql } from '../platform/sql.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { Worker } from '../platform/worker.js';
import { CertificateIssuer } from './issuer.js';
import { IssueCertificate } from './issue-certificate.js';

const BATCH = 100;

/**
 * Signs what is prepared, outside any transaction: the intent is in the ledger before the key is used, the result after.
 * A crash in between leaves the intent, and the next step signs again; only one result is recorded.
 */
@Injectable()
export class SignPreparedCertificates extends Worker {
  protected readonly log = new Logger(SignPreparedCertificates.name);
  protected readonly idleMs = 50;

  constructor(
    private readonly sql: Sql,
    private readonly uow: UnitOfWork,
    private readonly issuer: CertificateIssuer,
  ) {
    super();
  }

  async step(): Promise<number> {
    const prepared = await this.sql.rows<{ id: string; credential: Credential }>(
      `SELECT id, credential FROM certificates.certificate WHERE status = 'PREPARED' ORDER BY id LIMIT ${BATCH}`,
    );
    for (const { id, credential } of prepared) {
      const signed = await this.issuer.sign(credential);
      await asSystem(() => this.uow.execute(new IssueCertificate(id, signed)));
    }
    return prepared.length;
  }
}
