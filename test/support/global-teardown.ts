import { rm } from 'node:fs/promises';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as { stopTestCluster?: () => Promise<void> }).stopTestCluster?.();
  const scratch = process.env['TEST_SCRATCH'];
  if (scratch) await rm(scratch, { recursive: true, force: true });
}
