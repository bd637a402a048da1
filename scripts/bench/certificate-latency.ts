import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type pg from 'pg';
import { PrepareCertificate } from '../../src/certificates/prepare-certificate.js';
import { asSystem } from '../../src/platform/context.js';
import { UnitOfWork } from '../../src/platform/unit-of-work.js';
import type { ApplicationRegistered } from '../../src/registration/application-events.js';
import { percentiles } from './report.js';

const ISSUED = `SELECT FROM certificates.certificate WHERE application_id = $1 AND status <> 'PREPARED'`;

type Percentiles = Pick<ReturnType<typeof percentiles>, 'p50' | 'p99'>;

export interface Singles {
  /** From the commit of the intent to that of the result, in ms. */
  readonly issued: Percentiles;
  /** The machine's own limit, in turn with it: the commit of one row. */
  readonly commit: Percentiles;
}

/** Closed loop: one is prepared when the one before is issued. */
export async function issueOneByOne(
  app: NestFastifyApplication,
  db: pg.Pool,
  registered: readonly ApplicationRegistered[],
): Promise<Singles> {
  const uow = app.get(UnitOfWork);
  const [issued, commits]: [number[], number[]] = [[], []];
  await db.query('CREATE TABLE public.bench_commit (n integer)');
  for (const one of registered) {
    commits.push(await timed(() => db.query('INSERT INTO public.bench_commit VALUES (1)')));
    await asSystem(() => uow.execute(new PrepareCertificate(one)));
    issued.push(
      await timed(async () => {
        while ((await db.query(ISSUED, [one.applicationId])).rowCount === 0) await sleep(1);
      }),
    );
  }
  await db.query('DROP TABLE public.bench_commit');
  return { issued: percentiles(issued), commit: percentiles(commits) };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
