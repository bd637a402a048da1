import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { CONFIG, type Config } from '../platform/config.js';
import { asSystem } from '../platform/context.js';
import { Refusal } from '../platform/refusal.js';
import { StartError } from '../platform/start-error.js';
import { UnitOfWork } from '../platform/unit-of-work.js';
import { LedgerDatabase } from './ledger-database.js';
import { RecordStart } from './record-start.js';

/**
 * Before anything is written: is this still the cluster whose transaction ids order the leaves? Then what the start itself
 * has to tell the log is told, by an instance that works for it.
 */
@Injectable()
export class LogStart implements OnModuleInit, OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: LedgerDatabase,
    private readonly commands: UnitOfWork,
  ) {}

  async onModuleInit(): Promise<void> {
    const client = await this.database.connect();
    try {
      if (await isForeignCluster(client)) throw new StartError(RESTORED);
    } finally {
      client.release();
    }
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.ROLES.includes('worker')) return;
    try {
      await asSystem(() => this.commands.execute(new RecordStart()));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'ledger/signer-unavailable') throw error;
      const url = this.config.LOG_SIGNER_URL ?? '';
      throw new StartError(
        `日志签名服务不可用 / the signer of the log is not available: ${url} (${String(error.facts['reason'])})`,
      );
    }
  }
}

const RESTORED =
  '数据库已恢复到另一个 PostgreSQL 集群,其事务号重新开始:请先运行 npm run restore(见 README)。 ' +
  'The database was restored into another PostgreSQL cluster, whose transaction ids begin anew: run npm run restore first (see README).';

/** Transactions of the present generation that this cluster cannot have run yet: their ids lie ahead of its own. */
export async function isForeignCluster(db: pg.ClientBase): Promise<boolean> {
  const { rows } = await db.query<{ foreign: boolean }>(`
    SELECT EXISTS (
      SELECT FROM (
        SELECT gen, xid FROM ledger.head
        UNION ALL (SELECT gen, xid FROM ledger.intake ORDER BY gen DESC, xid DESC, seq DESC LIMIT 1)) newest
      WHERE gen = (SELECT max(gen) FROM ledger.generation) AND xid >= pg_snapshot_xmax(pg_current_snapshot())
    ) AS foreign`);
  return rows[0]!.foreign;
}
