import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type pg from 'pg';
import { PrepareCertificate } from '../../src/certificates/prepare-certificate.js';
import { asSystem } from '../../src/platform/context.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import type { ApplicationRegistered } from '../../src/registration/application-events.js';
import { percentiles } from './report.js';

const ISSUED = `SELECT FROM certificates.certificate WHERE application_id = $1 AND status <> 'PREPARED'`;

/** Closed loop: one is prepared when the one before is issued. Each time runs from the commit of the intent to that of the result, in ms. */
export async function issueOneByOne(
  app: NestFastifyApplication,
  db: pg.Pool,
  registered: readonly ApplicationRegistered[],
): Promise<{ p50: number; p99: number }> {
  const uow = app.get(UnitOfWork);
  const latencies: number[] = [];
  for (const one of registered) {
    await asSystem(() => uow.execute(new PrepareCertificate(one)));
    const began = performance.now();
    while ((await db.query(ISSUED, [one.applicationId])).rowCount === 0) await sleep(1);
    latencies.push(performance.now() - began);
  }
  const { p50, p99 } = percentiles(latencies);
  return { p50, p99 };
}
