import 'reflect-metadata';
import { endWithNpm } from './platform/end-with-npm.js';
import { reasonOf } from './platform/start-reason.js';
import { start } from './start.js';

// Heard from the first moment on: a start under way is completed, then everything is stopped in order.
const starting = start(process.env);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void starting.then((running) => running.stop()).then(() => process.exit(0));
  });
endWithNpm();
try {
  await starting;
} catch (error) {
  console.error(reasonOf(error));
  process.exit(1);
}
