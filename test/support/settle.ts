import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DiscoveryService } from '@nestjs/core';
import { Sql } from '../../src/platform/sql.js';
import { Worker } from '../../src/platform/worker.js';

/** Committed events without a place in the log. They have to wait for every transaction of the cluster that is older. */
const WAITING = `SELECT FROM ledger.payload e, ledger.head h WHERE (e.gen, e.xid, e.seq) > (h.gen, h.xid, h.seq) LIMIT 1`;

/** Some of them older than every transaction that runs: the sequencer takes these. */
const TAKEABLE = WAITING.replace(' LIMIT', ' AND e.xid < pg_snapshot_xmin(pg_current_snapshot()) LIMIT');

/** Steps every worker of the application in turn until a whole round finds nothing to do. */
export async function settle(app: NestFastifyApplication): Promise<void> {
  const workers = app
    .get(DiscoveryService, { strict: false })
    .getProviders()
    .map(({ instance }) => instance as unknown)
    .filter((instance): instance is Worker => instance instanceof Worker);
  for (let done = 1; done > 0;) {
    done = 0;
    for (const worker of new Set(workers)) done += await worker.step();
    if (done > 0 || !(await app.get(Sql).row(WAITING))) continue;
    // What they wait for is not ours, so it would not help to step all workers meanwhile.
    for (let tries = 0; tries < 100 && !(await app.get(Sql).row(TAKEABLE)); tries += 1) await sleep(5);
    done = 1;
  }
}
