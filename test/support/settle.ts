import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DiscoveryService } from '@nestjs/core';
import { Worker } from '../../src/platform/worker.js';

/** Steps every worker of the application in turn until a whole round finds nothing to do. */
export async function settle(app: NestFastifyApplication): Promise<void> {
  const workers = app
    .get(DiscoveryService, { strict: false })
    .getProviders()
    .map(({ instance }) => instance as unknown)
    .filter((instance): instance is Worker => instance instanceof Worker);
  for (let done = 1; done > 0; ) {
    done = 0;
    for (const worker of new Set(workers)) done += await worker.step();
  }
}
