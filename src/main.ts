import 'reflect-metadata';
import { ConfigError } from './platform/config.js';
import { start } from './start.js';

try {
  const running = await start(process.env);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void running.stop().then(() => process.exit(0));
    });
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
